package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import jakarta.servlet.ServletContext;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An MCP server in whose front nobody put anything is open, and that is said. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(
    name = {
      "io.modelcontextprotocol.spec.McpServerTransportProviderBase",
      "jakarta.servlet.ServletContext",
      "org.springframework.boot.context.event.ApplicationReadyEvent"
    })
@ConditionalOnMissingBean(ResourceServer.class)
class InFrontOfNothing {
  @Bean
  OpenServerWarning mcpAuthOpenServerWarning(ListableBeanFactory beans, ServletContext context) {
    return new OpenServerWarning(beans, context);
  }
}
