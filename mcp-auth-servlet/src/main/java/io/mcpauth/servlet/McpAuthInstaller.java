package io.mcpauth.servlet;

import io.mcpauth.ResourceServer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts a resource server into a servlet context: the metadata endpoint, open to everybody, and the
 * filter in front of everything else.
 *
 * <p>By default the filter guards the whole context ({@code /*}), so that no spelling of a path
 * leads past it; {@link #guardServlets} guards some servlets only, by name. It is mapped before the
 * filters that are declared in {@code web.xml}, for every kind of dispatch, with async support. The
 * resource server is closed when the context ends.
 */
public final class McpAuthInstaller {
  private static final String METADATA_NAME = "mcp-auth-protected-resource-metadata";
  private static final String FILTER_NAME = "mcp-auth-filter";

  private final ResourceServer server;
  private final List<String> servlets = new ArrayList<>();
  private int maxBodyBytes = McpAuthFilter.DEFAULT_MAX_BODY_BYTES;
  private boolean maxBodyBytesSet;
  private Supplier<StreamTimer> timers = DaemonTimer::new;

  private McpAuthInstaller(ResourceServer server) {
    this.server = server;
  }

  /** An installer for a resource server, which the context owns from then on. */
  public static McpAuthInstaller of(ResourceServer server) {
    return new McpAuthInstaller(server);
  }

  /**
   * Guards these servlets only, by their registered names, whatever they are mapped to. For an
   * application that has other pages in the same context. Called once.
   */
  public McpAuthInstaller guardServlets(String... names) {
    if (!servlets.isEmpty()) {
      throw new IllegalArgumentException(
          "The guarded servlets are set twice. Set them once, all together.");
    }
    if (names.length == 0) {
      throw new IllegalArgumentException(
          "No servlet to guard is named. Name them, or leave guardServlets out to guard all.");
    }
    servlets.addAll(List.of(names));
    return this;
  }

  /** The largest body that is read, in bytes: 1 MiB by default. A larger one gets a 413. */
  public McpAuthInstaller maxBodyBytes(int bytes) {
    if (maxBodyBytesSet) {
      throw new IllegalArgumentException("The body cap is set twice. Set it once.");
    }
    maxBodyBytes = bytes;
    maxBodyBytesSet = true;
    return this;
  }

  /** What ends streams in time; a test has its own. */
  McpAuthInstaller timers(Supplier<StreamTimer> source) {
    timers = source;
    return this;
  }

  /**
   * Installs everything. To be called while the context starts: from a {@code
   * ServletContainerInitializer} or {@code ServletContextListener}, or on an embedded container's
   * context before it serves.
   *
   * @throws IllegalStateException if the context cannot serve the metadata where clients look, has
   *     started already, or has these names already; the message says what to do
   */
  public void install(ServletContext context) {
    requireRootContext(context);
    McpAuthFilter filter =
        new McpAuthFilter(
            server, maxBodyBytes, Set.of(METADATA_NAME), Set.copyOf(servlets), true, timers);
    installFilter(context, filter);
    installMetadata(context);
    server.checkSetup();
  }

  /** RFC 9728 section 3.1 puts the document under the root of the host. */
  private void requireRootContext(ServletContext context) {
    if (!context.getContextPath().isEmpty()) {
      throw new IllegalStateException(
          "The context path is '"
              + context.getContextPath()
              + "', but clients look for the metadata of '"
              + server.resource()
              + "' at '"
              + server.resource().metadataUrl()
              + "', which this context cannot serve. Deploy it as the root context (ROOT.war, or"
              + " context path \"\") and map the MCP servlet to '"
              + server.resource().path()
              + "'.");
    }
  }

  private void installFilter(ServletContext context, McpAuthFilter filter) {
    FilterRegistration.Dynamic registration = context.addFilter(FILTER_NAME, filter);
    requireRegistered(registration, FILTER_NAME);
    registration.setAsyncSupported(true);
    EnumSet<DispatcherType> everyDispatch = EnumSet.allOf(DispatcherType.class);
    if (servlets.isEmpty()) {
      registration.addMappingForUrlPatterns(everyDispatch, false, "/*");
    } else {
      registration.addMappingForServletNames(everyDispatch, false, servlets.toArray(String[]::new));
    }
  }

  private void installMetadata(ServletContext context) {
    ServletRegistration.Dynamic registration =
        context.addServlet(METADATA_NAME, new ProtectedResourceMetadataServlet(server.metadata()));
    requireRegistered(registration, METADATA_NAME);
    String inserted = URI.create(server.resource().metadataUrl()).getPath();
    String root = server.resource().rootMetadataPath();
    Set<String> taken =
        inserted.equals(root)
            ? registration.addMapping(root)
            : registration.addMapping(inserted, root);
    if (!taken.isEmpty()) {
      throw new IllegalStateException(
          "Another servlet is mapped to " + taken + ". Remove that mapping; mcp-auth serves it.");
    }
  }

  private static void requireRegistered(@Nullable Object registration, String name) {
    if (registration == null) {
      throw new IllegalStateException(
          "The context has a '" + name + "' already. Install mcp-auth once for each context.");
    }
  }
}
