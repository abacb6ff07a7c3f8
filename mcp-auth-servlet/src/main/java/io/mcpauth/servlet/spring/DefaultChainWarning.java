package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import io.mcpauth.servlet.McpAuthInstaller;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
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
              + " every call of the MCP server behind mcp-auth. Leave the MCP server to mcp-auth,"
              + " and keep the rest closed, by two classes:\n\n"
              + "{}",
          String.join(
              "\n",
              classes(
                  beans.getBean(ResourceServer.class).endpointPath(), packageOfTheApplication())));
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

  /**
   * What to write instead, as docs/spring.md has it: Boot makes no chain any more where there is
   * one, so the second does for the rest what that of Boot did.
   */
  static List<String> classes(String path, String inPackage) {
    String mcp =
        """
        package %s;

        import org.springframework.context.annotation.Bean;
        import org.springframework.context.annotation.Configuration;
        import org.springframework.core.annotation.Order;
        import org.springframework.security.config.annotation.web.builders.HttpSecurity;
        import org.springframework.security.web.SecurityFilterChain;

        @Configuration
        public class McpSecurity {
          @Bean
          @Order(1)
          SecurityFilterChain mcp(HttpSecurity http) throws Exception {
            return http.securityMatcher("%s/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(csrf -> csrf.disable())
                .build();
          }
        }
        """;
    String others =
        """
        package %s;

        import org.springframework.context.annotation.Bean;
        import org.springframework.context.annotation.Configuration;
        import org.springframework.security.config.Customizer;
        import org.springframework.security.config.annotation.web.builders.HttpSecurity;
        import org.springframework.security.web.SecurityFilterChain;

        @Configuration
        public class OtherPages {
          @Bean
          SecurityFilterChain others(HttpSecurity http) throws Exception {
            return http.authorizeHttpRequests(
                    requests ->
                        requests
                            .requestMatchers("/actuator/health/**")
                            .permitAll()
                            .anyRequest()
                            .authenticated())
                .formLogin(Customizer.withDefaults())
                .httpBasic(Customizer.withDefaults())
                .build();
          }
        }
        """;
    return List.of(
        mcp.formatted(inPackage, path.equals("/") ? "" : path), others.formatted(inPackage));
  }

  private String packageOfTheApplication() {
    return AutoConfigurationPackages.has(beans)
        ? AutoConfigurationPackages.get(beans).get(0)
        : "com.example";
  }
}
