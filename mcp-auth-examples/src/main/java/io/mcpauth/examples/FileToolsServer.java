package io.mcpauth.examples;

import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.examples.authserver.EmbeddedAuthorizationServer;
import io.mcpauth.examples.filetools.AllowedCallers;
import io.mcpauth.examples.filetools.FileRoot;
import io.mcpauth.examples.filetools.FileToolsMcp;
import io.mcpauth.examples.filetools.SampleFiles;
import io.mcpauth.examples.jetty.PlainErrors;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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

  /** The scopes with the words of the consent page. */
  private static final Map<String, String> SCOPES = scopes();

  private static final Duration ACCESS_TOKEN_LIFETIME = Duration.ofMinutes(10);

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
   * How to log in at the embedded authorization server.
   *
   * @param issuer where
   * @param user who
   * @param password with what; shown once
   * @param generated whether the password was made up at start
   */
  public record Login(String issuer, String user, String password, boolean generated) {
    @Override
    public String toString() {
      return "Login[issuer=" + issuer + ", user=" + user + "]";
    }
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
    Login login = settings.oauth() ? login(settings, resource, parts) : null;
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/");
    context.setErrorHandler(new PlainErrors());
    if (settings.oauth()) {
      ResourceServer server = resourceServer(settings, resource, login);
      parts.push(server);
      context.addServletContainerInitializer(
          (classes, servletContext) ->
              McpAuthInstaller.of(server)
                  .maxBodyBytes(FileToolsMcp.REQUEST_LIMIT)
                  .install(servletContext));
    }
    AllowedCallers callers =
        AllowedCallers.loopback(port).and(AllowedCallers.of(List.of(URI.create(resource.value()))));
    FileRoot files = naming("FILE_TOOLS_ROOT", () -> FileRoot.at(root));
    FileToolsMcp tools = FileToolsMcp.create(files, resource.path(), callers);
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

  private static @Nullable Login login(
      FileToolsSettings settings, ResourceIdentifier resource, Deque<AutoCloseable> parts) {
    if (!settings.issuers().isEmpty()) {
      return null;
    }
    String given = settings.password();
    String password = given == null ? newPassword() : given;
    EmbeddedAuthorizationServer.Settings embedded =
        naming(
            "FILE_TOOLS_USER and FILE_TOOLS_PASSWORD",
            () ->
                new EmbeddedAuthorizationServer.Settings(
                    settings.authorizationServerPort(),
                    settings.user(),
                    password,
                    SCOPES,
                    Set.of(resource.value()),
                    ACCESS_TOKEN_LIFETIME));
    EmbeddedAuthorizationServer server =
        naming("FILE_TOOLS_AS_PORT", () -> EmbeddedAuthorizationServer.start(embedded));
    parts.push(server);
    return new Login(server.issuer(), settings.user(), password, given == null);
  }

  private static ResourceServer resourceServer(
      FileToolsSettings settings, ResourceIdentifier resource, @Nullable Login login) {
    String audience = settings.audience();
    List<AuthorizationServer> issuers = new ArrayList<>();
    for (String issuer : login == null ? settings.issuers() : List.of(login.issuer())) {
      AuthorizationServer server = naming("MCP_AUTH_ISSUER", () -> AuthorizationServer.of(issuer));
      issuers.add(audience == null ? server : server.expectAudience(audience));
    }
    ToolPolicy policy =
        ToolPolicy.builder()
            .initialScopes("files:list", "files:read")
            .tool("list_files", "files:list")
            .tool("read_file", "files:read")
            .tool("write_file", "files:write")
            .tool("delete_file", "files:write")
            .build();
    ResourceServerBuilder builder =
        ResourceServer.builder(resource.value(), issuers.remove(0), policy)
            .metadata(metadata -> metadata.resourceName("File tools"));
    naming(
        "MCP_AUTH_ISSUER",
        () -> {
          issuers.forEach(builder::authorizationServer);
          return builder;
        });
    return builder.build();
  }

  /** Says which variable a message is about. */
  private static <T> T naming(String variable, Supplier<T> part) {
    try {
      return part.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(variable + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> scopes() {
    Map<String, String> scopes = new LinkedHashMap<>();
    scopes.put("files:list", "See the names and sizes of your files");
    scopes.put("files:read", "Read your files");
    scopes.put("files:write", "Create, change and delete your files");
    return scopes;
  }

  private static String newPassword() {
    byte[] random = new byte[12];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
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
