package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The health of the resource server for Boot 4. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "org.springframework.boot.health.contributor.HealthIndicator")
@ConditionalOnMissingClass("org.springframework.boot.actuate.health.HealthIndicator")
@ConditionalOnBean(ResourceServer.class)
class HealthOfBootFour {
  @Bean
  HealthIndicator mcpAuthHealthIndicator(List<ResourceServer> servers) {
    return () -> {
      ServerHealth health = ServerHealth.of(servers);
      return new Health.Builder(health.up() ? Status.UP : Status.DOWN, health.details()).build();
    };
  }
}
