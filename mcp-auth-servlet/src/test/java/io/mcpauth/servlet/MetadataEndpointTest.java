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
            "\"],\"scopes_supported\":[\"files:read\",\"files:write\"],"
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

  @Test
  void otherPathsBelowIt_areGuarded() throws Exception {
    assertThat(jetty.send(jetty.request(ROOT + "/other").build()).statusCode()).isEqualTo(401);
  }
}
