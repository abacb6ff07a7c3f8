package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.AskedServer.active;
import static io.mcpauth.AskedServer.decide;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Actor;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.DpopProofs;
import io.mcpauth.token.TokenClaims;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which server is shown a token: the one that it names, or the one that the operator names. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class IntrospectionRoutingTest {
  private static final String OPAQUE = "opaque-1";
  private static final String ENCRYPTED = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AAAA.AAAA.AAAA";

  private final MutableClock clock = new MutableClock();
  @AutoClose private final AskedServer asked = new AskedServer();
  @AutoClose private final AskedServer other = new AskedServer();
  @AutoClose private final TestIssuer issuer = TestIssuer.start(clock);

  private AuthorizationServer jwts() {
    return AuthorizationServer.of(issuer.issuer()).withJwksUri(issuer.jwksUri());
  }

  private TestIssuer.Token jwt() {
    return issuer.token(ProtectedServer.RESOURCE).scopes("mcp");
  }

  /** Beside a server of JWTs. */
  private ResourceServer beside() {
    asked.says(active());
    return ProtectedServer.of(jwts(), clock).authorizationServer(asked.server()).build();
  }

  private ResourceServer alone() {
    asked.says(active());
    return ProtectedServer.of(asked.server(), clock).build();
  }

  @Test
  void eachToken_goesToTheServerThatItIsFrom() {
    try (ResourceServer server = beside()) {
      assertGranted(decide(server, jwt().mint()));
      assertGranted(decide(server, OPAQUE));

      assertThat(asked.asked()).containsExactly(OPAQUE);
    }
  }

  @Test
  void jwtThatNamesTheServer_isShownToIt() {
    try (ResourceServer server = beside()) {
      String named = jwt().claim("iss", asked.issuer()).mint();
      assertGranted(decide(server, named));

      assertThat(asked.asked()).containsExactly(named);
    }
  }

  @Test
  void jwtOfAnotherIssuer_isShownToNobody() {
    String foreign = jwt().claim("iss", "https://other.example").mint();
    try (ResourceServer beside = beside();
        ResourceServer alone = alone()) {
      assertInvalidToken(decide(beside, foreign), ReasonCode.WRONG_ISSUER);
      assertInvalidToken(decide(alone, foreign), ReasonCode.WRONG_ISSUER);
    }
    assertThat(asked.asked()).isEmpty();
  }

  @Test
  void forgedTokenOfTheOtherServer_isShownToNobody() {
    String token = jwt().mint();
    String forged = token.substring(0, token.lastIndexOf('.') + 1) + "AAAA";
    try (ResourceServer server = beside()) {
      assertInvalidToken(decide(server, forged), ReasonCode.SIGNATURE_INVALID);
    }
    assertThat(asked.asked()).isEmpty();
  }

  /** Somebody might read it who is shown it; it may name another issuer. */
  @Test
  void joseThatCannotBeRead_isShownToNobody() {
    String header = header("{\"alg\":\"RS256\"}");
    try (ResourceServer beside = beside();
        ResourceServer alone = alone()) {
      assertInvalidToken(decide(beside, ENCRYPTED), ReasonCode.TOKEN_ENCRYPTED);
      assertInvalidToken(decide(alone, ENCRYPTED), ReasonCode.TOKEN_ENCRYPTED);
      assertInvalidToken(decide(alone, header + ".e30=.AAAA"), ReasonCode.TOKEN_MALFORMED);
      for (String space : List.of(" ", "\t", "\n", "\r\n")) { // which JSON may have
        String spaced = header("{" + space + "\"alg\":\"RS256\"}");
        assertInvalidToken(decide(alone, spaced + ".e30=.AAAA"), ReasonCode.TOKEN_MALFORMED);
      }
      assertInvalidToken(
          decide(alone, jwt().claim("iss", "https://other.example").mint() + "="),
          ReasonCode.TOKEN_MALFORMED);
    }
    assertThat(asked.asked()).isEmpty();
  }

  private static String header(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }

  /** Of these only refusals come: rules of access name them, and a policy may ask who acts. */
  @Test
  void wordsOfAnIntrospectedJwt_thatTheAnswerLeavesOut_refuse() {
    TestIssuer.Token jwt = jwt().claim("iss", asked.issuer());
    try (ResourceServer server = alone()) {
      String first = jwt.claim("jti", "t1").claim("sid", "s1").mint();
      assertGranted(decide(server, first));
      server.access().deny(AccessTarget.token(asked.issuer(), "t1"));
      assertInvalidToken(decide(server, first), ReasonCode.TOKEN_REVOKED);
      String second = jwt.claim("jti", "t2").mint();
      assertGranted(decide(server, second));
      server.access().deny(AccessTarget.session(asked.issuer(), "s1"));
      assertInvalidToken(decide(server, second), ReasonCode.TOKEN_REVOKED);

      String acting = jwt.withoutClaim("sid").claim("act", Map.of("client_id", "agent")).mint();
      assertInvalidToken(decide(server, acting), ReasonCode.CLAIM_INVALID);
      asked.says(active("act", Map.of("client_id", "agent")));
      String again = jwt.claim("jti", "t3").mint();
      assertThat(Answers.caller(decide(server, again)).actor())
          .isEqualTo(new Actor(asked.issuer(), null, "agent", null));
    }
  }

  @Test
  void answerOfTheTypeDpop_isJudgedWithTheBindingOfTheToken() {
    ProofKey key = ProofKey.es256();
    String bound = jwt().claim("iss", asked.issuer()).claim("cnf", key.confirmation()).mint();
    asked.says(active("token_type", "DPoP"));
    try (ResourceServer server =
        ProtectedServer.of(asked.server(), clock).accept(DpopProofs.accepted()).build()) {
      assertGranted(
          server.decide(
              RequestStub.post(Guarded.call("7", "list_files"))
                  .path("/mcp")
                  .header("Authorization", "DPoP " + bound)
                  .header("DPoP", key.proof(bound, clock.instant()).mint())));
      assertInvalidToken(
          decide(server, jwt().claim("iss", asked.issuer()).mint()),
          ReasonCode.PROOF_OF_POSSESSION_MISSING);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpop+jwt", "logout+jwt", "secevent+jwt", "token-introspection+jwt"})
  void otherKindOfToken_isShownToNobody(String type) {
    String token = jwt().withoutClaim("iss").header("typ", type).mint();
    try (ResourceServer server = alone()) {
      AccessDecision.Refused refused = (AccessDecision.Refused) decide(server, token);
      assertThat(refused.status()).isEqualTo(401);
    }
    assertThat(asked.asked()).isEmpty();
  }

  @Test
  void jwtThatIsOverByItsOwnWord_isShownToNobody() {
    String over = jwt().claim("iss", asked.issuer()).expiresIn(Duration.ofSeconds(-61)).mint();
    String id = jwt().claim("iss", asked.issuer()).claim("at_hash", "x").mint();
    try (ResourceServer server = alone()) {
      assertInvalidToken(decide(server, over), ReasonCode.TOKEN_EXPIRED);
      assertInvalidToken(decide(server, id), ReasonCode.ID_TOKEN_NOT_ACCEPTED);
    }
    assertThat(asked.asked()).isEmpty();
  }

  /** What it says of itself is not verified here: it takes away and gives nothing. */
  @Test
  void wordsOfAnIntrospectedJwt_giveNothing() {
    String named = jwt().claim("iss", asked.issuer()).scopes("mcp", "files:read").mint();
    try (ResourceServer server = alone()) {
      asked.says(active("aud", null));
      assertInvalidToken(decide(server, named), ReasonCode.WRONG_AUDIENCE);
      asked.says(active());
      String more = jwt().claim("iss", asked.issuer()).scopes("files:read").mint();
      assertThat(Answers.caller(decide(server, more)).scopes())
          .containsExactly("mcp", "files:list");
      String bound = jwt().claim("iss", asked.issuer()).claim("cnf", Map.of("jkt", "x")).mint();
      assertInvalidToken(decide(server, bound), ReasonCode.PROOF_OF_POSSESSION_MISSING);
    }
    asked.says(active("aud", null));
    String foreign =
        jwt().claim("iss", asked.issuer()).claim("aud", "https://other.example").mint();
    try (ResourceServer trusting =
        ProtectedServer.of(asked.server().trustClientIdInsteadOfAudience("claude"), clock)
            .build()) {
      assertInvalidToken(decide(trusting, foreign), ReasonCode.WRONG_AUDIENCE);
    }
  }

  @Test
  void serversOfWhichNoneIsNamed_stopTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ProtectedServer.of(asked.server(), clock)
                    .authorizationServer(other.server())
                    .build()
                    .close())
        .withMessageContaining("none is shown tokens without an issuer")
        .withMessageContaining("Write takingTokensWithoutIssuer() for one of them only.");
    AuthorizationServer own =
        AuthorizationServer.of("https://own.example").verifiedBy(token -> TokenClaims.of(Map.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ProtectedServer.of(asked.server(), clock).authorizationServer(own).build().close())
        .withMessageContaining("takingTokensWithoutIssuer");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ProtectedServer.of(asked.server().takingTokensWithoutIssuer(), clock)
                    .authorizationServer(other.server().takingTokensWithoutIssuer())
                    .build()
                    .close())
        .withMessageContaining("several are shown tokens without an issuer");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ProtectedServer.of(jwts().takingTokensWithoutIssuer(), clock).build().close())
        .withMessageContaining("verifies JWTs, which have one");
  }

  @Test
  void serverThatIsNamed_isShownWhatNamesNobody() {
    asked.says(active());
    other.says(active());
    try (ResourceServer server =
        ProtectedServer.of(asked.server(), clock)
            .authorizationServer(other.server().takingTokensWithoutIssuer())
            .build()) {
      assertGranted(decide(server, OPAQUE));
      String named = jwt().claim("iss", asked.issuer()).mint();
      assertGranted(decide(server, named));

      assertThat(other.asked()).containsExactly(OPAQUE);
      assertThat(asked.asked()).containsExactly(named);
    }
  }

  @Test
  void serverVouchesForItselfAlone() {
    try (ResourceServer server = beside()) {
      asked.says(active("iss", issuer.issuer()));
      assertInvalidToken(decide(server, OPAQUE), ReasonCode.WRONG_ISSUER);
    }
  }

  @Test
  void verifierThatIsNamed_isShownWhatNamesNobody() {
    Map<String, Object> claims =
        Map.of(
            "iss",
            "https://own.example",
            "sub",
            "bob",
            "aud",
            ProtectedServer.RESOURCE,
            "scope",
            "mcp",
            "exp",
            clock.instant().plusSeconds(60).getEpochSecond());
    AuthorizationServer own =
        AuthorizationServer.of("https://own.example").verifiedBy(token -> TokenClaims.of(claims));
    try (ResourceServer server =
        ProtectedServer.of(asked.server(), clock)
            .authorizationServer(own.takingTokensWithoutIssuer())
            .build()) {
      assertThat(Answers.caller(decide(server, OPAQUE)).subject()).isEqualTo("bob");
      assertThat(asked.asked()).isEmpty();
    }
  }
}
