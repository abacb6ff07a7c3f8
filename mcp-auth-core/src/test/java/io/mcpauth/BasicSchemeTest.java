package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.BasicCredentials;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tools the scheme Basic reaches, and what who does not get in is told. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class BasicSchemeTest {
  private static final String POLICY =
      """
      {
        "tools": {
          "status": "anonymous",
          "list_files": { "scopes": ["files:list"] },
          "rotate_logs": { "scopes": ["files:list"], "schemes": ["Basic"] },
          "delete_file": { "scopes": ["files:list"], "schemes": ["Bearer"] }
        }
      }
      """;

  private final MutableClock clock = new MutableClock();
  private final AccountProvider provider = new AccountProvider(clock);
  private final ResourceServer server =
      builder(POLICY).accept(BasicCredentials.exchangedAt(provider.server())).build();

  BasicSchemeTest() {
    provider.account("ci", "hush", provider.token("ci", "files:list").mint(), 300);
  }

  private ResourceServerBuilder builder(String policy) {
    return ResourceServer.builder(
            ProtectedServer.RESOURCE,
            provider.server(),
            ToolPolicy.fromJson(policy.getBytes(UTF_8), "policy.json"))
        .clock(clock);
  }

  @AfterEach
  void stop() {
    server.close();
    provider.close();
  }

  /** As {@code curl -u ci:hush} has it. */
  @Test
  void account_reachesOnlyToolsWhoseRuleAllowsTheScheme() {
    assertGranted(call("list_files", "ci:hush"));
    assertGranted(call("rotate_logs", "ci:hush"));
    assertRefused(call("delete_file", "ci:hush"), 403, ReasonCode.SCHEME_NOT_ALLOWED);
  }

  @Test
  void eventOfARefusal_saysWhichSchemeItWas() {
    List<AuthEvents.Event> heard = new ArrayList<>();
    try (ResourceServer listened =
        builder(POLICY)
            .accept(BasicCredentials.exchangedAt(provider.server()))
            .events(heard::add)
            .build()) {
      listened.decide(withBasic(FakeRequest.toolCall("delete_file"), "ci:hush"));
    }

    assertThat(heard)
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.facts())
                    .containsEntry("scheme", "Basic")
                    .containsEntry("rule", "tools.delete_file"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic ", "basic ", "BASIC ", "bAsIc   "})
  void schemeInAnyCase_isAccepted(String scheme) {
    String account = Base64.getEncoder().encodeToString("ci:hush".getBytes(UTF_8));

    assertGranted(
        server.decide(
            FakeRequest.toolCall("list_files").header("Authorization", scheme + account)));
  }

  @Test
  void bearerToken_reachesNoToolOfTheSchemeBasic() {
    String token = provider.token("ci", "files:list").mint();
    AccessDecision decision = server.decide(FakeRequest.toolCall("rotate_logs").bearer(token));

    AccessDecision.Refused refused = assertRefused(decision, 403, ReasonCode.SCHEME_NOT_ALLOWED);
    assertThat(refused.headers().toString()).doesNotContain("insufficient_scope", "Basic");
  }

  /** A browser that is offered Basic asks its user for a password, and keeps it. */
  @ParameterizedTest
  @CsvSource({
    "'', 401, CREDENTIAL_MISSING",
    "ci:guess, 401, CREDENTIAL_INVALID",
    ":hush, 401, CREDENTIAL_INVALID",
    "ci:, 401, CREDENTIAL_INVALID",
    "no colon, 400, AUTHORIZATION_MALFORMED",
    "'ci:hush\n', 400, AUTHORIZATION_MALFORMED"
  })
  void whoDoesNotGetIn_isNeverOfferedBasic(String account, int status, ReasonCode reason) {
    FakeRequest request = FakeRequest.toolCall("list_files");
    AccessDecision decision =
        account.isEmpty() ? server.decide(request) : call("list_files", account);

    AccessDecision.Refused refused = assertRefused(decision, status, reason);
    assertThat(refused.headers().toString() + new String(refused.body(), UTF_8))
        .doesNotContainIgnoringCase("basic");
    assertThat(refused.headers().get("WWW-Authenticate")).startsWith("Bearer ");
    assertThat(refused.furtherChallenges()).isEmpty();
  }

  @Test
  void wrongSecretForAnAnonymousTool_isRefused() {
    assertRefused(call("status", "ci:guess"), 401, ReasonCode.CREDENTIAL_INVALID);
    assertGranted(server.decide(FakeRequest.toolCall("status")));
  }

  /** 401 also where a tool is anonymous: what is not looked at must not pass for nothing. */
  @Test
  void basicThatNobodyAccepts_isNotAccepted() {
    String policy = POLICY.replace(", \"schemes\": [\"Basic\"]", "");
    try (ResourceServer bearerAlone = builder(policy).build()) {
      for (String tool : List.of("status", "list_files")) {
        AccessDecision.Refused refused =
            assertRefused(
                bearerAlone.decide(withBasic(FakeRequest.toolCall(tool), "ci:hush")),
                401,
                ReasonCode.CREDENTIAL_NOT_ACCEPTED);
        assertThat(refused.headers().get("WWW-Authenticate")).startsWith("Bearer ");
      }
    }

    assertThat(provider.asked()).isEmpty();
  }

  @Test
  void policyForASchemeThatIsNotAccepted_stopsTheStart() {
    ResourceServerBuilder bearerAlone = builder(POLICY);

    assertThatThrownBy(bearerAlone::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Rule 'tools.rotate_logs' asks for the scheme 'Basic', in which")
        .hasMessageContaining("this server accepts [Bearer].");
  }

  @Test
  void basicBesideABearerToken_isTwoCredentials() {
    FakeRequest request = withBasic(FakeRequest.toolCall("list_files"), "ci:hush");
    AccessDecision both = server.decide(request.bearer(provider.token("ci").mint()));

    assertRefused(both, 400, ReasonCode.SEVERAL_CREDENTIALS);
    assertRefused(
        server.decide(
            withBasic(FakeRequest.toolCall("list_files"), "ci:hush").query("access_token=x")),
        400,
        ReasonCode.SEVERAL_CREDENTIALS);
    assertThat(provider.asked()).isEmpty();
  }

  private AccessDecision call(String tool, String account) {
    return server.decide(withBasic(FakeRequest.toolCall(tool), account));
  }

  private static FakeRequest withBasic(FakeRequest request, String account) {
    return request.header(
        "Authorization", "Basic " + Base64.getEncoder().encodeToString(account.getBytes(UTF_8)));
  }
}
