package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each request stands on the credential it carries, and on nothing that was there before. */
class CredentialOfEachRequestTest {
  private final EchoServlet echo = new EchoServlet();
  private GuardedJetty jetty;

  @BeforeEach
  void start() throws Exception {
    jetty = GuardedJetty.inFrontOf(echo);
  }

  @AfterEach
  void stop() {
    jetty.close();
  }

  @Test
  void secondRequestOnAConnection_needsItsOwnCredential() throws Exception {
    String get = "GET /mcp HTTP/1.1\r\nHost: x\r\n";
    String bearer = "Authorization: Bearer " + jetty.token().mint() + "\r\n";
    String answers = jetty.raw(get + bearer + "\r\n" + get + "Connection: close\r\n\r\n");
    assertThat(answers).startsWith("HTTP/1.1 200 ").containsOnlyOnce("HTTP/1.1 401 ");
    assertThat(echo.calls).hasValue(1);
  }

  @Test
  void tokenForAnotherServer_neverReachesTheServlet() throws Exception {
    String token = jetty.token().claim("aud", "https://mcp.example.com/other").mint();
    HttpResponse<String> response =
        jetty.send(jetty.request("/mcp").header("Authorization", "Bearer " + token).build());
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Bearer error=\"invalid_token\", ");
    assertThat(echo.calls).hasValue(0);
  }

  @Test
  void answers_setNoCookie() throws Exception {
    HttpResponse<String> granted = jetty.send(jetty.call("read_file"));
    HttpResponse<String> refused = jetty.send(jetty.call("write_file"));
    assertThat(granted.statusCode()).isEqualTo(200);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(granted.headers().firstValue("Set-Cookie")).isEmpty();
    assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
  }
}
