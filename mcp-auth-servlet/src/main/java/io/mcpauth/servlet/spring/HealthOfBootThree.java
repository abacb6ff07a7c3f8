package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import java.util.List;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health of the resource server for Boot 3.5. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "org.springframework.boot.actuate.health.HealthIndicator")
@ConditionalOnBean(ResourceServer.class)
class HealthOfBootThree {
  @Bean
  HealthIndicator mcpAuthHealthIndicator(List<ResourceServer> servers) {
    return () -> {
      ServerHealth health = ServerHealth.of(servers);
      return new Health.Builder(health.up() ? Status.UP : Status.DOWN, health.details()).build();
    };
  }
}
