package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertUnavailable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.PresentedToken;
import io.mcpauth.token.TokenClaims;
import io.mcpauth.token.TokenVerifier;
import java.io.InputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Authorization servers side by side: who is asked about which token, and what is kept of it. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OwnVerifierTest {
  private static final String OPAQUE = "https://opaque.example";

  private final MutableClock clock = new MutableClock();
  @AutoClose private final TestIssuer issuer = TestIssuer.start(clock);
  private final List<String> asked = new ArrayList<>();

  @Test
  void eachToken_goesToTheServerThatItIsFrom() {
    try (ResourceServer server = beside(plain())) {
      assertGranted(decide(server, jwt()));
      assertGranted(decide(server, "opaque-1"));

      assertThat(asked).containsExactly("opaque-1");
    }
  }

  /** It cannot have issued it, and may send it on to be asked about. */
  @Test
  void tokenOfAnotherIssuer_isShownToNoVerifier() {
    try (ResourceServer server = beside(plain());
        TestIssuer stranger = TestIssuer.start()) {
      String foreign = stranger.token(ProtectedServer.RESOURCE).scopes("mcp").mint();
      assertInvalidToken(decide(server, foreign), ReasonCode.WRONG_ISSUER);

      assertThat(asked).isEmpty();
    }
  }

  @Test
  void jwtThatNamesTheServer_goesToItsVerifier() {
    try (ResourceServer server = beside(plain())) {
      String named =
          issuer.token(ProtectedServer.RESOURCE).claim("iss", OPAQUE).scopes("mcp").mint();
      assertGranted(decide(server, named));

      assertThat(asked).containsExactly(named);
    }
  }

  @Test
  void verifier_vouchesForItsOwnServerAlone() {
    TokenVerifier liar = verifier(token -> TokenClaims.of(claims(issuer.issuer())));
    try (ResourceServer server = beside(liar)) {
      assertInvalidToken(decide(server, "opaque-1"), ReasonCode.WRONG_ISSUER);
    }
  }

  @Test
  void opaqueTokenWithTwoVerifiers_isShownToNeither() {
    TokenVerifier other = verifier(token -> TokenClaims.of(claims("https://third.example")));
    try (ResourceServer server =
        ProtectedServer.of(AuthorizationServer.of(OPAQUE).verifiedBy(plain()), clock)
            .authorizationServer(AuthorizationServer.of("https://third.example").verifiedBy(other))
            .build()) {
      assertInvalidToken(decide(server, "opaque-1"), ReasonCode.TOKEN_OPAQUE);

      assertThat(asked).isEmpty();
    }
  }

  @Test
  void verdict_isNotKeptUnlessTheVerifierSaysSo() {
    try (ResourceServer server = beside(plain())) {
      assertGranted(decide(server, "opaque-1"));
      assertGranted(decide(server, "opaque-1"));

      assertThat(asked).hasSize(2);
      assertThat(server.keptVerdicts()).containsEntry(OPAQUE, 0L);
    }
  }

  @Test
  void verdictsOfBothServers_areKept() {
    try (ResourceServer server = beside(keeping(Duration.ofMinutes(1)))) {
      String jwt = jwt();
      for (int i = 0; i < 3; i++) {
        assertGranted(decide(server, jwt));
        assertGranted(decide(server, "opaque-1"));
      }

      assertThat(asked).containsExactly("opaque-1");
      assertThat(server.keptVerdicts())
          .containsExactlyInAnyOrderEntriesOf(Map.of(issuer.issuer(), 1L, OPAQUE, 1L));
    }
  }

  @Test
  void keptVerdict_endsWhenTheVerifierSaid() {
    try (ResourceServer server = beside(keeping(Duration.ofSeconds(10)))) {
      assertGranted(decide(server, "opaque-1"));
      clock.advance(Duration.ofSeconds(9));
      assertGranted(decide(server, "opaque-1"));
      assertThat(asked).hasSize(1);
      clock.advance(Duration.ofSeconds(1));
      assertGranted(decide(server, "opaque-1"));
      assertThat(asked).hasSize(2);
    }
  }

  @Test
  void keptVerdict_endsWithTheTokenAndBeforeFiveMinutes() {
    try (ResourceServer server = beside(keeping(Duration.ofDays(1)))) {
      assertGranted(decide(server, "opaque-1"));
      clock.advance(Duration.ofMinutes(5));
      assertGranted(decide(server, "opaque-1"));
      assertThat(asked).hasSize(2);
      clock.advance(Duration.ofMinutes(4));
      assertGranted(decide(server, "opaque-1"));
      clock.advance(Duration.ofSeconds(121)); // ten minutes and the skew are over
      assertInvalidToken(decide(server, "opaque-1"), ReasonCode.TOKEN_EXPIRED);
    }
  }

  @Test
  void cutOff_beatsAKeptVerdict() {
    try (ResourceServer server = beside(keeping(Duration.ofMinutes(5)))) {
      assertGranted(decide(server, "opaque-1"));
      server.access().cutOff(AccessTarget.subject(OPAQUE, "alice"));

      assertInvalidToken(decide(server, "opaque-1"), ReasonCode.TOKEN_REVOKED);
    }
  }

  @Test
  void headerThatTheVerifierReads_isPartOfWhatIsKept() {
    TokenVerifier ofTenant =
        verifier(
            token -> {
              if (!token.headers("X-Tenant").equals(List.of("one"))) {
                throw new AuthException(ReasonCode.CLAIM_INVALID);
              }
              return TokenClaims.of(claims(OPAQUE)).keptFor(Duration.ofMinutes(1));
            });
    try (ResourceServer server = beside(ofTenant)) {
      RequestStub one = RequestStub.of("GET").bearer("opaque-1").header("X-Tenant", "one");
      assertGranted(server.decide(one));
      assertGranted(server.decide(one.header("X-Other", "changes nothing")));
      assertThat(asked).hasSize(1);

      RequestStub two = RequestStub.of("GET").bearer("opaque-1").header("X-Tenant", "two");
      assertInvalidToken(server.decide(two), ReasonCode.CLAIM_INVALID);
      assertInvalidToken(decide(server, "opaque-1"), ReasonCode.CLAIM_INVALID);
      assertThat(asked).hasSize(3);

      assertGranted(server.decide(one)); // asked anew: what is over for one may be for the other
      assertThat(asked).hasSize(4);
    }
  }

  @Test
  void methodThatTheVerifierReads_isPartOfWhatIsKept() {
    TokenVerifier ofMethod =
        verifier(
            token -> {
              String unused = token.method();
              return TokenClaims.of(claims(OPAQUE)).keptFor(Duration.ofMinutes(1));
            });
    try (ResourceServer server = beside(ofMethod)) {
      assertGranted(server.decide(RequestStub.of("GET").bearer("opaque-1")));
      assertGranted(server.decide(RequestStub.of("GET").bearer("opaque-1")));
      assertGranted(server.decide(RequestStub.of("DELETE").bearer("opaque-1")));

      assertThat(asked).hasSize(2);
    }
  }

  @Test
  void certificateThatTheVerifierReads_isPartOfWhatIsKept() throws Exception {
    X509Certificate one = certificate("client-one.pem");
    X509Certificate two = certificate("client-two.pem");
    TokenVerifier ofCertificate =
        verifier(
            token -> {
              if (!token.clientCertificates().equals(List.of(one))) {
                throw new AuthException(ReasonCode.CLAIM_INVALID);
              }
              return TokenClaims.of(claims(OPAQUE)).keptFor(Duration.ofMinutes(1));
            });
    try (ResourceServer server = beside(ofCertificate)) {
      RequestStub shown = RequestStub.of("GET").bearer("opaque-1").certificates(one);
      assertGranted(server.decide(shown));
      assertGranted(server.decide(shown));
      assertThat(asked).hasSize(1);

      RequestStub other = RequestStub.of("GET").bearer("opaque-1").certificates(two);
      assertInvalidToken(server.decide(other), ReasonCode.CLAIM_INVALID);
      assertInvalidToken(decide(server, "opaque-1"), ReasonCode.CLAIM_INVALID);
    }
  }

  @Test
  void claimsThatAreChangedAfterwards_changeNothing() {
    List<String> roles = new ArrayList<>(List.of("user"));
    TokenVerifier ofRoles =
        verifier(
            token -> {
              Map<String, Object> claims = new LinkedHashMap<>(claims(OPAQUE));
              claims.put("roles", roles);
              return TokenClaims.of(claims).keptFor(Duration.ofMinutes(5));
            });
    try (ResourceServer server =
        ProtectedServer.of(AuthorizationServer.of(OPAQUE).verifiedBy(ofRoles), clock)
            .exposeClaims("roles")
            .build()) {
      assertGranted(decide(server, "opaque-1"));
      roles.add("admin");
      AccessDecision.Granted granted = (AccessDecision.Granted) decide(server, "opaque-1");

      assertThat(granted.principal()).isNotNull();
      assertThat(granted.principal().claims()).containsEntry("roles", List.of("user"));
      assertThat(asked).hasSize(1);
    }
  }

  /** RFC 6749 appendix A.12: a verifier that sends it on encodes it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"x&client_id=1", "12|abc", "00D!AQ", "{x}", "a\\b", "~!#$%&'()*+-./:;<=>?@"})
  void tokenOfVisibleCharacters_isShownToItsVerifier(String token) {
    try (ResourceServer server = beside(plain())) {
      assertGranted(decide(server, token));
    }
    assertThat(asked).containsExactly(token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "q\"x", "a\tb", "a\u00e9", "a\u007f"})
  void whatNoTokenLooksLike_isShownToNoVerifier(String token) {
    try (ResourceServer server = beside(plain())) {
      assertInvalidToken(decide(server, token), ReasonCode.TOKEN_MALFORMED);
    }
    try (ResourceServer alone =
        ProtectedServer.of(AuthorizationServer.of(OPAQUE).verifiedBy(plain()), clock).build()) {
      assertInvalidToken(decide(alone, token), ReasonCode.TOKEN_MALFORMED);
    }
    assertThat(asked).isEmpty();
  }

  /** The profile says that a JWT of Google's is no access token; a verifier's answer is no JWT. */
  @Test
  void verifierBesideAnOpaqueProfile_isBelieved() {
    try (ResourceServer server =
        ProtectedServer.of(
                AuthorizationServer.of(OPAQUE).withProfile("google").verifiedBy(plain()), clock)
            .build()) {
      assertGranted(decide(server, "opaque-1"));
    }
  }

  @Test
  void verifierThatAnswersNothing_isAFault() {
    try (ResourceServer server = beside(verifier(token -> nothing()))) {
      assertUnavailable(decide(server, "opaque-1"), ReasonCode.INTERNAL_FAULT);
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // as an application may do it
  private static <T> T nothing() {
    return null;
  }

  @Test
  void resource_isTheConfiguredOneWhateverTheHostSays() {
    List<String> seen = new ArrayList<>();
    TokenVerifier looking =
        verifier(
            token -> {
              seen.add(token.resource().value());
              return TokenClaims.of(claims(OPAQUE));
            });
    try (ResourceServer server = beside(looking)) {
      assertGranted(
          server.decide(RequestStub.of("GET").bearer("opaque-1").header("Host", "evil.example")));

      assertThat(seen).containsExactly(ProtectedServer.RESOURCE);
    }
  }

  @Test
  void verifierThatFails_isAFaultAndKeepsNothing() {
    TokenVerifier failing =
        verifier(
            token -> {
              throw new AuthException(ReasonCode.KEYS_UNAVAILABLE);
            });
    try (ResourceServer server = beside(failing)) {
      assertUnavailable(decide(server, "opaque-1"), ReasonCode.KEYS_UNAVAILABLE);
      assertUnavailable(decide(server, "opaque-1"), ReasonCode.KEYS_UNAVAILABLE);

      assertThat(asked).hasSize(2);
    }
  }

  @Test
  void verifierBesideAnAddressOfKeys_isAContradiction() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                AuthorizationServer.of(OPAQUE)
                    .withJwksUri("https://opaque.example/jwks")
                    .verifiedBy(plain()))
        .withMessageContaining("Write one of them");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                AuthorizationServer.of(OPAQUE)
                    .verifiedBy(plain())
                    .withJwksUri("https://opaque.example/jwks"))
        .withMessageContaining("Write one of them");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuthorizationServer.of(OPAQUE).verifiedBy(plain()).verifiedBy(plain()))
        .withMessageContaining("twice");
  }

  private static X509Certificate certificate(String name) throws Exception {
    try (InputStream pem = OwnVerifierTest.class.getResourceAsStream(name)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
    }
  }

  private ResourceServer beside(TokenVerifier own) {
    return ProtectedServer.of(
            AuthorizationServer.of(issuer.issuer()).withJwksUri(issuer.jwksUri()), clock)
        .authorizationServer(AuthorizationServer.of(OPAQUE).verifiedBy(own))
        .build();
  }

  private TokenVerifier plain() {
    return verifier(token -> TokenClaims.of(claims(OPAQUE)));
  }

  private TokenVerifier keeping(Duration longest) {
    return verifier(token -> TokenClaims.of(claims(OPAQUE)).keptFor(longest));
  }

  private TokenVerifier verifier(Function<PresentedToken, TokenClaims> answer) {
    return token -> {
      asked.add(token.value());
      return answer.apply(token);
    };
  }

  private Map<String, Object> claims(String iss) {
    return Map.of(
        "iss",
        iss,
        "sub",
        "alice",
        "aud",
        ProtectedServer.RESOURCE,
        "scope",
        "mcp",
        "exp",
        new MutableClock().instant().plus(Duration.ofMinutes(10)).getEpochSecond());
  }

  private String jwt() {
    return issuer.token(ProtectedServer.RESOURCE).scopes("mcp").mint();
  }

  private static AccessDecision decide(ResourceServer server, String token) {
    return server.decide(RequestStub.of("GET").bearer(token));
  }
}
