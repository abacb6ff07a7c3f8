package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetadataEndpointTest {
  private static final String ROOT = "/.well-known/oauth-protected-resource";

  private GuardedJetty jetty;

  @BeforeAll
  void start() throws Exception {
    jetty = GuardedJetty.inFrontOf(new EchoServlet());
  }

  @AfterAll
  void stop() throws Exception {
    jetty.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {ROOT, ROOT + "/mcp"})
  void bothLocations_serveTheSameDocumentToEveryOrigin(String path) throws Exception {
    HttpResponse<String> response =
        jetty.send(jetty.request(path).header("Origin", "https://elsewhere.example").build());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    assertThat(response.body())
        .startsWith("{\"resource\":\"https://mcp.example.com/mcp\",\"authorization_servers\":[\"")
        .endsWith(
            "\"],\"scopes_supported\":[\"files:write\",\"files:read\"],"
                + "\"bearer_methods_supported\":[\"header\"]}");
  }

  @Test
  void hostAndForwardedHeaders_changeNothing() throws Exception {
    String plain = document("");
    String steered =
        document(
            "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\n"
                + "Forwarded: host=evil.example\r\n");
    assertThat(steered).isEqualTo(plain).doesNotContain("evil");
  }

  private String document(String headers) throws Exception {
    String answer =
        jetty.raw(
            "GET "
                + ROOT
                + " HTTP/1.1\r\nHost: evil.example\r\n"
                + headers
                + "Connection: close\r\n\r\n");
    return answer.substring(answer.indexOf("\r\n\r\n"));
  }

  @Test
  void preflight_allowsTheHeadersThatClientsSend() throws Exception {
    HttpResponse<String> response =
        jetty.send(
            jetty
                .request(ROOT)
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://elsewhere.example")
                .header("Access-Control-Request-Headers", "mcp-protocol-version")
                .build());
    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
        .contains("MCP-Protocol-Version");
    assertThat(response.headers().firstValue("Access-Control-Allow-Methods"))
        .hasValue("GET, HEAD, OPTIONS");
  }

  @Test
  void head_hasTheHeadersOnly() throws Exception {
    HttpResponse<String> response =
        jetty.send(jetty.request(ROOT).method("HEAD", HttpRequest.BodyPublishers.noBody()).build());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
  void otherMethods_are405WithAllow(String method) throws Exception {
    HttpResponse<String> response =
        jetty.send(jetty.request(ROOT).method(method, HttpRequest.BodyPublishers.noBody()).build());
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD, OPTIONS");
  }

  /** No login, and no reason for a client of 2025-03-26 to take it for an answer of a server. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ROOT + "/other",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration/mcp",
        "/.well-known/anything",
        "/x/../.well-known/anything"
      })
  void documentThatIsNotThere_is404WithoutAChallenge(String path) throws Exception {
    for (String method : new String[] {"GET", "HEAD", "POST"}) {
      HttpResponse<String> absent =
          jetty.send(
              jetty.request(path).method(method, HttpRequest.BodyPublishers.noBody()).build());
      assertThat(absent.statusCode()).isEqualTo(404);
      assertThat(absent.headers().firstValue("WWW-Authenticate")).isEmpty();
      assertThat(absent.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    }
    assertThat(
            jetty
                .send(
                    jetty
                        .request(path)
                        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                        .build())
                .statusCode())
        .isEqualTo(204);
  }

  @Test
  void pathThatOnlyLooksLikeIt_isGuarded() throws Exception {
    assertThat(jetty.send(jetty.request("/.well-knownx/y").build()).statusCode()).isEqualTo(401);
    assertThat(jetty.send(jetty.request("/mcp/.well-known/x").build()).statusCode()).isEqualTo(401);
  }

  /** jaydenpetersen/metagraphed#9506. */
  @Test
  void endpointWithASlashAtItsEnd_is404WithAHintAndNoLogin() throws Exception {
    for (HttpRequest request :
        new HttpRequest[] {jetty.request("/mcp/").build(), jetty.authorized("/mcp/").build()}) {
      HttpResponse<String> absent = jetty.send(request);
      assertThat(absent.statusCode()).isEqualTo(404);
      assertThat(absent.headers().firstValue("WWW-Authenticate")).isEmpty();
      assertThat(absent.body())
          .contains("The MCP endpoint is https://mcp.example.com/mcp without a slash at its end");
    }
    assertThat(jetty.send(jetty.request("/mcp").build()).statusCode()).isEqualTo(401);
    assertThat(jetty.send(jetty.request("/mcp/x/").build()).statusCode()).isEqualTo(401);
  }

  @Test
  void endpointWithASlashAtItsEnd_isJudgedAndServedWhereThatIsSaid() throws Exception {
    try (GuardedJetty served =
        GuardedJetty.inFrontOf(
            new EchoServlet(),
            context -> ContextJetty.servlet(context, "slash", "/mcp/"),
            McpAuthInstaller::serveTrailingSlash)) {
      assertThat(served.send(served.request("/mcp/").build()).statusCode()).isEqualTo(401);
      assertThat(served.send(served.authorized("/mcp/").build()).statusCode()).isEqualTo(200);
    }
  }
}
