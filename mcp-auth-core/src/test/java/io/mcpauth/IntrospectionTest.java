package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertUnavailable;
import static io.mcpauth.Answers.caller;
import static io.mcpauth.AskedServer.active;
import static io.mcpauth.AskedServer.decide;
import static io.mcpauth.AskedServer.form;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.ClientKey;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.Introspection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opaque tokens: how their server is asked, and for how long its answer is kept (RFC 7662). */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class IntrospectionTest {
  private static final String TOKEN = "opaque-1";

  private final MutableClock clock = new MutableClock();
  @AutoClose private final AskedServer asked = new AskedServer();

  private ResourceServer server(Introspection how) {
    return ProtectedServer.of(AuthorizationServer.of(asked.issuer()).introspectedBy(how), clock)
        .build();
  }

  @Test
  void opaqueToken_isAskedAboutInTheBodyOfAPost() {
    asked.says(active());
    try (ResourceServer server = server(asked.how())) {
      AccessDecision decision = decide(server, TOKEN);

      assertThat(caller(decision).subject()).isEqualTo("alice");
      assertThat(caller(decision).clientId()).isEqualTo("claude");
      assertThat(caller(decision).issuer()).isEqualTo(asked.issuer());
      assertThat(caller(decision).scopes()).containsExactly("mcp", "files:list");
      LoggedRequest question = asked.requests().get(0);
      assertThat(question.getUrl()).isEqualTo(AskedServer.PATH);
      assertThat(question.getHeader("Accept")).isEqualTo("application/json");
      assertThat(question.getHeader("Authorization"))
          .isEqualTo("Basic " + base64("file-tools:s3cr3t%2B%2F+of+mine")); // RFC 6749 2.3.1
      assertThat(form(question))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of("token", TOKEN, "token_type_hint", "access_token"));
    }
  }

  @Test
  void secretInTheBody_isSentThereAlone() {
    asked.says(active());
    Introspection how =
        Introspection.with(ClientAuthentication.secretPost(AskedServer.CLIENT, AskedServer.SECRET))
            .at(asked.endpoint());
    try (ResourceServer server = server(how)) {
      assertGranted(decide(server, TOKEN));

      LoggedRequest question = asked.requests().get(0);
      assertThat(question.containsHeader("Authorization")).isFalse();
      assertThat(form(question))
          .containsEntry("client_id", AskedServer.CLIENT)
          .containsEntry("client_secret", AskedServer.SECRET)
          .containsEntry("token", TOKEN);
    }
  }

  @Test
  void clientWithAKey_isProvenByAnAssertionForTheIssuer() throws Exception {
    asked.says(active());
    ClientKey key =
        ClientKey.ofJwk(new ECKeyGenerator(Curve.P_256).keyID("k").generate().toJSONString());
    Introspection how =
        Introspection.with(ClientAuthentication.privateKeyJwt(AskedServer.CLIENT, key))
            .at(asked.endpoint());
    try (ResourceServer server = server(how)) {
      assertGranted(decide(server, TOKEN));

      Map<String, String> form = form(asked.requests().get(0));
      SignedJWT assertion = SignedJWT.parse(form.get("client_assertion"));
      assertThat(assertion.getJWTClaimsSet().getAudience()).containsExactly(asked.issuer());
      assertThat(assertion.getJWTClaimsSet().getSubject()).isEqualTo(AskedServer.CLIENT);
      assertThat(form).doesNotContainKey("client_secret");
    }
  }

  @Test
  void clientThatDoesNotProveItself_mayNotAsk() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Introspection.with(ClientAuthentication.none("public")))
        .withMessageContaining("Write ClientAuthentication.secretBasic");
  }

  @Test
  void endpoint_isThatOfTheMetadataUnlessItIsConfigured() {
    asked.metadata("");
    asked.says(active());
    Introspection how =
        Introspection.with(
            ClientAuthentication.secretBasic(AskedServer.CLIENT, AskedServer.SECRET));
    try (ResourceServer server = server(how)) {
      assertGranted(decide(server, TOKEN));

      assertThat(asked.asked()).containsExactly(TOKEN);
    }
  }

  @Test
  void metadataWithoutTheEndpoint_isA503() {
    Introspection how =
        Introspection.with(
            ClientAuthentication.secretBasic(AskedServer.CLIENT, AskedServer.SECRET));
    try (ResourceServer server = server(how)) {
      assertUnavailable(decide(server, TOKEN), ReasonCode.DISCOVERY_FAILED);
    }
  }

  /** Field report C: a provider inside a cluster has no TLS. */
  @Test
  void plainHttp_isForTheOptionThatSaysSoAlone() {
    asked.says(active());
    Introspection how =
        Introspection.with(
            ClientAuthentication.secretBasic(AskedServer.CLIENT, AskedServer.SECRET));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> how.at("http://keycloak:8080/introspect"))
        .withMessageContaining("plain http is only for loopback hosts");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> how.atOverPlainHttpInsideTheCluster("https://keycloak/introspect"))
        .withMessageContaining("it is no plain http URL");
    List<AuthEvents.Event> heard = new CopyOnWriteArrayList<>();
    AuthorizationServer named = AuthorizationServer.of(asked.issuer());
    try (ResourceServer inside = server(how.atOverPlainHttpInsideTheCluster(asked.endpoint()));
        ResourceServer outside =
            ProtectedServer.of(
                    named.introspectedBy(
                        how.atOverPlainHttpInsideTheCluster("http://8.8.8.8/introspect")),
                    clock)
                .events(heard::add)
                .build()) {
      assertGranted(decide(inside, TOKEN));
      assertUnavailable(decide(outside, TOKEN), ReasonCode.INTROSPECTION_FAILED);
    }
    assertThat(heard) // before anything was sent
        .singleElement()
        .satisfies(
            event ->
                assertThat(String.valueOf(event.facts().get("problem")))
                    .startsWith("ADDRESS_REFUSED: "));
  }

  @Test
  void goodAnswer_isKeptForAMinute() {
    asked.says(active());
    try (ResourceServer server = server(asked.how())) {
      assertGranted(decide(server, TOKEN));
      clock.advance(Duration.ofSeconds(59));
      assertGranted(decide(server, TOKEN));
      assertThat(asked.asked()).hasSize(1);
      assertThat(server.keptVerdicts()).containsEntry(asked.issuer(), 1L);

      clock.advance(Duration.ofSeconds(1));
      assertGranted(decide(server, TOKEN));
      assertThat(asked.asked()).hasSize(2);
    }
  }

  @Test
  void tokenThatIsRevokedThere_isRefusedAsSoonAsItsAnswerIsOld() {
    asked.says(active());
    try (ResourceServer server = server(asked.how().keptFor(Duration.ofSeconds(20)))) {
      assertGranted(decide(server, TOKEN));
      asked.says("{\"active\":false}");
      clock.advance(Duration.ofSeconds(19));
      assertGranted(decide(server, TOKEN)); // the bound that is documented

      clock.advance(Duration.ofSeconds(1));
      assertInvalidToken(decide(server, TOKEN), ReasonCode.TOKEN_NOT_ACTIVE);
    }
  }

  @Test
  void answerThatIsNotKept_isAskedForEachTime() {
    asked.says(active());
    try (ResourceServer server = server(asked.how().keptFor(Duration.ZERO))) {
      assertGranted(decide(server, TOKEN));
      asked.says("{\"active\":false}");
      assertInvalidToken(decide(server, TOKEN), ReasonCode.TOKEN_NOT_ACTIVE);
    }
  }

  @Test
  void answer_isNotKeptPastTheEndOfTheToken() {
    asked.says(active("exp", clock.instant().plusSeconds(10).getEpochSecond()));
    try (ResourceServer server = server(asked.how())) {
      assertGranted(decide(server, TOKEN));
      asked.says("{\"active\":false}");
      clock.advance(Duration.ofSeconds(10));

      assertInvalidToken(decide(server, TOKEN), ReasonCode.TOKEN_NOT_ACTIVE);
    }
  }

  @Test
  void failure_isNotKept() {
    asked.answers(aResponse().withStatus(500));
    try (ResourceServer server = server(asked.how())) {
      assertUnavailable(decide(server, TOKEN), ReasonCode.INTROSPECTION_FAILED);
      asked.says(active());
      assertGranted(decide(server, TOKEN));
    }
  }

  @Test
  void cutOff_beatsAKeptAnswer() {
    asked.says(active());
    try (ResourceServer server = server(asked.how())) {
      assertGranted(decide(server, TOKEN));
      server.access().cutOff(AccessTarget.subject(asked.issuer(), "alice"));

      assertInvalidToken(decide(server, TOKEN), ReasonCode.TOKEN_REVOKED);
    }
  }

  /** Only the answer says that the token is bound, and it is asked for with a kept answer too. */
  @ParameterizedTest
  @ValueSource(strings = {"jkt", "x5t#S256", "kid"})
  void tokenWhoseBindingTheAnswerReveals_isNoBearerToken(String member) {
    asked.says(active("cnf", Map.of(member, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")));
    try (ResourceServer server = server(asked.how())) {
      assertInvalidToken(decide(server, TOKEN), ReasonCode.PROOF_OF_POSSESSION_MISSING);
      assertInvalidToken(decide(server, TOKEN), ReasonCode.PROOF_OF_POSSESSION_MISSING);
      assertThat(asked.asked()).hasSize(1);
    }
  }

  @Test
  void actorOfTheAnswer_isAClaimThatCanBeExposed() {
    asked.says(active("act", Map.of("sub", "agent")));
    try (ResourceServer server =
        ProtectedServer.of(asked.server(), clock).exposeClaims("act").build()) {
      assertThat(caller(decide(server, TOKEN)).claims())
          .containsEntry("act", Map.of("sub", "agent"));
    }
  }

  /** Field report E, and RFC 6749 appendix A.12. */
  @ParameterizedTest
  @ValueSource(
      strings = {"00Dx0!AQEAQ.~_-", "12|aBcD", "a&client_id=evil&b", "x%26y+z=", "{a}'`\\"})
  void tokenOfAnyVisibleCharacters_isAskedAboutAsItIs(String token) {
    asked.says(active());
    try (ResourceServer server = server(asked.how());
        ResourceServer jwts =
            ProtectedServer.of(AuthorizationServer.of("https://jwt.example"), clock).build()) {
      assertGranted(decide(server, token));
      assertThat(form(asked.requests().get(0)))
          .containsEntry("token", token)
          .doesNotContainKey("client_id");
      if (!token.startsWith("x%")) {
        assertInvalidToken(decide(jwts, token), ReasonCode.TOKEN_MALFORMED);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\"b", "a\u007f", "a\u00e9", "a\tb"})
  void whatNoTokenLooksLike_isAskedOfNobody(String token) {
    try (ResourceServer server = server(asked.how())) {
      assertInvalidToken(decide(server, token), ReasonCode.TOKEN_MALFORMED);
    }
    assertThat(asked.asked()).isEmpty();
  }

  @Test
  void tokenAndSecret_areInNoMessage() {
    List<AuthEvents.Event> events = new ArrayList<>();
    asked.answers(aResponse().withStatus(401).withBody(TOKEN + AskedServer.SECRET));
    try (ResourceServer server =
        ProtectedServer.of(asked.server(), clock).events(events::add).build()) {
      assertUnavailable(decide(server, TOKEN), ReasonCode.INTROSPECTION_FAILED);
    }
    assertThat(events.toString() + asked.server() + asked.how())
        .contains("status 401", AskedServer.CLIENT)
        .doesNotContain(TOKEN)
        .doesNotContain("s3cr3t");
  }

  @Test
  void impossibleBound_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> asked.how().keptFor(Duration.ofMinutes(6)))
        .withMessageContaining("from zero to PT5M");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> asked.how().keptFor(Duration.ofSeconds(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> asked.how().askAtMost(0));
    assertThatIllegalArgumentException().isThrownBy(() -> asked.how().askAtMost(1001));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
