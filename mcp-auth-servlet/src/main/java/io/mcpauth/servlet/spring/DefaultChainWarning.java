package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import io.mcpauth.servlet.McpAuthInstaller;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Says that the chain which Spring Boot makes where an application has none refuses every call: it
 * wants a login of its own, and a token of CSRF.
 */
final class DefaultChainWarning implements SmartInitializingSingleton {
  private static final Logger LOG = LoggerFactory.getLogger(McpAuthInstaller.class);
  private static final String CHAIN = "org.springframework.security.web.SecurityFilterChain";
  private static final String BOOT = "org.springframework.boot.";

  private final ConfigurableListableBeanFactory beans;

  DefaultChainWarning(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (areOfBoot() && beans.getBeanNamesForType(ResourceServer.class).length == 1) {
      LOG.warn(
          "Spring Security has only the chain that Spring Boot makes by default, which refuses"
              + " every call of the MCP server behind mcp-auth. Leave the MCP server to mcp-auth:\n"
              + "{}",
          chain(beans.getBean(ResourceServer.class).endpointPath()));
    }
  }

  /**
   * Whether there are chains and Boot has made them all: one of two names, depending on the
   * actuator, in classes whose packages are others on each line.
   */
  private boolean areOfBoot() {
    ClassLoader loader = DefaultChainWarning.class.getClassLoader();
    if (!ClassUtils.isPresent(CHAIN, loader)) {
      return false;
    }
    String[] chains = beans.getBeanNamesForType(ClassUtils.resolveClassName(CHAIN, loader));
    return chains.length > 0 && Stream.of(chains).allMatch(this::isOfBoot);
  }

  private boolean isOfBoot(String chain) {
    String maker =
        beans.containsBeanDefinition(chain)
            ? beans.getBeanDefinition(chain).getFactoryBeanName()
            : null;
    return maker != null && maker.startsWith(BOOT);
  }

  /** What to write instead, as docs/spring.md has it. */
  static String chain(String path) {
    return """

    import org.springframework.context.annotation.Bean;
    import org.springframework.context.annotation.Configuration;
    import org.springframework.security.config.annotation.web.builders.HttpSecurity;
    import org.springframework.security.web.SecurityFilterChain;

    @Configuration
    public class McpSecurity {
      @Bean
      SecurityFilterChain mcp(HttpSecurity http) throws Exception {
        return http.securityMatcher("%s/**")
            .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
            .csrf(csrf -> csrf.disable())
            .build();
      }
    }
    """
        .formatted(path.equals("/") ? "" : path);
  }
}
