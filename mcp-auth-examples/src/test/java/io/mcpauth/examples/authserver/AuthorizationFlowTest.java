package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AuthorizationFlowTest {
  private static final Duration CODE_LIFETIME = Duration.ofMinutes(1);

  private static Desk desk;

  @BeforeAll
  static void start() {
    desk = new Desk(Desk.RESOURCE);
  }

  @AfterAll
  static void stop() {
    desk.close();
  }

  @Test
  void wholeFlow_yieldsATokenForTheResource() throws Exception {
    String client = desk.publicClient("flow");
    Map<String, String> response = desk.allowed(new Browser(), desk.authorize(client));
    assertThat(response)
        .containsOnlyKeys("code", "state", "iss")
        .containsEntry("state", "s t&a=te")
        .containsEntry("iss", desk.server.issuer());

    HttpResponse<String> answer =
        desk.exchange(client, Browser.code(response), "resource", Desk.RESOURCE);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    JsonNode tokens = Desk.JSON.readTree(answer.body());
    assertThat(tokens.get("token_type").stringValue()).isEqualTo("Bearer");
    assertThat(tokens.get("scope").stringValue()).isEqualTo("files:list");
    assertThat(tokens.get("refresh_token").stringValue()).isNotBlank();

    SignedJWT jwt = SignedJWT.parse(tokens.get("access_token").stringValue());
    assertThat(jwt.getHeader().getType().getType()).isEqualTo("at+jwt");
    JWKSet keys = JWKSet.parse(desk.get(Desk.JWKS).body());
    assertThat(keys.containsNonPublicKeys()).isFalse();
    JWSVerifier verifier =
        new RSASSAVerifier(keys.getKeyByKeyId(jwt.getHeader().getKeyID()).toRSAKey());
    assertThat(jwt.verify(verifier)).isTrue();
    assertThat(jwt.getJWTClaimsSet().toJSONObject())
        .containsEntry("iss", desk.server.issuer())
        .containsEntry("sub", Desk.USER)
        .containsEntry("aud", Desk.RESOURCE)
        .containsEntry("client_id", client)
        .containsEntry("scope", "files:list")
        .containsKeys("exp", "iat", "jti", "sid", "auth_time");
    assertThat(jwt.getJWTClaimsSet().getExpirationTime())
        .isEqualTo(
            java.util.Date.from(jwt.getJWTClaimsSet().getIssueTime().toInstant().plusSeconds(300)));
  }

  @Test
  void rolesOfTheUser_areInTheTokenAndInTheNextOne() throws Exception {
    String client = desk.publicClient("roles");
    JsonNode tokens = desk.tokens(client);
    assertThat(roles(tokens)).containsExactly("editor");
    String refreshToken = tokens.get("refresh_token").stringValue();
    JsonNode next = Desk.JSON.readTree(desk.refresh(client, refreshToken).body());
    assertThat(roles(next)).containsExactly("editor");
  }

  @Test
  void userWithoutRoles_hasNoSuchClaim() throws Exception {
    String client = desk.publicClient("no roles");
    String code = Browser.code(desk.allowed(new Browser(), desk.authorize(client), Desk.GUEST));
    JsonNode tokens = Desk.JSON.readTree(desk.exchange(client, code).body());
    assertThat(claims(tokens).getSubject()).isEqualTo(Desk.GUEST);
    assertThat(claims(tokens).getClaims()).doesNotContainKey("roles");
  }

  private static List<String> roles(JsonNode tokens) throws ParseException {
    return claims(tokens).getStringListClaim("roles");
  }

  private static JWTClaimsSet claims(JsonNode tokens) throws ParseException {
    return SignedJWT.parse(tokens.get("access_token").stringValue()).getJWTClaimsSet();
  }

  @Test
  void confidentialClient_needsItsSecretAndTheVerifier() {
    JsonNode client =
        Desk.JSON.readTree(
            desk.register(
                    "{\"redirect_uris\":[\"%s\"],\"token_endpoint_auth_method\":\"%s\"}"
                        .formatted(Desk.REDIRECT, "client_secret_post"))
                .body());
    String id = client.get("client_id").stringValue();
    String secret = client.get("client_secret").stringValue();
    String code = desk.code(new Browser(), desk.authorize(id));
    assertThat(Desk.error(desk.exchange(id, code))).isEqualTo("invalid_client");
    assertThat(Desk.error(desk.exchange(id, code, "client_secret", "wrong")))
        .isEqualTo("invalid_client");
    assertThat(desk.exchange(id, code, "client_secret", secret).statusCode()).isEqualTo(200);
    String other = desk.code(new Browser(), desk.authorize(id));
    assertThat(
            Desk.error(
                desk.exchange(id, other, "client_secret", secret, "code_verifier", "x".repeat(43))))
        .isEqualTo("invalid_grant");
  }

  @Test
  void secondAuthorizationWithMoreScopes_asksAgainAndYieldsTheUnion() {
    String client = desk.publicClient("step-up");
    Browser browser = new Browser();
    desk.allowed(browser, desk.authorize(client));
    var larger = desk.authorize(client, "scope", "files:list files:write");
    HttpResponse<String> consent = browser.open(larger, Desk.USER, Desk.PASSWORD);
    assertThat(consent.body())
        .contains("Change &amp; delete your files")
        .contains("<code>files:write</code>")
        .contains("id=\"earlier\"", "See the names of your files")
        .doesNotContain("files:read");
    String code = Browser.code(Browser.query(Browser.location(browser.decide(consent, "allow"))));
    JsonNode tokens = Desk.JSON.readTree(desk.exchange(client, code).body());
    assertThat(tokens.get("scope").stringValue().split(" "))
        .containsExactlyInAnyOrder("files:list", "files:write");
  }

  @Test
  void deniedStepUp_isAccessDeniedAndSpendsTheRequest() {
    String client = desk.publicClient("denied");
    Browser browser = new Browser();
    desk.allowed(browser, desk.authorize(client));
    var larger = desk.authorize(client, "scope", "files:list files:write");
    HttpResponse<String> consent = browser.open(larger, Desk.USER, Desk.PASSWORD);
    HttpResponse<String> denied = browser.decide(consent, "deny");
    assertThat(Browser.query(Browser.location(denied)))
        .containsEntry("error", "access_denied")
        .containsEntry("state", "s t&a=te")
        .containsEntry("iss", desk.server.issuer())
        .doesNotContainKey("code");
    assertThat(browser.decide(consent, "allow").statusCode()).isEqualTo(403);
  }

  @Test
  void offlineAccess_isLeftOut() {
    String client = desk.publicClient("offline");
    var authorize =
        desk.authorize(client, "scope", "files:list offline_access", "prompt", "consent");
    String code = desk.code(new Browser(), authorize);
    JsonNode tokens = Desk.JSON.readTree(desk.exchange(client, code).body());
    assertThat(tokens.get("scope").stringValue()).isEqualTo("files:list");
  }

  @Test
  void resourceOmittedEverywhere_isTheOnlyOne() throws Exception {
    String client = desk.publicClient("no resource");
    String code = desk.code(new Browser(), desk.authorize(client, "resource", ""));
    JsonNode tokens = Desk.JSON.readTree(desk.exchange(client, code).body());
    assertThat(audience(tokens)).isEqualTo(Desk.RESOURCE);
  }

  @Test
  void codeUsedTwice_isRefusedAndEndsTheGrant() {
    String client = desk.publicClient("twice");
    String code = desk.code(new Browser(), desk.authorize(client));
    JsonNode tokens = Desk.JSON.readTree(desk.exchange(client, code).body());
    assertThat(Desk.error(desk.exchange(client, code))).isEqualTo("invalid_grant");
    assertThat(Desk.error(desk.refresh(client, tokens.get("refresh_token").stringValue())))
        .isEqualTo("invalid_grant");
  }

  @Test
  void codeOlderThanAMinute_isRefused() {
    MovedClock clock = new MovedClock();
    try (Desk moved = new Desk(clock, Desk.RESOURCE)) {
      String client = moved.publicClient("expiry");
      Browser browser = new Browser();
      String young = moved.code(browser, moved.authorize(client));
      clock.moveTo(CODE_LIFETIME.minusSeconds(20));
      assertThat(moved.exchange(client, young).statusCode()).isEqualTo(200);

      String old = moved.code(browser, moved.authorize(client));
      clock.moveTo(CODE_LIFETIME.multipliedBy(2));
      HttpResponse<String> late = moved.exchange(client, old);
      assertThat(late.statusCode()).isEqualTo(400);
      assertThat(Desk.error(late)).isEqualTo("invalid_grant");
    }
  }

  @Test
  void wrongVerifierClientOrRedirect_isRefused() {
    String client = desk.publicClient("verifier");
    String other = desk.publicClient("other");
    // A code has one try, whatever is wrong with the rest.
    assertThat(Desk.error(desk.exchange(client, code(client), "code_verifier", "x".repeat(43))))
        .isEqualTo("invalid_grant");
    assertThat(Desk.error(exchange(client, code(client), Desk.REDIRECT)))
        .as("no verifier")
        .isEqualTo("invalid_grant");
    String elsewhere = Desk.REDIRECT.replace("7777", "7778");
    assertThat(
            Desk.error(exchange(client, code(client), elsewhere, "code_verifier", Desk.VERIFIER)))
        .as("another redirect URI")
        .isEqualTo("invalid_grant");
    assertThat(Desk.error(desk.exchange(client, code(client), "resource", "https://evil.example")))
        .isEqualTo("invalid_target");
    assertThat(Desk.error(desk.exchange(other, code(client)))).isEqualTo("invalid_grant");
  }

  private static String code(String client) {
    return desk.code(new Browser(), desk.authorize(client));
  }

  private static HttpResponse<String> exchange(
      String client, String code, String redirect, String... more) {
    List<String> fields =
        new ArrayList<>(List.of("grant_type", "authorization_code", "client_id", client));
    fields.addAll(List.of("code", code, "redirect_uri", redirect));
    fields.addAll(List.of(more));
    return desk.form(Desk.TOKEN, fields.toArray(String[]::new));
  }

  static String audience(JsonNode tokens) throws java.text.ParseException {
    return SignedJWT.parse(tokens.get("access_token").stringValue())
        .getJWTClaimsSet()
        .getAudience()
        .get(0);
  }
}
