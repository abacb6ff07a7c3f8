package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;

/**
 * Stops the start of a reactive application that has a resource server which nobody asks: the
 * servlet filter does not run there, so all of it would be open.
 */
final class ReactiveRefusal implements SmartInitializingSingleton {
  /** What can stand in front of a reactive application. */
  private static final List<Class<?>> ADAPTERS =
      List.of(WebFilter.class, WebHandler.class, HttpHandler.class);

  /** Said with what is wrong with the settings, which comes up first. */
  static final String BESIDES =
      "Besides, this is a reactive application, where the servlet filter of mcp-auth does not run:"
          + " use the WebMVC starter, or see docs/reactive.md.";

  private final ConfigurableListableBeanFactory beans;

  ReactiveRefusal(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
  }

  @Override
  public void afterSingletonsInstantiated() {
    String[] servers = beans.getBeanNamesForType(ResourceServer.class);
    boolean adapted =
        Arrays.stream(servers)
            .flatMap(server -> Stream.of(beans.getDependentBeans(server)))
            .anyMatch(this::isAdapter);
    if (servers.length > 0 && !adapted) {
      throw new IllegalStateException(
          "This is a reactive application, where the servlet filter of mcp-auth does not run, so"
              + " nothing would be guarded. Write spring.main.web-application-type=servlet and use"
              + " the WebMVC starter; or give the ResourceServer bean to a WebFilter"
              + " (docs/reactive.md); or leave mcp.auth.* and the ResourceServer out and put the"
              + " guard in front.");
    }
  }

  private boolean isAdapter(String bean) {
    return beans.containsBean(bean)
        && ADAPTERS.stream().anyMatch(type -> beans.isTypeMatch(bean, type));
  }
}
