package io.mcpauth.discovery;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.discovery.AuthorizationServerDiscovery.Form.OAUTH_INSERTED;
import static io.mcpauth.token.WebServer.OAUTH;
import static io.mcpauth.token.WebServer.OPENID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.WebServer;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorizationServerDiscoveryTest {
  private static final WebServer WEB = new WebServer();
  private static final AuthorizationServerDiscovery DISCOVERY = new AuthorizationServerDiscovery();
  private static final String JWKS = "https://keys.example.com/jwks";

  @AfterAll
  static void stop() {
    DISCOVERY.close();
    WEB.close();
  }

  @ParameterizedTest
  @CsvSource({
    "https://i.test",
    "https://i.test/", // Auth0
  })
  void issuerWithoutPath_hasTwoPlaces(String issuer) {
    assertThat(AuthorizationServerDiscovery.places(issuer, OAUTH_INSERTED))
        .extracting(URI::toString)
        .containsExactly("https://i.test" + OAUTH, "https://i.test" + OPENID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://i.test:8443/realms/r", "https://i.test:8443/realms/r/"})
  void issuerWithPath_hasThreePlaces(String issuer) {
    assertThat(AuthorizationServerDiscovery.places(issuer, OAUTH_INSERTED))
        .extracting(URI::toString)
        .containsExactly(
            "https://i.test:8443" + OAUTH + "/realms/r",
            "https://i.test:8443" + OPENID + "/realms/r",
            "https://i.test:8443/realms/r" + OPENID);
  }

  @Test
  void encodedPath_staysEncoded() {
    assertThat(
            AuthorizationServerDiscovery.places("https://i.test/a%2Fb%20c", OAUTH_INSERTED).get(0))
        .hasToString("https://i.test" + OAUTH + "/a%2Fb%20c");
  }

  @Test
  void firstPlace_isEnough() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path, JWKS);
    WEB.metadata(path + OPENID, WEB.origin() + path, "https://other.example.com/jwks");

    assertThat(jwksUri(WEB.origin() + path)).isEqualTo(JWKS);
    assertThat(WEB.requestsWith(path)).containsExactly(OAUTH + path);
  }

  @Test
  void laterPlaces_areAskedInOrder() {
    String path = WEB.newPath();
    WEB.metadata(path + OPENID, WEB.origin() + path, JWKS);

    assertThat(jwksUri(WEB.origin() + path)).isEqualTo(JWKS);
    assertThat(WEB.requestsWith(path)).containsExactly(OAUTH + path, OPENID + path, path + OPENID);
  }

  @Test
  void trailingSlashOfTheIssuer_isKeptInTheComparison() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path + "/", JWKS);

    assertThat(jwksUri(WEB.origin() + path + "/")).isEqualTo(JWKS);
    assertThat(reason(WEB.origin() + path)).isEqualTo(ReasonCode.DISCOVERY_FAILED);
  }

  @Test
  void issuerAtTheRoot_isFoundThere() {
    try (WebServer auth0 = new WebServer()) {
      auth0.metadata(OPENID, auth0.origin() + "/", JWKS);

      assertThat(jwksUri(auth0.origin() + "/")).isEqualTo(JWKS);
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
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":\"https://k.test\",\"x\":1e99999999999}",
        "{\"issuer\":\"ISSUER\",\"issuer\":\"ISSUER\",\"jwks_uri\":\"https://k.test\"}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":\"https://a.test\",\"jwks_uri\":\"https://k.test\"}",
        "{\"issuer\":\"ISSUER\",\"jwks_uri\":\"https://k.test\"} trailing"
      })
  void documentThatIsNoMetadata_isRefusedAndTheNextPlaceAsked(String body) {
    String path = WEB.newPath();
    WEB.answer(OAUTH + path, 200, body.replace("ISSUER", WEB.origin() + path));
    WEB.metadata(OPENID + path, WEB.origin() + path, JWKS);

    assertThat(jwksUri(WEB.origin() + path)).isEqualTo(JWKS);
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
              .formatted(WEB.origin() + path, JWKS, "y".repeat(513 * 1024)));
    }

    assertThat(refusal(WEB.origin() + path).facts().values())
        .allMatch(fact -> fact.startsWith("TOO_LARGE"));
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

  @Test
  void whatIsNeeded_isTakenFromTheFirstPlaceThatHasIt() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path, "https://a.test/jwks");
    WEB.metadata(OPENID + path, WEB.origin() + path, JWKS);

    URI place =
        DISCOVERY.fetch(
            WEB.origin() + path,
            OAUTH_INSERTED,
            found -> {
              if (!JWKS.equals(found.metadata().jwksUri())) {
                throw new IllegalArgumentException("not those keys");
              }
              return found.place();
            });

    assertThat(place).hasToString(WEB.origin() + OPENID + path);
  }

  @Test
  void whatIsNeededAndNowhere_isTold() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path, JWKS);

    AuthException refusal =
        catchThrowableOfType(
            AuthException.class,
            () ->
                DISCOVERY.fetch(
                    WEB.origin() + path,
                    OAUTH_INSERTED,
                    found -> {
                      throw new IllegalArgumentException("'x' is missing");
                    }));

    assertThat(refusal).isNotNull();
    assertThat(refusal.facts())
        .containsEntry(WEB.origin() + OAUTH + path, "'x' is missing")
        .containsEntry(WEB.origin() + OPENID + path, "status 404");
  }

  @Test
  void issuerOfTheOperator_isFound() throws Exception {
    String path = WEB.newPath();
    WEB.metadata(path + OPENID, WEB.origin() + path, JWKS);

    assertThat(DISCOVERY.fetch(WEB.origin() + path).metadata().jwksUri()).isEqualTo(JWKS);
  }

  @Test
  void issuerOfTheOperatorThatIsSpeltAnotherWay_isToldTheRightOne() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, WEB.origin() + path, JWKS);

    ClientException refusal =
        catchThrowableOfType(
            ClientException.class, () -> DISCOVERY.fetch(WEB.origin() + path + "/"));
    assertThat(refusal.reason()).isEqualTo(ClientException.Reason.AUTHORIZATION_SERVER_UNAVAILABLE);
    assertThat(refusal)
        .hasMessageContaining(
            "issuer is '" + WEB.origin() + path + "', which differs by a slash. Write it");
  }

  /** The issuer of Entra's {@code common} is a template, and no token carries it. */
  @Test
  void issuerOfEntraForEverybody_isToldToNameATenant() {
    String path = WEB.newPath();
    WEB.metadata(OAUTH + path, "https://login.microsoftonline.com/{tenantid}/v2.0", JWKS);

    assertThat(refusal(WEB.origin() + path).facts().get(WEB.origin() + OAUTH + path))
        .contains("{tenantid}", "Write the issuer of one tenant");
  }

  // https://github.com/ronvanderheijden/openid-connect/issues/25
  @Test
  void scopesSupportedThatAreAnObject_costNobodyTheKeysOrTheLogin() throws Exception {
    String path = WEB.newPath();
    String issuer = WEB.origin() + path;
    WEB.answer(
        OAUTH + path,
        200,
        "{\"issuer\":\""
            + issuer
            + "\",\"jwks_uri\":\""
            + JWKS
            + "\",\"scopes_supported\":{\"openid\":\"Log in\"}}");

    assertThat(jwksUri(issuer)).isEqualTo(JWKS);
    AuthorizationServerMetadata metadata = DISCOVERY.fetch(issuer).metadata();
    assertThat(metadata.scopesSupported()).isNull();
    assertThat(metadata.unusableMembers()).containsExactly("scopes_supported");
  }

  @Test
  void protectionThatCannotBeRead_concernsClientsAndNotTheKeys() throws Exception {
    String path = WEB.newPath();
    String issuer = WEB.origin() + path;
    WEB.answer(
        OAUTH + path,
        200,
        "{\"issuer\":\""
            + issuer
            + "\",\"jwks_uri\":\""
            + JWKS
            + "\",\"code_challenge_methods_supported\":\"S256\"}");

    assertThat(
            DISCOVERY.<String>fetchForKeys(
                issuer,
                issuer,
                OAUTH_INSERTED,
                found -> String.valueOf(found.metadata().jwksUri())))
        .isEqualTo(JWKS);
    assertThat(refusal(issuer).facts().get(WEB.origin() + OAUTH + path))
        .isEqualTo("'code_challenge_methods_supported' has the wrong type");
    assertThat(catchThrowableOfType(ClientException.class, () -> DISCOVERY.fetch(issuer)))
        .hasMessageContaining("'code_challenge_methods_supported' has the wrong type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"login.example.com", "http://login.example.com", "https://i.test/?a=b"})
  void issuerOfTheOperatorThatIsNone_isNotAskedFor(String issuer) {
    ClientException refusal =
        catchThrowableOfType(ClientException.class, () -> DISCOVERY.fetch(issuer));
    assertThat(refusal.reason()).isEqualTo(ClientException.Reason.URL_NOT_ACCEPTED);
  }

  @Test
  void closedDiscovery_asksNobody() {
    String path = WEB.newPath();
    AuthorizationServerDiscovery closed = new AuthorizationServerDiscovery();
    closed.close();

    AuthException refusal =
        catchThrowableOfType(
            AuthException.class, () -> closed.fetch(WEB.origin() + path, OAUTH_INSERTED));

    assertThat(refusal).isNotNull();
    assertThat(refusal.facts().values()).containsOnly("CLOSED");
    assertThat(WEB.requestsWith(path)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "93.184.215.14, https://i.test/keys, true", // its own host
    "93.184.215.14, https://I.TEST/keys, true",
    "93.184.215.14, https://inside.test/keys, false",
    "93.184.215.14, mailto:a@i.test, false",
    "10.0.0.1, https://inside.test/keys, true", // the operator put the issuer inside
    "127.0.0.1, https://inside.test/keys, true"
  })
  void whatAPublicIssuerNames_maybePrivateOnItsOwnHostAlone(
      String address, String named, boolean mayBe) throws Exception {
    DiscoveredMetadata found =
        new DiscoveredMetadata(
            AuthorizationServerMetadata.parse(
                "{\"issuer\":\"https://i.test\"}".getBytes(UTF_8), "https://i.test"),
            URI.create("https://i.test" + OAUTH),
            InetAddress.getByName(address));

    assertThat(found.mayBePrivate(URI.create(named))).isEqualTo(mayBe);
  }

  private static @Nullable String jwksUri(String issuer) {
    return DISCOVERY.fetch(issuer, OAUTH_INSERTED).metadata().jwksUri();
  }

  private static List<String> places(String path) {
    return List.of(OAUTH + path, OPENID + path, path + OPENID);
  }

  private static ReasonCode reason(String issuer) {
    return refusal(issuer).reason();
  }

  private static AuthException refusal(String issuer) {
    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> DISCOVERY.fetch(issuer, OAUTH_INSERTED));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(ReasonCode.DISCOVERY_FAILED);
    return refusal;
  }
}
