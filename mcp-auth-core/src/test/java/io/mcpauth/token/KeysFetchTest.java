package io.mcpauth.token;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.token.WebServer.OAUTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.mcpauth.RecordedLog;
import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.outbound.OutboundConnections;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysFetchTest {
  private static final WebServer WEB = new WebServer();
  private static final OutboundHttp HTTP = new OutboundHttp(OutboundConnections.defaults(), 4);
  private static final AuthorizationServerDiscovery DISCOVERY = new AuthorizationServerDiscovery();
  private static final String KEY = key();

  @AfterAll
  static void stop() {
    DISCOVERY.close();
    HTTP.close();
    WEB.close();
  }

  @Test
  void metadata_isReadOnceAndTheKeysEachTime() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path, WEB.origin() + path + "/jwks");
    WEB.answer(path + "/jwks", 200, set(KEY));
    KeysFetch fetch = discovering(path);

    assertThat(fetch.metadata()).isNull();
    assertThat(fetch.get()).hasSize(1);
    assertThat(fetch.get()).hasSize(1);
    assertThat(WEB.requestsWith(path))
        .containsExactly(OAUTH + path, path + "/jwks", path + "/jwks");
    assertThat(fetch.metadata()).isNotNull();
    assertThat(fetch.metadata().issuer()).isEqualTo(WEB.origin() + path);
  }

  @Test
  void explicitAddress_isUsedWithoutMetadata() {
    String path = WEB.newPath();
    WEB.answer(path + "/jwks?p=1", 200, set(KEY));

    assertThat(explicit(path, "/jwks?p=1").get()).hasSize(1);
    assertThat(WEB.requestsWith(path)).containsExactly(path + "/jwks?p=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
        "{\"kty\":\"XYZ\"}",
        "{\"kty\":\"RSA\"}",
        "{\"kty\":\"RSA\",\"n\":1,\"e\":[]}",
        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
        "{\"kty\":null}",
        "{}",
        "[]",
        "null",
        "1",
        "\"key\"",
        "[{\"kty\":\"oct\"}]"
      })
  void oddKey_doesNotTakeTheGoodOnesAlong(String odd) {
    String path = WEB.newPath();
    WEB.answer(path + "/jwks", 200, set(odd, KEY, odd));

    assertThat(explicit(path, "/jwks").get()).hasSize(1);
  }

  // https://github.com/spring-projects/spring-security/issues/7290
  // https://github.com/panva/openid-client/issues/466
  // https://github.com/cloudfoundry/uaa/issues/3365
  @Test
  void setThatIsServedAsJwkSetAlone_isAskedForAsThat() {
    String path = WEB.newPath();
    WEB.answerWhereAccepted(path + "/jwks", "application/jwk-set+json", set(KEY));

    assertThat(explicit(path, "/jwks").get()).hasSize(1);
  }

  @Test
  void setThatIsServedAsJsonAlone_isAskedForAsThat() {
    String path = WEB.newPath();
    WEB.answerWhereAccepted(path + "/jwks", "application/json", set(KEY));

    assertThat(explicit(path, "/jwks").get()).hasSize(1);
  }

  @Test
  void keysThatArePassedOver_areLoggedOnceOnOneLineEach() {
    String path = WEB.newPath();
    WEB.answer(
        path + "/jwks", 200, set("{\"kty\":\"RSA\",\"kid\":\"a\\nb\",\"use\":\"enc\"}", KEY));
    RecordedLog log = new RecordedLog();
    KeysFetch fetch =
        new KeysFetch(
            AuthorizationServer.of(WEB.origin() + path).withJwksUri(WEB.origin() + path + "/jwks"),
            HTTP,
            DISCOVERY,
            log.logger());
    assertThat(fetch.get()).hasSize(1);
    assertThat(fetch.get()).hasSize(1);

    assertThat(log.lines())
        .containsExactly(
            "INFO Keys of " + WEB.origin() + path + " that are passed over:",
            "INFO   'a?b': its use is 'enc'");
  }

  @Test
  void setOfKeysForEncryptionAlone_isToldAsThat() {
    String path = WEB.newPath();
    WEB.answer(path + "/jwks", 200, set("{\"kty\":\"RSA\",\"kid\":\"e\",\"use\":\"enc\"}"));

    assertThat(refusal(explicit(path, "/jwks")).facts().get("problem"))
        .isEqualTo("no usable key in the answer ['e': its use is 'enc']");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "[\"https://k.test\"]", "null", "\"\"", "\"/jwks\""})
  void metadataWithoutAUsableAddress_hasTheNextPlaceAsked(String jwksUri) {
    String path = WEB.newPath();
    String issuer = WEB.origin() + path;
    WEB.answer(OAUTH + path, 200, "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":" + jwksUri + "}");
    WEB.metadata(WebServer.OPENID + path, issuer, issuer + "/jwks");
    WEB.answer(path + "/jwks", 200, set(KEY));

    assertThat(discovering(path).get()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"status\":\"error\",\"msg\":\"no such application\"}",
        "<!doctype html><title>Sign in</title>",
        "{\"keys\":[]}",
        "{\"keys\":null}",
        "{\"keys\":{}}",
        "{\"keys\":\"KEY\"}",
        "{\"Keys\":[KEY]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
        "{\"keys\":[KEY],\"keys\":[KEY]}",
        "{\"keys\":[KEY],\"x\":1e99999999999}",
        "{\"keys\":[KEY]} trailing"
      })
  void documentWithoutKeys_isUnavailable(String body) {
    String path = WEB.newPath();
    WEB.answer(path + "/jwks", 200, body.replace("KEY", KEY));

    assertThat(refusal(explicit(path, "/jwks")).facts())
        .containsEntry("jwks_uri", WEB.origin() + path + "/jwks")
        .containsKey("problem");
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 400, 401, 404, 429, 500, 503})
  void anotherStatus_isUnavailable(int status) {
    String path = WEB.newPath();
    WEB.answer(path + "/jwks", status, set(KEY));

    assertThat(refusal(explicit(path, "/jwks")).facts())
        .containsEntry("problem", "status " + status);
  }

  @Test
  void redirect_isNotFollowed() {
    String path = WEB.newPath();
    WEB.answer(path + "/elsewhere", 200, set(KEY));
    WEB.answer(
        path + "/jwks", aResponse().withStatus(302).withHeader("Location", path + "/elsewhere"));

    assertThat(refusal(explicit(path, "/jwks")).facts()).containsEntry("problem", "REDIRECT");
    assertThat(WEB.requestsWith(path)).containsExactly(path + "/jwks");
  }

  @Test
  void hugeSet_isUnavailable() {
    String path = WEB.newPath();
    WEB.answer(path + "/jwks", 200, set(KEY) + " ".repeat(513 * 1024));

    assertThat(refusal(explicit(path, "/jwks")).facts().get("problem"))
        .isEqualTo(
            "TOO_LARGE: the body is over 524288 bytes, MCP_AUTH_OUTBOUND_MAX_BYTES allows more");
  }

  // https://github.com/GluuFederation/flex/issues/969
  @Test
  void sixtyKeysWithCertificates_areRead() {
    String path = WEB.newPath();
    String one = KEY.replace("{", "{\"x5c\":[\"" + "A".repeat(1200) + "\"],");
    WEB.answer(path + "/jwks", 200, set(Collections.nCopies(60, one).toArray(String[]::new)));

    assertThat(explicit(path, "/jwks").get()).hasSize(60);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://keys.example.com/jwks",
        "http://127.0.0.1.example.com/jwks",
        "http://u@127.0.0.1/jwks"
      })
  void plainHttpOffLoopback_isNotRequested(String jwksUri) {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path, jwksUri);

    assertThat(refusal(discovering(path)).facts()).containsEntry("problem", "SCHEME_REFUSED");
  }

  @Test
  void failure_passes() {
    String path = WEB.newPath();
    WEB.answer(path + "/jwks", 500, "");
    KeysFetch fetch = explicit(path, "/jwks");
    assertThat(refusal(fetch).reason()).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
    WEB.answer(path + "/jwks", 200, set(KEY));

    assertThat(fetch.get()).hasSize(1);
  }

  @Test
  void keysThatMoved_areFoundThroughTheMetadata() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path, WEB.origin() + path + "/old");
    WEB.answer(path + "/old", 200, set(KEY));
    KeysFetch fetch = discovering(path);
    assertThat(fetch.get()).hasSize(1);
    WEB.answer(path + "/old", 404, "");
    WEB.answer(path + "/new", 200, set(KEY));
    WEB.metadata(OAUTH + path, WEB.origin() + path, WEB.origin() + path + "/new");
    assertThat(refusal(fetch).reason()).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);

    assertThat(fetch.get()).hasSize(1);
  }

  @Test
  void failedDiscovery_isTriedAgain() {
    String path = WEB.newPath();
    KeysFetch fetch = discovering(path);
    AuthException refusal = catchThrowableOfType(AuthException.class, fetch::get);
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(ReasonCode.DISCOVERY_FAILED);
    WEB.metadata(OAUTH + path, WEB.origin() + path, WEB.origin() + path + "/jwks");
    WEB.answer(path + "/jwks", 200, set(KEY));

    assertThat(fetch.get()).hasSize(1);
  }

  private static KeysFetch discovering(String path) {
    return new KeysFetch(AuthorizationServer.of(WEB.origin() + path), HTTP, DISCOVERY);
  }

  private static KeysFetch explicit(String path, String keys) {
    return new KeysFetch(
        AuthorizationServer.of(WEB.origin() + path).withJwksUri(WEB.origin() + path + keys),
        HTTP,
        DISCOVERY);
  }

  private static AuthException refusal(KeysFetch fetch) {
    AuthException refusal = catchThrowableOfType(AuthException.class, fetch::get);
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
    return refusal;
  }

  private static String set(String... keys) {
    return "{\"keys\":" + List.of(keys) + "}";
  }

  private static String key() {
    try {
      return new RSAKeyGenerator(2048).keyID("k").generate().toPublicJWK().toJSONString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
