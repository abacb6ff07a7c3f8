package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertUnavailable;
import static io.mcpauth.AskedServer.active;
import static io.mcpauth.AskedServer.decide;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.Introspection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers about tokens that are signed (RFC 9701). */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SignedAnswerTest {
  private static final String TOKEN = "opaque-1";
  private static final String TYPE = "application/token-introspection+jwt";

  private final MutableClock clock = new MutableClock();
  @AutoClose private final AskedServer asked = new AskedServer();
  @AutoClose private final TestIssuer keys = TestIssuer.start(clock);

  /** RFC 9701 section 5. */
  private TestIssuer.Token signed(Map<String, ?> answer) {
    return keys.token(AskedServer.CLIENT)
        .header("typ", "token-introspection+jwt")
        .claim("iss", asked.issuer())
        .withoutClaim("sub")
        .withoutClaim("exp")
        .claim("token_introspection", answer);
  }

  private void answer(TestIssuer.Token answer) {
    asked.answers(aResponse().withHeader("Content-Type", TYPE).withBody(answer.mint()));
  }

  private ResourceServer server(Introspection how) {
    return ProtectedServer.of(
            AuthorizationServer.of(asked.issuer()).withJwksUri(keys.jwksUri()).introspectedBy(how),
            clock)
        .build();
  }

  private ResourceServer signedAlone() {
    return server(asked.how().expectSignedAnswers());
  }

  @Test
  void signedAnswer_isAskedForAndBelieved() {
    answer(signed(active()));
    try (ResourceServer server = signedAlone()) {
      assertGranted(decide(server, TOKEN));
      assertThat(asked.requests().get(0).getHeader("Accept")).startsWith(TYPE);
      answer(signed(Map.of("active", false)));
      assertInvalidToken(decide(server, "opaque-2"), ReasonCode.TOKEN_NOT_ACTIVE);
    }
  }

  @Test
  void metadataThatOffersThem_haveThemAskedFor() {
    asked.metadata(
        ",\"jwks_uri\":\""
            + keys.jwksUri()
            + "\","
            + "\"introspection_signing_alg_values_supported\":[\"RS256\"]");
    answer(signed(active()));
    Introspection how =
        Introspection.with(
            ClientAuthentication.secretBasic(AskedServer.CLIENT, AskedServer.SECRET));
    try (ResourceServer server =
        ProtectedServer.of(AuthorizationServer.of(asked.issuer()).introspectedBy(how), clock)
            .build()) {
      assertGranted(decide(server, TOKEN));
      assertThat(asked.requests().get(0).getHeader("Accept"))
          .isEqualTo(TYPE + ", application/json;q=0.5");
      asked.says(active()); // for a client that is registered without
      assertGranted(decide(server, "opaque-2"));
    }
  }

  static Stream<Arguments> badSignatures() {
    return Stream.of(
        bad("another issuer", t -> t.claim("iss", "https://other.example")),
        bad("no issuer", t -> t.withoutClaim("iss")),
        bad("for somebody else", t -> t.claim("aud", "other")),
        bad("for others", t -> t.claim("aud", List.of("a", "b"))),
        bad("for nobody", t -> t.withoutClaim("aud")),
        bad("an access token", t -> t.header("typ", "at+jwt")),
        bad("no type", t -> t.withoutHeader("typ")),
        bad("no algorithm", t -> t.header("alg", "none")),
        bad("another algorithm", t -> t.header("alg", "PS256")),
        bad("unknown key", t -> t.header("kid", "other")),
        bad("old", t -> t.claim("iat", new MutableClock().instant().getEpochSecond() - 121)),
        bad("of later", t -> t.claim("iat", new MutableClock().instant().getEpochSecond() + 61)),
        bad("no time", t -> t.withoutClaim("iat")),
        bad("nothing in it", t -> t.withoutClaim("token_introspection")),
        bad("text in it", t -> t.claim("token_introspection", "{\"active\":true}")),
        bad("at the top", t -> t.withoutClaim("token_introspection").claim("active", true)));
  }

  private static Arguments bad(String name, UnaryOperator<TestIssuer.Token> change) {
    return arguments(name, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badSignatures")
  void answerThatIsSignedWrongly_isNoAnswer(String name, UnaryOperator<TestIssuer.Token> change) {
    answer(change.apply(signed(active())));
    try (ResourceServer server = signedAlone()) {
      AccessDecision.Refused refused = (AccessDecision.Refused) decide(server, TOKEN);
      assertThat(refused.status()).isEqualTo(503);
    }
  }

  @Test
  void answerWithAnotherSignature_isNoAnswer() {
    String good = signed(active()).mint();
    String bad = good.substring(0, good.lastIndexOf('.') + 1) + "AAAA";
    asked.answers(aResponse().withHeader("Content-Type", TYPE).withBody(bad));
    try (ResourceServer server = signedAlone()) {
      assertUnavailable(decide(server, TOKEN), ReasonCode.INTROSPECTION_FAILED);
    }
  }

  @Test
  void unsignedAnswer_isNoneWhereSignedOnesAreExpected() {
    asked.says(active());
    try (ResourceServer server = signedAlone()) {
      assertUnavailable(decide(server, TOKEN), ReasonCode.INTROSPECTION_FAILED);
    }
  }

  @Test
  void signedAnswer_isNoneWhereNobodyAskedForIt() {
    answer(signed(active()));
    try (ResourceServer server = server(asked.how())) {
      assertUnavailable(decide(server, TOKEN), ReasonCode.INTROSPECTION_FAILED);
    }
  }

  /** RFC 9701 section 8.1: it must not pass for an access token. */
  @Test
  void signedAnswer_isNoAccessToken() {
    String answer = signed(active()).claim("aud", ProtectedServer.RESOURCE).mint();
    try (ResourceServer server = signedAlone()) {
      AccessDecision.Refused refused = (AccessDecision.Refused) decide(server, answer);
      assertThat(refused.status()).isEqualTo(401);
    }
    assertThat(asked.asked()).isEmpty();
  }

  @Test
  void providerWithoutSignatures_isNotExpectedToSign() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Introspection.byGoogle().expectSignedAnswers())
        .withMessageContaining("Leave expectSignedAnswers out");
  }
}
