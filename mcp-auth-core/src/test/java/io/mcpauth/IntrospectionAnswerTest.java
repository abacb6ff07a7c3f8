package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertUnavailable;
import static io.mcpauth.Answers.caller;
import static io.mcpauth.AskedServer.active;
import static io.mcpauth.AskedServer.decide;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.token.AuthorizationServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an authorization server may answer about a token, and what comes of it. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class IntrospectionAnswerTest {
  private static final String TOKEN = "opaque-1";
  private static final String OTHER = "https://other.example/mcp";

  private final MutableClock clock = new MutableClock();
  @AutoClose private final AskedServer asked = new AskedServer();

  /** RFC 7662 section 2.2: a boolean, and true. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"active\":false}",
        "{\"active\":null,\"sub\":\"a\"}",
        "{\"active\":\"true\",\"sub\":\"a\"}",
        "{\"active\":1}",
        "{\"active\":[true]}",
        "{\"Active\":true}"
      })
  void whatIsNotActive_isNotGood(String answer) {
    asked.says(answer);
    assertRefused(ReasonCode.TOKEN_NOT_ACTIVE);
  }

  static Stream<Arguments> wrongMembers() {
    long now = new MutableClock().instant().getEpochSecond();
    return Stream.of(
        arguments("aud", OTHER, ReasonCode.WRONG_AUDIENCE),
        arguments("aud", List.of(OTHER), ReasonCode.WRONG_AUDIENCE),
        arguments("aud", null, ReasonCode.WRONG_AUDIENCE),
        arguments("aud", List.of(), ReasonCode.WRONG_AUDIENCE),
        arguments("aud", Map.of(), ReasonCode.WRONG_AUDIENCE),
        arguments("iss", "https://other.example", ReasonCode.WRONG_ISSUER),
        arguments("iss", "", ReasonCode.WRONG_ISSUER),
        arguments("iss", List.of("x"), ReasonCode.WRONG_ISSUER),
        arguments("exp", now - 61, ReasonCode.TOKEN_EXPIRED),
        arguments("exp", null, ReasonCode.CLAIM_INVALID),
        arguments("exp", "soon", ReasonCode.CLAIM_INVALID),
        arguments("nbf", now + 61, ReasonCode.TOKEN_NOT_YET_VALID),
        arguments("iat", now + 61, ReasonCode.TOKEN_NOT_YET_VALID),
        arguments("token_type", "refresh_token", ReasonCode.NOT_AN_ACCESS_TOKEN),
        arguments("token_type", "N_A", ReasonCode.NOT_AN_ACCESS_TOKEN),
        arguments("token_type", 1, ReasonCode.NOT_AN_ACCESS_TOKEN),
        arguments("token_type", "DPoP", ReasonCode.PROOF_OF_POSSESSION_MISSING),
        arguments("typ", "Refresh", ReasonCode.REFRESH_TOKEN_NOT_ACCEPTED),
        arguments("token_use", "id", ReasonCode.ID_TOKEN_NOT_ACCEPTED),
        arguments("cnf", Map.of(), ReasonCode.PROOF_OF_POSSESSION_MISSING),
        arguments("scope", 7, ReasonCode.CLAIM_INVALID),
        arguments("sub", "a\nb", ReasonCode.CLAIM_INVALID));
  }

  @ParameterizedTest
  @MethodSource("wrongMembers")
  void activeTokenWithAWrongMember_isNotGood(
      String member, @Nullable Object value, ReasonCode reason) {
    asked.says(active(member, value));
    assertRefused(reason);
  }

  static Stream<Arguments> noAnswers() {
    String good = "{\"active\":true}";
    return Stream.of(
        arguments("fault", json(500, good)),
        arguments("busy", json(429, good)),
        arguments("this client is not known", json(401, good)),
        arguments("this client may not", json(403, good)),
        arguments("bad request", json(400, good)),
        arguments("nothing there", json(404, good)),
        arguments("created", json(201, good)),
        arguments("redirect", json(302, good).withHeader("Location", "https://evil.example/")),
        arguments("moved for POST", json(307, good).withHeader("Location", AskedServer.PATH)),
        arguments("page", aResponse().withHeader("Content-Type", "text/html").withBody(good)),
        arguments("no type", aResponse().withBody(good)),
        arguments("jwt", aResponse().withHeader("Content-Type", "application/jwt").withBody(good)),
        arguments("huge", json(200, "{\"active\":true,\"x\":\"" + "x".repeat(9000) + "\"}")),
        arguments("empty", json(200, "")),
        arguments("cut", json(200, "{\"active\":true")),
        arguments("twice", json(200, "{\"active\":false,\"active\":true}")),
        arguments("list", json(200, "[" + good + "]")),
        arguments("encoded", json(200, good).withHeader("Content-Encoding", "gzip")),
        arguments("broken off", aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE)));
  }

  private static ResponseDefinitionBuilder json(int status, String body) {
    return aResponse()
        .withStatus(status)
        .withHeader("Content-Type", "application/json")
        .withBody(body);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noAnswers")
  void whatIsNoAnswer_isA503(String name, ResponseDefinitionBuilder response) {
    asked.answers(response);
    OutboundConnections small = OutboundConnections.builder().maxBytes(8192).build();
    try (ResourceServer server =
        ProtectedServer.of(asked.server(), clock).connections(small).build()) {
      assertUnavailable(decide(server, TOKEN), ReasonCode.INTROSPECTION_FAILED);
      assertThat(asked.asked()).as("asked once: nothing is retried, and followed").hasSize(1);
    }
  }

  @Test
  void slowAnswer_isA503() {
    asked.answers(json(200, "{\"active\":true}").withFixedDelay(20_000));
    OutboundConnections hasty =
        OutboundConnections.builder().timeout(Duration.ofSeconds(1)).build();
    try (ResourceServer server =
        ProtectedServer.of(asked.server(), clock).connections(hasty).build()) {
      assertUnavailable(decide(server, TOKEN), ReasonCode.INTROSPECTION_FAILED);
    }
  }

  @Test
  void answerWithoutIssuer_isThatOfTheServerThatWasAsked() {
    asked.says(active("iss", asked.issuer()));
    try (ResourceServer server = ProtectedServer.of(asked.server(), clock).build()) {
      assertThat(caller(decide(server, TOKEN)).issuer()).isEqualTo(asked.issuer());
      asked.says(active());
      assertThat(caller(decide(server, "opaque-2")).issuer()).isEqualTo(asked.issuer());
    }
    AuthorizationServer renamed = asked.server().expectIssuers("https://inner.example");
    try (ResourceServer server = ProtectedServer.of(renamed, clock).build()) {
      assertThat(caller(decide(server, TOKEN)).issuer()).isEqualTo("https://inner.example");
    }
  }

  /** Whose user it is would be a guess. */
  @Test
  void answerWithoutIssuer_ofAServerWithSeveral_isNotGood() {
    asked.says(active());
    AuthorizationServer several =
        asked.server().expectIssuers("https://a.example", "https://b.example");
    try (ResourceServer server = ProtectedServer.of(several, clock).build()) {
      assertInvalidToken(decide(server, TOKEN), ReasonCode.WRONG_ISSUER);
    }
  }

  @Test
  void answerWithoutAudience_isGoodForATrustedClientAlone() {
    asked.says(active("aud", null));
    try (ResourceServer server =
        ProtectedServer.of(asked.server().trustClientIdInsteadOfAudience("claude"), clock)
            .build()) {
      assertGranted(decide(server, TOKEN));
      Map<String, @Nullable Object> of = active("aud", null);
      of.put("client_id", "other");
      asked.says(of);
      assertInvalidToken(decide(server, "opaque-2"), ReasonCode.WRONG_AUDIENCE);
      asked.says(active("aud", OTHER));
      assertInvalidToken(decide(server, "opaque-3"), ReasonCode.WRONG_AUDIENCE);
    }
  }

  @Test
  void answerWithoutEnd_isGoodForAsLongAsItIsKeptWhereThatIsSaid() {
    asked.says(active("exp", null));
    AuthorizationServer endless =
        AuthorizationServer.of(asked.issuer())
            .introspectedBy(asked.how().acceptTokensWithoutExpiryForAsLongAsTheyAreActive());
    try (ResourceServer server = ProtectedServer.of(endless, clock).build()) {
      assertGranted(decide(server, TOKEN));
      clock.advance(Duration.ofSeconds(59));
      assertGranted(decide(server, TOKEN));
      assertThat(asked.asked()).hasSize(1);
      clock.advance(Duration.ofSeconds(1));
      assertGranted(decide(server, TOKEN));
      assertThat(asked.asked()).hasSize(2);
    }
  }

  /** Okta knows its JWTs by cid and scp, and answers with the names of RFC 7662. */
  @Test
  void standardNames_areReadBesideThoseOfTheProfile() {
    asked.says(active());
    try (ResourceServer server =
        ProtectedServer.of(asked.server().withProfile("okta"), clock).build()) {
      assertThat(caller(decide(server, TOKEN)).clientId()).isEqualTo("claude");
      assertThat(caller(decide(server, TOKEN)).scopes()).containsExactly("mcp", "files:list");
    }
  }

  private void assertRefused(ReasonCode reason) {
    try (ResourceServer server = ProtectedServer.of(asked.server(), clock).build()) {
      assertInvalidToken(decide(server, TOKEN), reason);
    }
  }
}
