package io.mcpauth.examples;

import io.mcpauth.ResourceServer;
import io.mcpauth.examples.filetools.AllowedCallers;
import io.mcpauth.examples.filetools.FileRoot;
import io.mcpauth.examples.filetools.FileToolsMcp;
import io.mcpauth.examples.filetools.SampleFiles;
import io.mcpauth.examples.jetty.PlainErrors;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.servlet.McpAuthInstaller;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file-tools MCP server on an embedded Jetty, with mcp-auth in front of it and, unless issuers
 * are configured, an embedded authorization server beside it.
 */
public final class FileToolsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileToolsServer.class);

  private final ResourceIdentifier resource;
  private final Path root;
  private final @Nullable Login login;
  private final Server jetty;
  private final String listening;
  private final Deque<AutoCloseable> parts;

  private FileToolsServer(
      ResourceIdentifier resource,
      String listening,
      Path root,
      @Nullable Login login,
      Server jetty,
      Deque<AutoCloseable> parts) {
    this.resource = resource;
    this.listening = listening;
    this.root = root;
    this.login = login;
    this.jetty = jetty;
    this.parts = parts;
  }

  /**
   * Starts everything and returns when it serves.
   *
   * @throws IllegalArgumentException if a setting is wrong
   * @throws IllegalStateException if a port is taken
   */
  public static FileToolsServer start(FileToolsSettings settings) {
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      return start(settings, parts);
    } catch (RuntimeException e) {
      closeAll(parts);
      throw e;
    } catch (Exception e) {
      closeAll(parts);
      throw new IllegalStateException("The file-tools server did not start: " + e.getMessage(), e);
    }
  }

  private static FileToolsServer start(FileToolsSettings settings, Deque<AutoCloseable> parts)
      throws Exception {
    Path root = root(settings, parts);
    Server jetty = new Server(new QueuedThreadPool(64, 4));
    parts.push(jetty::stop);
    jetty.setErrorHandler(new PlainErrors()); // also for what never reaches the context
    int port = Listeners.open(jetty, settings.port(), isLoopback(settings));
    ResourceIdentifier resource = resource(settings, port);
    boolean embedded = settings.oauth() && settings.issuers().isEmpty();
    Login login = embedded ? EmbeddedLogin.start(settings, resource, parts) : null;
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    context.setErrorHandler(new PlainErrors());
    FileRoot files = Naming.of("FILE_TOOLS_ROOT", () -> FileRoot.at(root));
    FileToolsMcp tools;
    if (settings.oauth()) {
      ResourceServer server = Guard.of(settings, resource, login);
      parts.push(server);
      context.addServletContainerInitializer(
          (classes, servletContext) ->
              McpAuthInstaller.of(server)
                  .maxBodyBytes(FileToolsMcp.REQUEST_LIMIT)
                  .install(servletContext));
      tools = FileToolsMcp.guarded(files, server);
    } else {
      tools = FileToolsMcp.open(files, resource.path(), callers(resource, port));
    }
    parts.push(tools);
    ServletHolder holder = new ServletHolder("mcp", tools.servlet());
    holder.setAsyncSupported(true);
    context.addServlet(holder, resource.path());
    jetty.setHandler(context);
    jetty.start();
    String where = "port " + port + (isLoopback(settings) ? " of loopback" : " of every address");
    return new FileToolsServer(resource, where, root, login, jetty, parts);
  }

  /** The URL of the MCP endpoint, for clients. */
  public String url() {
    return resource.value();
  }

  /** Where it listens, in words; with a reverse proxy in front this is not its URL. */
  public String listening() {
    return listening;
  }

  /** The directory that the tools work on. */
  public Path root() {
    return root;
  }

  /** How to log in, or null where no embedded authorization server runs. */
  public @Nullable Login login() {
    return login;
  }

  /** Waits until the server is stopped. */
  public void join() throws InterruptedException {
    jetty.join();
  }

  /** Stops everything, the last that was started first. */
  @Override
  public void close() {
    closeAll(parts);
  }

  private static Path root(FileToolsSettings settings, Deque<AutoCloseable> parts)
      throws IOException {
    String configured = settings.root();
    if (configured != null) {
      return Path.of(configured);
    }
    SampleFiles sample = SampleFiles.temporary();
    parts.push(sample);
    return sample.directory();
  }

  private static AllowedCallers callers(ResourceIdentifier resource, int port) {
    return AllowedCallers.loopback(port)
        .and(AllowedCallers.of(List.of(URI.create(resource.value()))));
  }

  private static boolean isLoopback(FileToolsSettings settings) {
    String configured = settings.resource();
    return configured == null || ResourceIdentifier.of(configured).loopback();
  }

  private static ResourceIdentifier resource(FileToolsSettings settings, int port) {
    String configured = settings.resource();
    ResourceIdentifier resource =
        ResourceIdentifier.of(
            configured == null ? "http://localhost:" + port + "/mcp" : configured);
    if (resource.path().isEmpty()) {
      throw new IllegalArgumentException(
          "MCP_AUTH_RESOURCE is '"
              + resource
              + "', which has no path. Write '"
              + resource
              + "/mcp' instead.");
    }
    return resource;
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("Did not stop cleanly", e);
      }
    }
  }
}
