package io.mcpauth.metadata;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.discovery.AuthorizationServerDiscovery.Form.OAUTH_INSERTED;
import static io.mcpauth.discovery.AuthorizationServerDiscovery.Form.OPENID_APPENDED;
import static io.mcpauth.token.WebServer.OAUTH;
import static io.mcpauth.token.WebServer.OPENID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.AuthException;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.token.WebServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The mirror of an issuer that answers over HTTP. */
class MirroredIssuerTest {
  private static final WebServer WEB = new WebServer();

  private final String path = WEB.newPath();
  private final String issuer = WEB.origin() + path;
  private final MutableClock clock = new MutableClock();

  @AfterAll
  static void stop() {
    WEB.close();
  }

  @Test
  void document_isTheIssuersOwn() {
    WEB.answer(OAUTH + path, 200, document(issuer));
    try (AuthorizationServerMirror mirror = mirror()) {
      assertThat(WEB.requestsWith(path)).isEmpty();
      assertThat(mirror.document()).asString(UTF_8).contains("\"issuer\":\"" + issuer + "\"");
      assertThat(mirror.document()).asString(UTF_8).contains("\"token_endpoint\":");
      assertThat(WEB.requestsWith(path)).containsExactly(OAUTH + path);
    }
  }

  @Test
  void openIdDocument_isAskedForFirstWhereTheProfileSaysSo() {
    WEB.answer(path + OPENID, 200, document(issuer));
    try (AuthorizationServerMirror mirror =
        AuthorizationServerMirror.of(
            issuer, OPENID_APPENDED, OutboundConnections.defaults(), clock)) {
      assertThat(mirror.document()).asString(UTF_8).contains(issuer);
      assertThat(WEB.requestsWith(path)).containsExactly(path + OPENID);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"issuer\":\"ISSUER/\",REST}",
        "{\"issuer\":\"https://evil.test\",REST}",
        "{REST}",
        "{\"issuer\":\"ISSUER\"}",
        "{\"issuer\":\"ISSUER\",REST,\"x_endpoint\":\"javascript:x\"}",
        "{\"issuer\":\"ISSUER\",REST,\"token_endpoint\":\"https://evil.test/\"}",
        "{\"issuer\":\"ISSUER\",REST,}",
        "{\"issuer\":\"ISSUER\",REST} x",
        "<!doctype html>",
        ""
      })
  void unfitDocument_isNotServedAndTheOldOneIs(String body) {
    String unfit = body.replace("ISSUER", issuer).replace("REST", rest());
    WEB.answer(OAUTH + path, 200, unfit);
    try (AuthorizationServerMirror mirror = mirror()) {
      AuthException refusal = catchThrowableOfType(AuthException.class, mirror::document);
      assertThat(refusal).isNotNull();
      assertThat(refusal.facts()).hasSize(3).containsKey(issuer.replace(path, OAUTH + path));

      WEB.answer(OAUTH + path, 200, document(issuer));
      clock.advance(Duration.ofSeconds(5));
      byte[] good = mirror.document();
      WEB.answer(OAUTH + path, 200, unfit);
      clock.advance(Duration.ofMinutes(5));
      assertThat(mirror.document()).isEqualTo(good);
    }
  }

  @Test
  void hugeDocument_isRefused() {
    WEB.answer(
        OAUTH + path,
        200,
        document(issuer).replace("{", "{\"x\":\"" + "y".repeat(600 * 1024) + "\","));
    try (AuthorizationServerMirror mirror = mirror()) {
      AuthException refusal = catchThrowableOfType(AuthException.class, mirror::document);
      assertThat(refusal).isNotNull();
      assertThat(refusal.facts().values()).anyMatch(fact -> fact.startsWith("TOO_LARGE"));
    }
  }

  @Test
  void close_endsAFetchThatHangs() throws Exception {
    WEB.answer(OAUTH + path, aResponse().withFixedDelay(60_000));
    AuthorizationServerMirror mirror = mirror();
    mirror.prefetch();
    List<Thread> fetches = // those of other tests end too
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("mcp-auth-mirror"))
            .toList();
    assertThat(fetches).isNotEmpty();

    mirror.close();

    for (Thread fetching : fetches) {
      fetching.join(60_000);
      assertThat(fetching.isAlive()).isFalse();
    }
  }

  private AuthorizationServerMirror mirror() {
    return AuthorizationServerMirror.of(
        issuer, OAUTH_INSERTED, OutboundConnections.defaults(), clock);
  }

  private static String document(String issuer) {
    return "{\"issuer\":\"" + issuer + "\"," + rest() + "}";
  }

  private static String rest() {
    return "\"authorization_endpoint\":\"https://i.test/authorize\","
        + "\"token_endpoint\":\"https://i.test/token\","
        + "\"response_types_supported\":[\"code\"]";
  }
}
