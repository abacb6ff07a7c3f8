package io.mcpauth.examples;

import io.mcpauth.ResourceServer;
import io.mcpauth.examples.authserver.Login;
import io.mcpauth.examples.filetools.AllowedCallers;
import io.mcpauth.examples.filetools.FileRoot;
import io.mcpauth.examples.filetools.FileToolsMcp;
import io.mcpauth.examples.filetools.SampleFiles;
import io.mcpauth.examples.jetty.EndpointServer;
import io.mcpauth.examples.jetty.EndpointUrl;
import io.mcpauth.examples.names.Naming;
import io.mcpauth.issuer.ClientControl;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.servlet.McpAuthInstaller;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file-tools MCP server on an embedded Jetty, with mcp-auth in front of it and, unless issuers
 * are configured, an embedded authorization server beside it.
 */
public final class FileToolsServer implements AutoCloseable {
  private static final int MIN_THREADS = 4;
  static final int MAX_THREADS = 64;

  private final String url;
  private final Path root;
  private final EmbeddedLogin.@Nullable Started started;
  private final String listening;
  private final EndpointServer endpoint;

  private FileToolsServer(
      String url,
      String listening,
      Path root,
      EmbeddedLogin.@Nullable Started started,
      EndpointServer endpoint) {
    this.url = url;
    this.listening = listening;
    this.root = root;
    this.started = started;
    this.endpoint = endpoint;
  }

  /**
   * Starts everything and returns when it serves.
   *
   * @throws IllegalArgumentException if a setting is wrong
   * @throws IllegalStateException if a port is taken
   */
  public static FileToolsServer start(FileToolsSettings settings) {
    return EndpointServer.start(
        "file-tools server", MIN_THREADS, MAX_THREADS, endpoint -> start(settings, endpoint));
  }

  private static FileToolsServer start(FileToolsSettings settings, EndpointServer endpoint)
      throws Exception {
    Path root = root(settings, endpoint);
    boolean loopback = EndpointUrl.loopback(settings.settings());
    int port = open(endpoint, settings.port(), loopback);
    ResourceIdentifier resource = EndpointUrl.of(settings.settings(), port);
    String path = EndpointUrl.path(settings.settings(), resource);
    boolean embedded = settings.oauth() && settings.issuers().isEmpty();
    EmbeddedLogin.Started started =
        embedded ? EmbeddedLogin.start(settings, resource, endpoint) : null;
    FileRoot files = Naming.of("FILE_TOOLS_ROOT", () -> FileRoot.at(root));
    FileToolsMcp tools;
    if (settings.oauth()) {
      ResourceServer server = endpoint.owning(Guard.of(settings, resource, started));
      // Browsers ask for it by themselves: a challenge there would look like a client's mistake.
      endpoint.install(
          McpAuthInstaller.of(server)
              .maxBodyBytes(FileToolsMcp.REQUEST_LIMIT)
              .openPaths("/favicon.ico"));
      tools = FileToolsMcp.guarded(files, server);
    } else {
      tools = FileToolsMcp.open(files, path, callers(resource, port));
    }
    endpoint.serve(path, endpoint.owning(tools).servlet());
    String where = "port " + port + (loopback ? " of loopback" : " of every address");
    return new FileToolsServer(resource.origin() + path, where, root, started, endpoint);
  }

  /** The URL of the MCP endpoint, for clients. */
  public String url() {
    return url;
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
    return started == null ? null : started.login();
  }

  /** Enters clients at the embedded authorization server; null where none runs. */
  public @Nullable ClientControl clients() {
    return started == null ? null : started.server().clients();
  }

  /** Waits until the server is stopped. */
  public void join() throws InterruptedException {
    endpoint.join();
  }

  /** Stops everything, the last that was started first. */
  @Override
  public void close() {
    endpoint.close();
  }

  private static Path root(FileToolsSettings settings, EndpointServer endpoint) throws IOException {
    String configured = settings.root();
    if (configured != null) {
      return Path.of(configured);
    }
    return endpoint.owning(SampleFiles.temporary()).directory();
  }

  private static AllowedCallers callers(ResourceIdentifier resource, int port) {
    return AllowedCallers.loopback(port)
        .and(AllowedCallers.of(List.of(URI.create(resource.value()))));
  }

  private static int open(EndpointServer endpoint, int port, boolean loopback) {
    try {
      return endpoint.open(loopback ? "loopback" : "all", port);
    } catch (IOException e) {
      throw new IllegalStateException(
          "FILE_TOOLS_PORT is "
              + port
              + ", which cannot be opened ("
              + e.getMessage()
              + "). Write a free port, or 0 to have one picked.",
          e);
    }
  }
}
