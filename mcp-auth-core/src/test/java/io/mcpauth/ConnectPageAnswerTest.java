package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests of a browser are answered by the page, and what else the answer has. */
class ConnectPageAnswerTest {
  private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

  private static final TestIssuer ISSUER = TestIssuer.start();
  private static final ResourceServer LOCKED =
      server(ToolPolicy.builder().tool("read", "files:read").build());

  /** With a GET that needs no login, as MCP clients open it. */
  private static final ResourceServer OPEN =
      server(
          ToolPolicy.builder()
              .initialScopes("files:read")
              .tool("about", Access.anonymous())
              .tool("read", "files:read")
              .build());

  @AfterAll
  static void close() {
    LOCKED.close();
    OPEN.close();
    ISSUER.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void browserWithoutCredential_getsThePageInTheSame401(String method) {
    AccessDecision.Refused json = refused(LOCKED, RequestStub.of(method));
    AccessDecision.Refused page = refused(LOCKED, browser(method));
    assertThat(page.status()).isEqualTo(401);
    assertThat(page.reason()).isEqualTo(ReasonCode.CREDENTIAL_MISSING);
    assertThat(new String(page.body(), UTF_8)).startsWith("<!DOCTYPE html>");
    Map<String, String> headers = new LinkedHashMap<>(page.headers());
    assertThat(headers).containsEntry("Content-Type", "text/html; charset=utf-8");
    headers.keySet().retainAll(json.headers().keySet());
    headers.put("Content-Type", "application/json");
    assertThat(headers).isEqualTo(json.headers()).containsKey("WWW-Authenticate");
  }

  @Test
  void everyOtherRefusal_staysJson() {
    assertThat(contentType(LOCKED, browser("GET").bearer("x.y.z"))).isEqualTo("application/json");
    assertThat(contentType(LOCKED, browser("GET").header("Origin", "https://evil.example")))
        .isEqualTo("application/json");
    assertThat(contentType(LOCKED, browser("DELETE"))).isEqualTo("application/json");
    assertThat(contentType(LOCKED, RequestStub.post("{}").header("Accept", BROWSER)))
        .isEqualTo("application/json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void browserWhereGetIsOpen_getsThePageToo(String method) {
    AccessDecision.Refused page = refused(OPEN, browser(method));
    assertThat(page.status()).isEqualTo(401);
    assertThat(page.headers().get("WWW-Authenticate"))
        .isEqualTo(
            refused(OPEN, RequestStub.post(Guarded.call("1", "read")))
                .headers()
                .get("WWW-Authenticate"));
    assertThat(new String(page.body(), UTF_8)).startsWith("<!DOCTYPE html>");
  }

  @Test
  void clientWhereGetIsOpen_staysAnonymous() {
    assertThat(OPEN.decide(RequestStub.of("GET").header("Accept", "text/event-stream")))
        .isInstanceOf(AccessDecision.Granted.class);
    assertThat(OPEN.decide(browser("GET").header("Accept", BROWSER, "text/event-stream")))
        .isInstanceOf(AccessDecision.Granted.class);
  }

  @Test
  void browserWithCredential_isAClient() {
    String token = ISSUER.token(Guarded.RESOURCE).scopes("files:read").mint();
    assertThat(OPEN.decide(browser("GET").bearer(token)))
        .isInstanceOf(AccessDecision.Granted.class);
  }

  @Test
  void bytesOfAnAnswer_areItsOwn() {
    refused(LOCKED, browser("GET")).body()[0] = 'x';
    assertThat(new String(refused(LOCKED, browser("GET")).body(), UTF_8)).startsWith("<!");
  }

  private static RequestStub browser(String method) {
    return RequestStub.of(method).header("Accept", BROWSER);
  }

  private static String contentType(ResourceServer server, RequestStub request) {
    return refused(server, request).headers().getOrDefault("Content-Type", "");
  }

  private static AccessDecision.Refused refused(ResourceServer server, RequestStub request) {
    AccessDecision decision = server.decide(request);
    assertThat(decision).isInstanceOf(AccessDecision.Refused.class);
    return (AccessDecision.Refused) decision;
  }

  private static ResourceServer server(ToolPolicy policy) {
    return ResourceServer.builder(Guarded.RESOURCE, AuthorizationServer.of(ISSUER.issuer()), policy)
        .metadata(metadata -> metadata.resourceName("File tools"))
        .build();
  }
}
