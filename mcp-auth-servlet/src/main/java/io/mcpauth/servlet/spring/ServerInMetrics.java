package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The resource server among the metrics of Micrometer. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(name = "io.micrometer.core.instrument.binder.MeterBinder")
@ConditionalOnBean(ResourceServer.class)
class ServerInMetrics {
  @Bean
  ServerMeters mcpAuthMeters(List<ResourceServer> servers) {
    return new ServerMeters(servers);
  }
}
