package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.issuer.Login;
import io.mcpauth.issuer.OAuthServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** An authorization server alone in a servlet context. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class AuthorizationServerInstallerTest {
  private final Server jetty = new Server();
  private final ServletContextHandler context = new ServletContextHandler();
  private String origin = "";

  @BeforeEach
  void open() throws Exception {
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    connector.open();
    jetty.addConnector(connector);
    origin = "http://127.0.0.1:" + connector.getLocalPort();
    jetty.setHandler(context);
  }

  @AfterEach
  void stop() throws Exception {
    jetty.stop();
  }

  private void start(String issuer) throws Exception {
    OAuthServer server =
        OAuthServer.builder(
                issuer,
                Store.inMemory(),
                request -> new Login.LoginResult.GoTo(URI.create("/login"), List.of()))
            .resource("https://mcp.test/mcp", ToolPolicy.everythingForWhoHas("files:read"))
            .build();
    context.addServletContainerInitializer(
        (classes, servlets) -> AuthorizationServerInstaller.of(server).install(servlets));
    jetty.start();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(origin + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void serverAlone_isFoundByItsMetadata() throws Exception {
    start(origin);
    HttpResponse<String> metadata = get("/.well-known/oauth-authorization-server");
    assertThat(metadata.body()).contains("\"token_endpoint\":\"" + origin + "/oauth/token\"");
    assertThat(get("/oauth/token").statusCode()).isEqualTo(405);
    assertThat(get("/oauth/applications").headers().firstValue("Location").orElse(""))
        .isEqualTo("/login");
    assertThat(get("/elsewhere").statusCode()).isEqualTo(404);
  }

  @Test
  void serverBelowAPath_isFoundThere() throws Exception {
    context.setContextPath("/login");
    start(origin + "/login");
    assertThat(get("/login/.well-known/openid-configuration").body())
        .contains("\"issuer\":\"" + origin + "/login\"");
    assertThat(get("/login/oauth/token").statusCode()).isEqualTo(405);
  }

  @Test
  void issuerOutsideOfTheContext_stopsTheStart() {
    context.setContextPath("/login");
    assertThatIllegalStateException()
        .isThrownBy(() -> start(origin))
        .withMessageContaining("Write an issuer below it");
  }
}
