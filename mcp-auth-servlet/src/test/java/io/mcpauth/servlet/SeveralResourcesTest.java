package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two MCP servers in one context, each with its own issuer and policy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeveralResourcesTest {
  private static final String FILES = "https://mcp.example.com/files";
  private static final String MAIL = "https://mcp.example.com/mail";
  private static final String METADATA = "/.well-known/oauth-protected-resource";
  private static final String MIRROR = "/.well-known/oauth-authorization-server";

  private final TestIssuer first = TestIssuer.start();
  private final TestIssuer second = TestIssuer.start();
  private ContextJetty jetty;

  @BeforeAll
  void start() throws Exception {
    jetty = new ContextJetty("/", context -> setUp(context, two()));
  }

  @AfterAll
  void stop() {
    jetty.close();
    first.close();
    second.close();
  }

  private McpAuthInstaller two() {
    return files().atRoot().and(mail().application("post"));
  }

  private McpAuthInstaller files() {
    return McpAuthInstaller.of(server(FILES, first, "files:read")).guardServlets("files");
  }

  private McpAuthInstaller mail() {
    return McpAuthInstaller.of(server(MAIL, second, "mail:read")).guardServlets("mail");
  }

  private static ResourceServer server(String resource, TestIssuer issuer, String scope) {
    return ResourceServer.builder(
            resource,
            AuthorizationServer.of(issuer.issuer()),
            ToolPolicy.builder().baseScopes(scope).method("GET").build())
        .build();
  }

  private static void setUp(ServletContextHandler context, McpAuthInstaller installer) {
    ContextJetty.servlet(context, "files", "/files");
    ContextJetty.servlet(context, "mail", "/mail");
    ContextJetty.servlet(context, "page", "/page");
    context.addServletContainerInitializer((classes, servlet) -> installer.install(servlet));
  }

  @Test
  void challengeOfEach_namesItsOwnMetadata() throws Exception {
    assertThat(jetty.send("GET", "/files"))
        .startsWith("HTTP/1.1 401")
        .contains("resource_metadata=\"https://mcp.example.com" + METADATA + "/files\"");
    assertThat(jetty.send("GET", "/mail"))
        .startsWith("HTTP/1.1 401")
        .contains("resource_metadata=\"https://mcp.example.com" + METADATA + "/mail\"");
    assertThat(jetty.send("GET", "/page")).contains("reached page");
  }

  @Test
  void tokenOfOne_isRefusedAtTheOther() throws Exception {
    String token = "Authorization: Bearer " + first.token(FILES).scopes("files:read").mint();
    assertThat(jetty.send("GET", "/files", token)).startsWith("HTTP/1.1 200");
    assertThat(jetty.send("GET", "/mail", token)).startsWith("HTTP/1.1 401");
    // Of the right issuer, but for the other resource on the same host (CVE-2025-69196).
    String wrongAudience =
        "Authorization: Bearer " + second.token(FILES).scopes("mail:read").mint();
    assertThat(jetty.send("GET", "/mail", wrongAudience)).startsWith("HTTP/1.1 401");
  }

  @Test
  void documents_areWhereEachIsLookedFor() throws Exception {
    assertThat(jetty.send("GET", METADATA + "/files")).contains("\"resource\":\"" + FILES);
    assertThat(jetty.send("GET", METADATA + "/mail")).contains("\"resource\":\"" + MAIL);
    assertThat(jetty.send("GET", METADATA)).contains("\"resource\":\"" + FILES);
    assertThat(jetty.send("GET", "/.well-known/post/oauth-protected-resource"))
        .contains("\"resource\":\"" + MAIL)
        .contains("\"authorization_servers\":[\"" + second.issuer() + "\"]");
  }

  /** An authorization server that has complete metadata. */
  private static HttpServer provider() throws IOException {
    HttpServer provider =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String issuer = issuer(provider);
    provider.createContext(
        MIRROR,
        exchange -> {
          byte[] metadata =
              ("{\"issuer\":\"I\",\"authorization_endpoint\":\"I/a\",\"token_endpoint\":\"I/t\","
                      + "\"jwks_uri\":\"I/k\",\"response_types_supported\":[\"code\"]}")
                  .replace("I", issuer)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, metadata.length);
          exchange.getResponseBody().write(metadata);
          exchange.close();
        });
    provider.start();
    return provider;
  }

  private static String issuer(HttpServer provider) {
    return "http://127.0.0.1:" + provider.getAddress().getPort();
  }

  @Test
  void mirror_isOfTheResourceThatAskedForIt() throws Exception {
    HttpServer provider = provider();
    String issuer = issuer(provider);
    McpAuthInstaller mirrored =
        McpAuthInstaller.of(
                ResourceServer.builder(
                        MAIL, AuthorizationServer.of(issuer), ToolPolicy.builder().build())
                    .build())
            .guardServlets("mail")
            .mirrorAuthorizationServerMetadata();
    try (ContextJetty other =
        new ContextJetty("/", context -> setUp(context, files().atRoot().and(mirrored)))) {
      assertThat(other.send("GET", MIRROR + "/mail"))
          .startsWith("HTTP/1.1 200")
          .contains("\"issuer\":\"" + issuer + "\"")
          .contains("Access-Control-Allow-Origin: *")
          .contains("ETag: \"");
      assertThat(other.send("GET", MIRROR + "/files")).startsWith("HTTP/1.1 404");
      assertThat(other.send("GET", MIRROR)).startsWith("HTTP/1.1 404");
      assertThat(other.send("GET", METADATA + "/mail"))
          .contains("\"authorization_servers\":[\"" + issuer + "\"]");
    } finally {
      provider.stop(0);
    }
  }

  @Test
  void withoutADefault_theRootHasNone() throws Exception {
    try (ContextJetty other =
        new ContextJetty("/", context -> setUp(context, files().and(mail())))) {
      assertThat(other.send("GET", METADATA)).startsWith("HTTP/1.1 404");
      assertThat(other.send("GET", METADATA + "/mail")).startsWith("HTTP/1.1 200");
    }
  }

  private static void stopsTheStart(McpAuthInstaller wrong, String message) {
    assertThatThrownBy(() -> new ContextJetty("/", context -> setUp(context, wrong)).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void contradictions_stopTheStart() {
    stopsTheStart(
        files().and(McpAuthInstaller.of(server(MAIL, second, "x"))),
        "does not say which servlets are its own");
    stopsTheStart(
        files().and(McpAuthInstaller.of(server(MAIL, second, "x")).guardServlets("files")),
        "The servlet 'files' is guarded for two resources");
    stopsTheStart(
        files().and(McpAuthInstaller.of(server(FILES, second, "x")).guardServlets("mail")),
        "Two resources want '" + METADATA + "/files'");
    stopsTheStart(files().atRoot().and(mail().atRoot()), "Two resources are atRoot");
    stopsTheStart(
        files().application("a").and(mail().application("a")),
        "Two resources want '/.well-known/a/oauth-protected-resource'");
    assertThatThrownBy(() -> files().application("a/b"))
        .hasMessageContaining("is no segment of a path");
  }
}
