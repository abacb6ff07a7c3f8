package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Where Spring Security is, it learns who calls; and where it is in the way, that is said. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(
    name = {
      "org.springframework.security.core.context.SecurityContextHolder",
      "org.springframework.boot.web.servlet.FilterRegistrationBean"
    })
@ConditionalOnBean(ResourceServer.class)
class BesideSpringSecurity {
  @Bean
  FilterRegistrationBean<CallerInSecurityContext> mcpAuthCallerInSecurityContext() {
    FilterRegistrationBean<CallerInSecurityContext> registration =
        new FilterRegistrationBean<>(new CallerInSecurityContext());
    registration.setOrder(Ordered.LOWEST_PRECEDENCE);
    registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
    registration.setAsyncSupported(true);
    return registration;
  }

  @Bean
  DefaultChainWarning mcpAuthDefaultChainWarning(ConfigurableListableBeanFactory beans) {
    return new DefaultChainWarning(beans);
  }
}
