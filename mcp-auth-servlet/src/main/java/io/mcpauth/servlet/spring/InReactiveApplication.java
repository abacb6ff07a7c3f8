package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A reactive application has nothing in front of it by itself, and is told so. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBean(ResourceServer.class)
class InReactiveApplication {
  /** The name of the bean. */
  static final String REFUSAL = "mcpAuthReactiveRefusal";

  @Bean(REFUSAL)
  ReactiveRefusal mcpAuthReactiveRefusal(ConfigurableListableBeanFactory beans) {
    return new ReactiveRefusal(beans);
  }
}
