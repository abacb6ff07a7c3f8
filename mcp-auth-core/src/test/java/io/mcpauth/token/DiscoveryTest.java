package io.mcpauth.token;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.token.ProviderProfile.DiscoveryForm.OAUTH_INSERTED;
import static io.mcpauth.token.WebServer.OAUTH;
import static io.mcpauth.token.WebServer.OPENID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundHttp;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryTest {
  private static final WebServer WEB = new WebServer();
  private static final OutboundHttp HTTP = new OutboundHttp(OutboundHttp.Limits.defaults());
  private static final Discovery DISCOVERY = new Discovery(HTTP);
  private static final String JWKS = "https://keys.example.com/jwks";

  @AfterAll
  static void stop() {
    HTTP.close();
    WEB.close();
  }

  @ParameterizedTest
  @CsvSource({
    "https://i.test",
    "https://i.test/", // Auth0
  })
  void issuerWithoutPath_hasTwoPlaces(String issuer) {
    assertThat(Discovery.places(issuer, OAUTH_INSERTED))
        .extracting(URI::toString)
        .containsExactly("https://i.test" + OAUTH, "https://i.test" + OPENID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://i.test:8443/realms/r", "https://i.test:8443/realms/r/"})
  void issuerWithPath_hasThreePlaces(String issuer) {
    assertThat(Discovery.places(issuer, OAUTH_INSERTED))
        .extracting(URI::toString)
        .containsExactly(
            "https://i.test:8443" + OAUTH + "/realms/r",
            "https://i.test:8443" + OPENID + "/realms/r",
            "https://i.test:8443/realms/r" + OPENID);
  }

  @Test
  void encodedPath_staysEncoded() {
    assertThat(Discovery.places("https://i.test/a%2Fb%20c", OAUTH_INSERTED).get(0))
        .hasToString("https://i.test" + OAUTH + "/a%2Fb%20c");
  }

  @Test
  void firstPlace_isEnough() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path, JWKS);
    WEB.metadata(path + OPENID, WEB.origin() + path, "https://other.example.com/jwks");

    assertThat(DISCOVERY.keysOf(WEB.origin() + path, OAUTH_INSERTED).uri()).hasToString(JWKS);
    assertThat(WEB.requestsWith(path)).containsExactly(OAUTH + path);
  }

  @Test
  void laterPlaces_areAskedInOrder() {
    String path = WEB.newPath();
    WEB.metadata(path + OPENID, WEB.origin() + path, JWKS);

    assertThat(DISCOVERY.keysOf(WEB.origin() + path, OAUTH_INSERTED).uri()).hasToString(JWKS);
    assertThat(WEB.requestsWith(path)).containsExactly(OAUTH + path, OPENID + path, path + OPENID);
  }

  @Test
  void trailingSlashOfTheIssuer_isKeptInTheComparison() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path + "/", JWKS);

    assertThat(DISCOVERY.keysOf(WEB.origin() + path + "/", OAUTH_INSERTED).uri()).hasToString(JWKS);
    assertThat(reason(WEB.origin() + path)).isEqualTo(ReasonCode.DISCOVERY_FAILED);
  }

  @Test
  void issuerAtTheRoot_isFoundThere() {
    try (WebServer auth0 = new WebServer()) {
      auth0.metadata(OPENID, auth0.origin() + "/", JWKS);

      assertThat(DISCOVERY.keysOf(auth0.origin() + "/", OAUTH_INSERTED).uri()).hasToString(JWKS);
      assertThat(auth0.requestsWith("")).containsExactly(OAUTH, OPENID);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "x", " ", "?", "#", "\\u0000"})
  void issuerThatDiffersByOneCharacter_isNotItsOwn(String more) {
    String path = WEB.newPath();
    for (String place : places(path)) {
      WEB.metadata(place, WEB.origin() + path + more, JWKS);
    }

    AuthException refusal = refusal(WEB.origin() + path);

    assertThat(refusal.reason()).isEqualTo(ReasonCode.DISCOVERY_FAILED);
    assertThat(refusal.facts()).hasSize(3);
    assertThat(refusal.facts().values()).allMatch(fact -> fact.startsWith("issuer is '"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "true",
        "[]",
        "{}",
        "{\"status\":\"error\"}",
        "<!doctype html><title>Sign in</title>",
        "{\"issuer\":null,\"jwks_uri\":\"https://k.test\"}",
        "{\"issuer\":[\"ISSUER\"],\"jwks_uri\":\"https://k.test\"}",
        "{\"Issuer\":\"ISSUER\",\"jwks_uri\":\"https://k.test\"}",
        "{\"issuer\":\"ISSUER\"}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":null}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":1}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":[\"https://k.test\"]}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":\"https://k.test\",\"x\":1e99999999999}",
        "{\"issuer\":\"ISSUER\",\"issuer\":\"ISSUER\",\"jwks_uri\":\"https://k.test\"}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":\"https://a.test\",\"jwks_uri\":\"https://k.test\"}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":\"https://k.test\"} trailing"
      })
  void documentThatIsNoMetadata_isRefusedAndTheNextPlaceAsked(String body) {
    String path = WEB.newPath();
    WEB.answer(OAUTH + path, 200, body.replace("ISSUER", WEB.origin() + path));
    WEB.metadata(OPENID + path, WEB.origin() + path, JWKS);

    assertThat(DISCOVERY.keysOf(WEB.origin() + path, OAUTH_INSERTED).uri()).hasToString(JWKS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/jwks",
        "keys.example.com/jwks",
        "//keys.example.com/jwks",
        "ftp://keys.example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "jar:https://k.test!/x",
        "data:,x",
        "https:",
        "https://",
        "https:///jwks",
        "HTTP://169.254.169.254/",
        "gopher://k.test/",
        "a b"
      })
  void keysElsewhereThanHttps_areRefused(String jwksUri) {
    String path = WEB.newPath();
    for (String place : places(path)) {
      WEB.metadata(place, WEB.origin() + path, jwksUri);
    }

    assertThat(refusal(WEB.origin() + path).facts().values())
        .containsOnly("jwks_uri is not an https URL");
  }

  @Test
  void redirect_isNotFollowed() {
    String path = WEB.newPath();
    WEB.metadata(path + "/elsewhere", WEB.origin() + path, JWKS);
    for (String place : places(path)) {
      WEB.answer(place, aResponse().withStatus(302).withHeader("Location", path + "/elsewhere"));
    }

    assertThat(refusal(WEB.origin() + path).facts().values()).containsOnly("REDIRECT");
    assertThat(WEB.requestsWith(path)).doesNotContain(path + "/elsewhere");
  }

  @Test
  void hugeDocument_isRefused() {
    String path = WEB.newPath();
    for (String place : places(path)) {
      WEB.answer(
          place,
          200,
          "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\",\"x\":\"%s\"}"
              .formatted(WEB.origin() + path, JWKS, "y".repeat(51 * 1024)));
    }

    assertThat(refusal(WEB.origin() + path).facts().values()).containsOnly("TOO_LARGE");
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 400, 401, 403, 404, 500, 503})
  void anotherStatus_isNoMetadata(int status) {
    String path = WEB.newPath();
    String body = "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(WEB.origin() + path, JWKS);
    for (String place : places(path)) {
      WEB.answer(place, status, status == 204 ? "" : body);
    }

    assertThat(refusal(WEB.origin() + path).facts().values()).containsOnly("status " + status);
  }

  @Test
  void refusal_namesEveryPlaceInOrder() {
    String path = WEB.newPath();

    assertThat(refusal(WEB.origin() + path).facts().keySet())
        .containsExactly(
            WEB.origin() + OAUTH + path,
            WEB.origin() + OPENID + path,
            WEB.origin() + path + OPENID);
  }

  @Test
  void forgedIssuerInADocument_forgesNoLogLine() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, "x\\r\\nINFO forged", JWKS);

    assertThat(refusal(WEB.origin() + path).facts().values())
        .noneMatch(fact -> fact.contains("\n") || fact.contains("\r"));
  }

  /** The operator wrote a private issuer down, so what it names may be private too. */
  @Test
  void keysOfAPrivateIssuer_mayBePrivate() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path, JWKS);

    assertThat(DISCOVERY.keysOf(WEB.origin() + path, OAUTH_INSERTED).policy())
        .isEqualTo(AddressPolicy.OPERATOR_CONFIGURED);
  }

  private static List<String> places(String path) {
    return List.of(OAUTH + path, OPENID + path, path + OPENID);
  }

  private static ReasonCode reason(String issuer) {
    return refusal(issuer).reason();
  }

  private static AuthException refusal(String issuer) {
    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> DISCOVERY.keysOf(issuer, OAUTH_INSERTED));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(ReasonCode.DISCOVERY_FAILED);
    return refusal;
  }
}
