package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The MCP server of Spring AI on WebMVC learns who calls, and what the policy says of its tools.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(
    name = {
      "io.modelcontextprotocol.server.McpTransportContextExtractor",
      "org.springframework.web.servlet.function.RouterFunction"
    })
@ConditionalOnBean(ResourceServer.class)
class InFrontOfSpringAi {
  @Bean
  static CallersInTransports mcpAuthCallersInTransports() {
    return new CallersInTransports();
  }

  @Bean
  static ReducedLists mcpAuthReducedLists() {
    return new ReducedLists();
  }

  @Bean
  KnownTools mcpAuthKnownTools(ConfigurableListableBeanFactory beans) {
    return new KnownTools(beans);
  }

  @Bean
  UnansweredWarning mcpAuthUnansweredWarning(
      ConfigurableListableBeanFactory beans, Environment environment) {
    return new UnansweredWarning(beans, environment);
  }
}
