package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole walk for every form of credential and for the claims of a well-made token. */
class ResourceServerTokenTest {
  private static final TestIssuer ISSUER = TestIssuer.start(ProtectedServer.CLOCK);
  private static final ResourceServer SERVER =
      ProtectedServer.of(ISSUER).exposeClaims("groups").build();

  @AfterAll
  static void stop() {
    SERVER.close();
    ISSUER.close();
  }

  @Test
  void noCredential_getsTheChallengeWithoutAnError() {
    AccessDecision.Refused refused =
        assertRefused(SERVER.decide(FakeRequest.get()), 401, ReasonCode.CREDENTIAL_MISSING);

    assertThat(refused.headers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "WWW-Authenticate",
                "Bearer scope=\"mcp files:list\","
                    + " resource_metadata=\"https://mcp.example.com/.well-known/"
                    + "oauth-protected-resource/mcp\"",
                "Cache-Control",
                "no-store",
                "Content-Type",
                "application/json"));
    assertThat(text(refused))
        .isEqualTo("{\"error\":\"unauthorized\",\"message\":\"Authentication required\"}");
  }

  @Test
  void noCredentialInAPost_getsAJsonRpcErrorAndTheBodyIsNotRead() {
    AccessDecision.Refused refused =
        assertRefused(
            SERVER.decide(FakeRequest.post("not read")), 401, ReasonCode.CREDENTIAL_MISSING);

    assertThat(text(refused))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32001,\"message\":\"Unauthorized\",\"data\":{\"error\":\"unauthorized\",\"message\":\"Authentication"
                + " required\"}}}");
  }

  @Test
  void expiredToken_getsTheChallengeWithTheErrorFirst() {
    String token = ISSUER.token(ProtectedServer.RESOURCE).expiresIn(Duration.ofSeconds(-65)).mint();

    AccessDecision.Refused refused =
        assertRefused(
            SERVER.decide(FakeRequest.get().bearer(token)), 401, ReasonCode.TOKEN_EXPIRED);

    assertThat(refused.headers().get("WWW-Authenticate"))
        .isEqualTo(
            "Bearer error=\"invalid_token\", scope=\"mcp files:list\","
                + " resource_metadata=\"https://mcp.example.com/.well-known/"
                + "oauth-protected-resource/mcp\","
                + " error_description=\"The access token expired\"");
    assertThat(refused.toString()).isEqualTo("Refused[reason=TOKEN_EXPIRED, status=401]");
  }

  @Test
  void goodToken_isGrantedToTheCallerItNames() {
    String token =
        ISSUER
            .token(ProtectedServer.RESOURCE)
            .scopes("mcp", "files:read")
            .claim("groups", List.of("staff"))
            .claim("email", "a@b")
            .mint();

    AccessDecision decision = SERVER.decide(FakeRequest.toolCall("read_file").bearer(token));

    McpPrincipal caller = Answers.caller(decision);
    assertThat(caller.getName()).isEqualTo(ISSUER.issuer() + "|alice");
    assertThat(caller.clientId()).isEqualTo("test-client");
    assertThat(caller.scopes()).containsExactly("mcp", "files:read");
    assertThat(caller.claims()).isEqualTo(Map.of("groups", List.of("staff")));
  }

  @Test
  void expiredAndUnderScoped_isExpired() {
    String token = ISSUER.token(ProtectedServer.RESOURCE).expiresIn(Duration.ofHours(-1)).mint();

    assertRefused(
        SERVER.decide(FakeRequest.toolCall("read_file").bearer(token)),
        401,
        ReasonCode.TOKEN_EXPIRED);
  }

  @Test
  void missingScope_namesAllThatTheCallNeeds() {
    String token = ISSUER.token(ProtectedServer.RESOURCE).scopes("mcp").mint();

    AccessDecision.Refused refused =
        assertRefused(
            SERVER.decide(FakeRequest.toolCall("read_file").bearer(token)),
            403,
            ReasonCode.INSUFFICIENT_SCOPE);

    assertThat(refused.headers().get("WWW-Authenticate"))
        .startsWith("Bearer error=\"insufficient_scope\", scope=\"mcp files:read\", ")
        .contains("resource_metadata=\"" + ProtectedServer.METADATA + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YTpi", "DPoP x", "Negotiate x", "Bearer-X y"})
  void anotherScheme_isToldWhatIsAccepted(String header) {
    AccessDecision.Refused refused =
        assertRefused(decide(header), 401, ReasonCode.CREDENTIAL_NOT_ACCEPTED);

    // RFC 6750 section 3.1: without an error code, as there is no credential that is known.
    assertThat(refused.headers().get("WWW-Authenticate"))
        .startsWith("Bearer scope=")
        .doesNotContain("error");
    assertThat(new String(refused.body(), UTF_8)).contains("send one of: Bearer");
  }

  /** Where something is open to everybody, a credential that nobody reads is not none. */
  @Test
  void anotherScheme_isNotAnonymous() {
    try (ResourceServer open =
        ResourceServer.builder(
                ProtectedServer.RESOURCE,
                AuthorizationServer.of(ISSUER.issuer()),
                ToolPolicy.builder().tool("about", Access.anonymous()).build())
            .build()) {
      RequestStub call =
          RequestStub.post(
              "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                  + "\"params\":{\"name\":\"about\"}}");
      assertGranted(open.decide(call));
      assertRefused(
          open.decide(call.header("Authorization", "Basic YTpi")),
          401,
          ReasonCode.CREDENTIAL_NOT_ACCEPTED);
    }
  }

  @Test
  void emptyHeader_isNoCredential() {
    assertRefused(decide(""), 401, ReasonCode.CREDENTIAL_MISSING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer  ", "BEARER  "})
  void schemeInAnyCase_isAccepted(String scheme) {
    assertGranted(decide(scheme + good()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer", "Bearer ", "Bearer\tabc", "Bearer a, Bearer b", "Bearer a,b"})
  void malformedHeader_isABadRequestWithoutALogin(String header) {
    AccessDecision.Refused refused =
        assertRefused(decide(header), 400, ReasonCode.AUTHORIZATION_MALFORMED);

    assertThat(refused.headers().get("WWW-Authenticate"))
        .startsWith("Bearer error=\"invalid_request\", resource_metadata=");
  }

  @Test
  void twoAuthorizationLines_areABadRequest() {
    FakeRequest request = FakeRequest.get().bearer(good()).bearer(good());

    assertRefused(SERVER.decide(request), 400, ReasonCode.SEVERAL_CREDENTIALS);
  }

  @Test
  void tokenInTheQuery_isNoCredential() {
    FakeRequest request = FakeRequest.get().query("access_token=" + good());

    assertRefused(SERVER.decide(request), 401, ReasonCode.CREDENTIAL_MISSING);
  }

  @Test
  void tokenInTheQueryBesideTheHeader_isABadRequest() {
    FakeRequest request = FakeRequest.get().bearer(good()).query("access_token=" + good());

    assertRefused(SERVER.decide(request), 400, ReasonCode.SEVERAL_CREDENTIALS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.b.c",
        "..",
        "a b",
        "a\u000bb",
        "abc\u000c",
        "\u00e9.b.c",
        "a\rb.c.d",
        "{}.{}.{}",
        "e30=.e30=.e30="
      })
  void noJwt_isMalformed(String token) {
    assertInvalidToken(decide("Bearer " + token), ReasonCode.TOKEN_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "a.b", ".", "====", "gho_16C7e42F292c6912E7710c838347Ae178B4a"})
  void tokenWithoutTheFormOfAJwt_isOpaque(String token) {
    assertInvalidToken(decide("Bearer " + token), ReasonCode.TOKEN_OPAQUE);
  }

  @ParameterizedTest
  @CsvSource({"16384, TOKEN_OPAQUE", "16385, TOKEN_TOO_LARGE", "1000000, TOKEN_TOO_LARGE"})
  void hugeToken_isNotParsed(int length, ReasonCode reason) {
    assertInvalidToken(decide("Bearer " + "a".repeat(length)), reason);
  }

  @Test
  void hugeButWellSignedToken_isRefused() {
    String token = ISSUER.token(ProtectedServer.RESOURCE).claim("x", "y".repeat(16 * 1024)).mint();

    assertInvalidToken(decide("Bearer " + token), ReasonCode.TOKEN_TOO_LARGE);
  }

  @Test
  void tokenForAPrefixOfThisResource_isForAnother() {
    for (String audience : List.of("https://mcp.example.com", ProtectedServer.RESOURCE + "-evil")) {
      String token = ISSUER.token(audience).scopes("mcp").mint();
      assertInvalidToken(decide("Bearer " + token), ReasonCode.WRONG_AUDIENCE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", " ", "x"})
  void issuerWithMoreCharacters_isAnother(String more) {
    String token =
        ISSUER.token(ProtectedServer.RESOURCE).claim("iss", ISSUER.issuer() + more).mint();

    assertInvalidToken(decide("Bearer " + token), ReasonCode.WRONG_ISSUER);
  }

  /** Strict JSON, and yet no number that this library can hold. */
  @Test
  void idBeyondEveryNumber_isAParseError() {
    FakeRequest request =
        FakeRequest.post("{\"jsonrpc\":\"2.0\",\"id\":1e99999999999,\"method\":\"ping\"}");

    assertRefused(SERVER.decide(request.bearer(good())), 400, ReasonCode.BODY_NOT_JSON);
  }

  private static String good() {
    return ISSUER.token(ProtectedServer.RESOURCE).scopes("mcp").mint();
  }

  private static AccessDecision decide(String authorization) {
    return SERVER.decide(FakeRequest.get().header("Authorization", authorization));
  }

  private static String text(AccessDecision.Refused refused) {
    return new String(refused.body(), StandardCharsets.UTF_8);
  }
}
