package io.mcpauth.servlet.spring;

import io.mcpauth.ResourceServer;
import io.mcpauth.servlet.McpAuthFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.RegistrationBean;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.core.Ordered;

/**
 * Stops the start where an initializer of the application was given the resource server, so that
 * its installation was left to that, and nothing was installed: all would be open.
 */
final class InstallationCheck implements ServletContextInitializer, Ordered {
  private final ConfigurableListableBeanFactory beans;

  InstallationCheck(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
  }

  /** The beans that may install one of these servers; registrations of servlets and such do not. */
  static List<String> initializersOf(ConfigurableListableBeanFactory beans, String[] servers) {
    return Arrays.stream(servers)
        .flatMap(server -> Stream.of(beans.getDependentBeans(server)))
        .filter(
            bean ->
                beans.containsBean(bean)
                    && beans.isTypeMatch(bean, ServletContextInitializer.class)
                    && !beans.isTypeMatch(bean, RegistrationBean.class))
        .distinct()
        .toList();
  }

  /** Whether Boot registers a filter of the library: a bean that no registration disables. */
  static boolean registersAFilter(ConfigurableListableBeanFactory beans) {
    Set<Filter> registered = Collections.newSetFromMap(new IdentityHashMap<>());
    registered.addAll(beans.getBeansOfType(McpAuthFilter.class).values());
    for (String name : beans.getBeanNamesForType(FilterRegistrationBean.class)) {
      if (beans.getBean(name) instanceof FilterRegistrationBean<?> registration
          && registration.getFilter() instanceof McpAuthFilter filter) {
        if (registration.isEnabled()) {
          return true;
        }
        registered.remove(filter);
      }
    }
    return !registered.isEmpty();
  }

  /** Last: behind whatever may install it. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST_PRECEDENCE;
  }

  @Override
  public void onStartup(ServletContext context) {
    List<String> given = initializersOf(beans, beans.getBeanNamesForType(ResourceServer.class));
    if (!given.isEmpty() && !isInstalled(context)) {
      throw new IllegalStateException(
          "The resource server is given to "
              + given
              + ", so its installation was left to that, and nothing was installed: all of the"
              + " application would be open. Call McpAuthInstaller.of(server).install(context)"
              + " there, or do not give it to a ServletContextInitializer.");
    }
  }

  private boolean isInstalled(ServletContext context) {
    return registersAFilter(beans)
        || Collections.list(context.getAttributeNames()).stream()
            .anyMatch(name -> name.startsWith(McpAuthFilter.RESOURCE_SERVER_ATTRIBUTE))
        || context.getFilterRegistrations().values().stream()
            .anyMatch(filter -> McpAuthFilter.class.getName().equals(filter.getClassName()));
  }
}
