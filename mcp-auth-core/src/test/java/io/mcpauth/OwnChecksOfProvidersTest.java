package io.mcpauth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.assertUnavailable;
import static io.mcpauth.Answers.caller;
import static io.mcpauth.AskedServer.decide;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.Introspection;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** GitHub and Google, who say whose a token is in words of their own. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OwnChecksOfProvidersTest {
  private static final String GITHUB_TOKEN = "gho_16C7e42F292c6912E7710c838347Ae178B4a";
  private static final String GOOGLE_TOKEN = "ya29.a0AfH6SMC-x_y";
  private static final String APP = "Iv1.8a61f9b3a7aba766";
  private static final String GOOGLE_CLIENT = "12.apps.googleusercontent.com";

  private final MutableClock clock = new MutableClock();
  @AutoClose private final AskedServer asked = new AskedServer();

  private static String github(String app, String more) {
    return """
    {"id":1,"token":"x","app":{"name":"Files","client_id":"%s"},"scopes":["repo","user"],
     "created_at":"2026-11-23T11:00:00Z","user":{"login":"octocat","id":583231}%s}
    """
        .formatted(app, more);
  }

  private ResourceServer github() {
    AuthorizationServer server =
        AuthorizationServer.of("https://github.com/login/oauth")
            .withProfile("github")
            .trustClientIdInsteadOfAudience(APP)
            .introspectedBy(Introspection.byGitHub(APP, "s3cr3t").at(asked.endpoint()));
    return resource(server);
  }

  private ResourceServer google() {
    AuthorizationServer server =
        AuthorizationServer.of("https://accounts.google.com")
            .withProfile("google")
            .trustClientIdInsteadOfAudience(GOOGLE_CLIENT)
            .introspectedBy(Introspection.byGoogle().at(asked.endpoint()));
    return resource(server);
  }

  private ResourceServer resource(AuthorizationServer server) {
    return ResourceServer.builder(
            ProtectedServer.RESOURCE, server, ToolPolicy.builder().tool("t").build())
        .clock(clock)
        .build();
  }

  @Test
  void githubToken_isThatOfTheUserByNumber() {
    asked.says(github(APP, ",\"expires_at\":\"2026-11-23T20:00:00+00:00\""));
    try (ResourceServer server = github()) {
      AccessDecision decision = decide(server, GITHUB_TOKEN);

      assertThat(caller(decision).subject()).isEqualTo("583231");
      assertThat(caller(decision).clientId()).isEqualTo(APP);
      assertThat(caller(decision).scopes()).containsExactly("repo", "user");
      assertThat(caller(decision).expiresAt()).isEqualTo("2026-11-23T20:00:00Z");
      LoggedRequest question = asked.requests().get(0);
      assertThat(question.getBodyAsString())
          .isEqualTo("{\"access_token\":\"" + GITHUB_TOKEN + "\"}");
      assertThat(question.getUrl()).doesNotContain(GITHUB_TOKEN);
      assertThat(question.getHeader("Authorization")).startsWith("Basic ");
    }
  }

  @Test
  void githubTokenWithoutEnd_isAskedAboutAgain() {
    asked.says(github(APP, ",\"expires_at\":null"));
    try (ResourceServer server = github()) {
      assertGranted(decide(server, GITHUB_TOKEN));
      clock.advance(Duration.ofMinutes(1));
      asked.answers(aResponse().withStatus(404));
      assertRefused(decide(server, GITHUB_TOKEN), 401, ReasonCode.TOKEN_NOT_ACTIVE);
    }
  }

  @Test
  void githubTokenOfAnotherApplication_isNotGood() {
    asked.says(github("Iv1.other", ""));
    try (ResourceServer server = github()) {
      assertRefused(decide(server, GITHUB_TOKEN), 401, ReasonCode.CLAIM_INVALID);
    }
  }

  @Test
  void githubThatDoesNotKnowTheApplication_isA503() {
    asked.answers(aResponse().withStatus(401));
    try (ResourceServer server = github()) {
      assertUnavailable(decide(server, GITHUB_TOKEN), ReasonCode.INTROSPECTION_FAILED);
    }
  }

  @Test
  void googleToken_isThatOfTheUserAndTheClient() {
    asked.says(google(Map.of()));
    try (ResourceServer server = google()) {
      AccessDecision decision = decide(server, GOOGLE_TOKEN);

      assertThat(caller(decision).subject()).isEqualTo("1102");
      assertThat(caller(decision).clientId()).isEqualTo(GOOGLE_CLIENT);
      assertThat(caller(decision).scopes()).contains("openid");
      LoggedRequest question = asked.requests().get(0);
      assertThat(AskedServer.form(question)).isEqualTo(Map.of("access_token", GOOGLE_TOKEN));
      assertThat(question.getUrl()).doesNotContain("ya29");
      assertThat(question.containsHeader("Authorization")).isFalse();
    }
  }

  @Test
  void googleTokenOfAnotherClient_isNotGood() {
    try (ResourceServer server = google()) {
      asked.says(google(Map.of("azp", "other", "aud", "other")));
      assertRefused(decide(server, GOOGLE_TOKEN), 401, ReasonCode.WRONG_AUDIENCE);
      asked.says(google(Map.of("aud", "other")));
      assertRefused(decide(server, GOOGLE_TOKEN + "1"), 401, ReasonCode.WRONG_AUDIENCE);
      asked.says(google(Map.of("azp", "other")));
      assertRefused(decide(server, GOOGLE_TOKEN + "2"), 401, ReasonCode.WRONG_AUDIENCE);
    }
  }

  /** All users of the client would be one caller. */
  @Test
  void googleTokenWithoutAUser_isNotGood() {
    asked.says(google(Map.of("sub", 7)));
    try (ResourceServer server = google()) {
      assertRefused(decide(server, GOOGLE_TOKEN), 401, ReasonCode.CLAIM_INVALID);
    }
  }

  @Test
  void googleThatDoesNotKnowTheToken_saysSoWithA400() {
    try (ResourceServer server = google()) {
      asked.answers(googleError("invalid_token"));
      assertRefused(decide(server, GOOGLE_TOKEN), 401, ReasonCode.TOKEN_NOT_ACTIVE);
      asked.answers(googleError("invalid_request"));
      assertUnavailable(decide(server, GOOGLE_TOKEN + "1"), ReasonCode.INTROSPECTION_FAILED);
    }
  }

  /** It is for its client, and never shown to anybody. */
  @Test
  void idTokenOfGoogle_isNotAskedAbout() {
    String id = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2FjY291bnRzLmdvb2dsZS5jb20ifQ.AAAA";
    try (ResourceServer server = google()) {
      assertRefused(decide(server, id), 401, ReasonCode.ID_TOKEN_NOT_ACCEPTED);
    }
    assertThat(asked.asked()).isEmpty();
  }

  @Test
  void clientThatIsNotTrusted_stopsTheStart() {
    AuthorizationServer google =
        AuthorizationServer.of("https://accounts.google.com").withProfile("google");
    AuthorizationServer github =
        AuthorizationServer.of("https://github.com/login/oauth").withProfile("github");
    for (AuthorizationServer server :
        new AuthorizationServer[] {
          google.introspectedBy(Introspection.byGoogle()),
          google
              .trustClientIdInsteadOfAudience("c")
              .expectAudience("c")
              .introspectedBy(Introspection.byGoogle()),
          github.introspectedBy(Introspection.byGitHub(APP, "s3cr3t")),
          github
              .trustClientIdInsteadOfAudience("another")
              .introspectedBy(Introspection.byGitHub(APP, "s3cr3t"))
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> resource(server).close())
          .withMessageContaining("Register a client for this server alone")
          .withMessageNotContaining("s3cr3t");
    }
  }

  private static Map<String, Object> google(Map<String, Object> changes) {
    Map<String, Object> answer =
        new TreeMap<>(
            Map.of(
                "azp",
                GOOGLE_CLIENT,
                "aud",
                GOOGLE_CLIENT,
                "sub",
                "1102",
                "scope",
                "openid https://www.googleapis.com/auth/userinfo.email",
                "exp",
                String.valueOf(new MutableClock().instant().getEpochSecond() + 3600),
                "expires_in",
                "3600",
                "access_type",
                "online"));
    answer.putAll(changes);
    return answer;
  }

  private static ResponseDefinitionBuilder googleError(String error) {
    return aResponse()
        .withStatus(400)
        .withHeader("Content-Type", "application/json")
        .withBody("{\"error\":\"" + error + "\"}");
  }
}
