package io.mcpauth.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What Open Liberty leads past a filter, and how a filter has to be mapped there.
 *
 * <p>It keeps the filters of a request by its path up to an escaped question mark, and chooses the
 * servlet by all of it, so a filter that is mapped to that servlet by name is not among them. The
 * request target {@code *} does not match the pattern {@code /*}, and is for the servlet that is
 * mapped to {@code /}.
 */
final class OpenLiberty {
  static final String CACHE = "invocationCacheSize";

  /** IBM WebSphere Liberty/26.0.0.3, and one day perhaps another name before it. */
  private static final String NAME = "Liberty";

  private OpenLiberty() {}

  static boolean runs(ServletContext context) {
    String container = context.getServerInfo();
    return container != null && container.contains(NAME);
  }

  /**
   * Refuses a filter that requests are led past.
   *
   * @throws IllegalStateException if this one is so mapped; the message says what to do
   */
  static void require(FilterConfig config) {
    ServletContext context = config.getServletContext();
    FilterRegistration registration = context.getFilterRegistration(config.getFilterName());
    if (!runs(context) || registration == null) {
      return; // or within another filter, which has to see to it
    }
    if (!orNone(registration.getUrlPatternMappings()).contains("/*")) {
      throw new IllegalStateException(
          "The filter '"
              + config.getFilterName()
              + "' is mapped to servlets by name, which other spellings of a URL lead past on Open"
              + " Liberty. Map it to '/*', and name the pages beside the MCP server as open"
              + " paths.");
    }
    Collection<String> named = orNone(registration.getServletNameMappings());
    for (ServletRegistration servlet : context.getServletRegistrations().values()) {
      if (isDefault(servlet) && !named.contains(servlet.getName())) {
        throw new IllegalStateException(
            "The servlet '"
                + servlet.getName()
                + "' is mapped to '/', and on Open Liberty the request target '*' leads to it past"
                + " a filter that is mapped to '/*' alone. Map the filter '"
                + config.getFilterName()
                + "' to this servlet by name too, for REQUEST, or the servlet to a path.");
      }
    }
  }

  /**
   * Has the target {@code *} judged too, where the servlet that it is for is registered already.
   */
  static void mapToDefaultServlets(
      ServletContext context, FilterRegistration.Dynamic registration) {
    String[] names =
        context.getServletRegistrations().values().stream()
            .filter(OpenLiberty::isDefault)
            .map(ServletRegistration::getName)
            .toArray(String[]::new);
    if (names.length > 0) {
      registration.addMappingForServletNames(EnumSet.of(DispatcherType.REQUEST), false, names);
    }
  }

  /** Whether it takes what no other servlet does, and is of the application. */
  private static boolean isDefault(ServletRegistration servlet) {
    return orNone(servlet.getMappings()).contains("/") && !ServletKinds.ofTheContainer(servlet);
  }

  /** Tells of a memory in which a stranger can put another servlet for a path. */
  static void warnOfCache(ServletContext context, Consumer<String> log) {
    if (runs(context) && !Integer.valueOf(0).equals(Integer.getInteger(CACHE))) {
      log.accept(
          "Open Liberty remembers which servlet a path is for, and anybody can have it remember"
              + " another one, so that requests for the MCP server go elsewhere: write -D"
              + CACHE
              + "=0 into jvm.options");
    }
  }

  /** There it has null for no mappings. */
  private static Collection<String> orNone(@Nullable Collection<String> mappings) {
    return mappings == null ? List.of() : mappings;
  }
}
