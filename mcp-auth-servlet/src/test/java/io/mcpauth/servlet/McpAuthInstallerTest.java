package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.ResourceServer;
import io.mcpauth.error.AuthException;
import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.ServletContainerInitializer;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Isolated("counts the threads of the library")
class McpAuthInstallerTest {
  @Test
  void contextPathOtherThanRoot_stopsTheStartAndSaysWhatToDo() {
    assertThatThrownBy(() -> start("/app", (classes, context) -> installer().install(context)))
        .hasMessageContaining("The context path is '/app'")
        .hasMessageContaining("'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'")
        .hasMessageContaining("Deploy it as the root context");
  }

  @Test
  void installedTwice_stopsTheStart() {
    ServletContainerInitializer twice =
        (classes, context) -> {
          installer().install(context);
          installer().install(context);
        };
    assertThatThrownBy(() -> start("/", twice))
        .hasMessageContaining("Install mcp-auth once for each context");
  }

  @Test
  void metadataPathTaken_stopsTheStart() {
    ServletContainerInitializer taken =
        (classes, context) -> {
          context
              .addServlet("other", new EchoServlet())
              .addMapping("/.well-known/oauth-protected-resource");
          installer().install(context);
        };
    assertThatThrownBy(() -> start("/", taken)).hasMessageContaining("Remove that mapping");
  }

  @Test
  void guardServletsMisspelt_stopsTheStart() {
    assertThatThrownBy(
            () ->
                start("/", (classes, context) -> installer().guardServlets("mpc").install(context)))
        .hasMessageContaining("guardServlets names 'mpc'")
        .hasMessageContaining("mcp, mcp-auth-well-known")
        .hasMessageContaining("leave guardServlets out to guard all");
  }

  /** The container destroys no filter that it could not start. */
  @Test
  void startThatFails_closesTheServer() {
    ResourceServer server = server();
    assertThatThrownBy(
            () ->
                start(
                    "/",
                    (classes, context) ->
                        McpAuthInstaller.of(server).guardServlets("mpc").install(context)))
        .hasMessageContaining("guardServlets names 'mpc'");
    assertClosed(server);
  }

  @Test
  void installThatFails_closesTheServers() {
    ResourceServer one = server();
    ResourceServer other = server();
    McpAuthInstaller installer =
        McpAuthInstaller.of(one).guardServlets("a").and(McpAuthInstaller.of(other));
    assertThatThrownBy(() -> start("/", (classes, context) -> installer.install(context)))
        .hasMessageContaining("does not say which servlets are its own");
    assertClosed(one);
    assertClosed(other);
  }

  @Test
  void openPathThatIsTheEndpointOfItsContext_stopsTheStart() {
    ResourceServer server =
        ResourceServer.builder(
                "https://mcp.example.com/app/all/mcp",
                AuthorizationServer.of("https://login.example.com"),
                ToolPolicy.builder().build())
            .build();
    assertThatThrownBy(
            () ->
                start(
                    "/app",
                    (classes, context) ->
                        McpAuthInstaller.of(server)
                            .wellKnownMapped()
                            .openPaths("/all/*")
                            .install(context)))
        .hasMessageContaining("The open paths open '/all/mcp', the path of the MCP endpoint");
    assertClosed(server);
  }

  /** Message paths may be written as endpoints are, from the root of the host. */
  @ParameterizedTest
  @CsvSource({
    "/, /messages/*, /messages/*",
    "/, /messages/*, /messages/public",
    "/, /messages/*, /messages/public/*",
    "/, /api/message, /api/*",
    "/app, /app/message, /message",
    "/app, /app/messages/*, /messages/public/*",
    "/app, /message, /message"
  })
  void openPathThatIsAMessagePath_stopsTheStart(String context, String messages, String open) {
    assertThatThrownBy(() -> startOpen(context, messages, open))
        .hasMessageContaining("The open paths open '" + messages + "', where messages");
  }

  @Test
  void openPathBesideMessagePaths_starts() {
    assertThatCode(() -> startOpen("/app", "/app/messages/*", "/message"))
        .doesNotThrowAnyException();
    assertThatCode(() -> startOpen("/", "/messages/*", "/messagesx/*")).doesNotThrowAnyException();
  }

  private static void startOpen(String context, String messages, String open) throws Exception {
    String path = context.equals("/") ? "/mcp" : context + "/mcp";
    ResourceServer server =
        ResourceServer.builder(
                "https://mcp.example.com" + path,
                AuthorizationServer.of("https://login.example.com"),
                ToolPolicy.builder().build())
            .messagePaths(messages)
            .build();
    McpAuthInstaller installer = McpAuthInstaller.of(server).openPaths(open);
    if (!context.equals("/")) {
      installer.wellKnownMapped();
    }
    start(context, (classes, servlet) -> installer.install(servlet));
  }

  private static void assertClosed(ResourceServer server) {
    AuthException refusal =
        catchThrowableOfType(
            AuthException.class, () -> server.authorizationServerMirror().document());
    assertThat(refusal.facts()).containsEntry("problem", "closed");
  }

  private static final Map<String, UnaryOperator<McpAuthInstaller>> OPTIONS =
      Map.ofEntries(
          Map.entry("guardServlets", one -> one.guardServlets("a")),
          Map.entry("openPaths", one -> one.openPaths("/a")),
          Map.entry("alsoOpen", one -> one.alsoOpen("/b")),
          Map.entry("serveTrailingSlash", one -> one.serveTrailingSlash()),
          Map.entry("maxBodyBytes", one -> one.maxBodyBytes(1)),
          Map.entry("application", one -> one.application("a")),
          Map.entry(
              "mirrorAuthorizationServerMetadata", one -> one.mirrorAuthorizationServerMetadata()),
          Map.entry("atRoot", one -> one.atRoot()),
          Map.entry("wellKnownMapped", one -> one.wellKnownMapped()),
          Map.entry("browserSessions", one -> one.browserSessions(request -> null)),
          Map.entry("authorizationServer", one -> one.authorizationServer(own())));

  private static OAuthServer own() {
    return OAuthServer.builder(
            "https://mcp.example.com",
            Store.inMemory(),
            request -> new Login.LoginResult.Answered())
        .resource("https://mcp.example.com/mcp", ToolPolicy.builder().tool("t", "s").build())
        .build();
  }

  @Test
  void optionSetTwice_stopsTheStart() {
    OPTIONS.forEach(
        (name, set) -> {
          McpAuthInstaller once = set.apply(installer());
          assertThatThrownBy(() -> set.apply(once))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(name + " is set twice. Set it once.");
        });
    assertThat(McpAuthInstaller.class.getDeclaredMethods())
        .filteredOn(method -> method.getReturnType() == McpAuthInstaller.class)
        .filteredOn(method -> Modifier.isPublic(method.getModifiers()))
        .filteredOn(method -> !Modifier.isStatic(method.getModifiers()))
        .extracting(Method::getName)
        .filteredOn(name -> !name.equals("and"))
        .containsExactlyInAnyOrderElementsOf(OPTIONS.keySet());
  }

  @Test
  void wrongOptions_stopTheStart() {
    assertThatThrownBy(() -> installer().guardServlets())
        .hasMessageStartingWith("No servlet to guard is named.");
    assertThatThrownBy(
            () -> start("/", (classes, context) -> installer().maxBodyBytes(0).install(context)))
        .hasMessageContaining("Body cap 0 is no size");
  }

  @Test
  void endOfTheContext_closesTheServerAndItsThreads() throws Exception {
    EchoServlet echo = new EchoServlet();
    try (GuardedJetty jetty = GuardedJetty.inFrontOf(echo)) {
      assertThat(jetty.send(jetty.call("read_file")).statusCode()).isEqualTo(200);
      assertThat(libraryThreads()).isPositive();
      jetty.stop();
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread.getName().startsWith("mcp-auth-")) {
          thread.join(60_000);
        }
      }
      assertThat(libraryThreads()).isZero();
    }
  }

  private static long libraryThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("mcp-auth-"))
        .count();
  }

  private static McpAuthInstaller installer() {
    return McpAuthInstaller.of(server());
  }

  private static ResourceServer server() {
    return ResourceServer.builder(
            "https://mcp.example.com/mcp",
            AuthorizationServer.of("https://login.example.com"),
            ToolPolicy.builder().build())
        .build();
  }

  private static void start(String contextPath, ServletContainerInitializer initializer)
      throws Exception {
    Server jetty = new Server();
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath(contextPath);
    context.addServlet(new ServletHolder("mcp", new EchoServlet()), "/mcp");
    context.addServletContainerInitializer(initializer);
    jetty.setHandler(context);
    try {
      jetty.start();
    } finally {
      jetty.stop();
    }
  }
}
