package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import io.mcpauth.servlet.McpAuthInstaller;
import java.util.function.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** An application of servlets has its resource server in front of them. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(
    name = {
      "jakarta.servlet.Filter",
      "org.springframework.boot.web.servlet.ServletContextInitializer"
    })
@ConditionalOnBean(ResourceServer.class)
class InFrontOfServlets {
  @Bean
  ServletInstallation mcpAuthInstallation(
      ConfigurableListableBeanFactory beans,
      ConfigurableEnvironment environment,
      ObjectProvider<Consumer<McpAuthInstaller>> more) {
    return new ServletInstallation(beans, environment, more);
  }

  @Bean
  InstallationCheck mcpAuthInstallationCheck(ConfigurableListableBeanFactory beans) {
    return new InstallationCheck(beans);
  }
}
