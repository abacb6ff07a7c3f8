package io.mcpauth.servlet;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How filters and endpoints are entered into a servlet context. */
final class Registration {
  private static final String WELL_KNOWN_NAME = "mcp-auth-well-known";
  private static final String SIGNALS_NAME = "mcp-auth-signals";
  private static final String OAUTH_NAME = "mcp-auth-oauth";
  private static final String FILTER_NAME = "mcp-auth-filter";

  private Registration() {}

  /**
   * Adds a filter in front of all, or of its servlets by name.
   *
   * @param index its place among the filters of the context
   */
  static void filter(ServletContext context, int index, Guarding guarding) {
    String name = index == 0 ? FILTER_NAME : FILTER_NAME + "-" + (index + 1);
    FilterRegistration.Dynamic registration = context.addFilter(name, new McpAuthFilter(guarding));
    requireRegistered(registration, name);
    registration.setAsyncSupported(true);
    EnumSet<DispatcherType> everyDispatch = EnumSet.allOf(DispatcherType.class);
    if (guarding.servlets().isEmpty()) {
      registration.addMappingForUrlPatterns(everyDispatch, false, "/*");
      // A dispatch by name has no path, so a mapping to paths does not see it (Servlet 6.0, 6.2.5).
      // Undertow has no servlet of the name "*", so those that are known are named beside it.
      Set<String> names = new LinkedHashSet<>(context.getServletRegistrations().keySet());
      names.add("*");
      registration.addMappingForServletNames(
          EnumSet.of(DispatcherType.FORWARD, DispatcherType.INCLUDE),
          false,
          names.toArray(String[]::new));
      if (OpenLiberty.runs(context)) {
        OpenLiberty.mapToDefaultServlets(context, registration);
      }
    } else {
      registration.addMappingForServletNames(
          everyDispatch, false, guarding.servlets().toArray(String[]::new));
    }
  }

  /** Adds what serves the documents where no filter runs. */
  static void wellKnown(ServletContext context, WellKnownDocuments documents) {
    ServletRegistration.Dynamic unused =
        servlet(context, WELL_KNOWN_NAME, new WellKnownServlet(documents), documents.paths());
  }

  /** Adds what receives signals where no filter runs, if there are any to receive. */
  static void signals(ServletContext context, SignalEndpoints endpoints) {
    if (!endpoints.paths().isEmpty()) {
      servlet(context, SIGNALS_NAME, new SignalServlet(endpoints), endpoints.paths())
          .setAsyncSupported(true); // to read on behind a refusal
    }
  }

  /** Adds what serves an authorization server where no filter runs, if there is one. */
  static void oauth(ServletContext context, OAuthEndpoints endpoints) {
    if (!endpoints.isEmpty()) {
      servlet(
              context,
              OAUTH_NAME,
              new OAuthServlet(endpoints),
              endpoints.pathsWithin(context.getContextPath()))
          .setLoadOnStartup(1); // or nobody would end the server with the context
    }
  }

  private static ServletRegistration.Dynamic servlet(
      ServletContext context, String name, HttpServlet servlet, Set<String> paths) {
    ServletRegistration.Dynamic registration = context.addServlet(name, servlet);
    requireRegistered(registration, name);
    Set<String> taken = registration.addMapping(paths.toArray(String[]::new));
    if (!taken.isEmpty()) {
      throw new IllegalStateException(
          "Another servlet is mapped to " + taken + ". Remove that mapping; mcp-auth serves it.");
    }
    return registration;
  }

  private static void requireRegistered(@Nullable Object registration, String name) {
    if (registration == null) {
      throw new IllegalStateException(
          "The context has a '" + name + "' already. Install mcp-auth once for each context.");
    }
  }
}
