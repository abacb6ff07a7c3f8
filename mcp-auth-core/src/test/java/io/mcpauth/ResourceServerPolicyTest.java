package io.mcpauth;

import static io.mcpauth.Guarded.METADATA;
import static io.mcpauth.Guarded.body;
import static io.mcpauth.Guarded.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a proven caller is refused by the policy, and the exact answer. */
class ResourceServerPolicyTest {
  private static final Guarded GUARDED = new Guarded();

  @AfterAll
  static void close() {
    GUARDED.close();
  }

  @Test
  void enoughScope_isGrantedWithThePrincipal() {
    String token = GUARDED.token("mcp", "files:write");
    AccessDecision decision =
        GUARDED.decide(RequestStub.post(call("1", "write_file")).bearer(token));
    assertThat(Answers.caller(decision).subject()).isEqualTo("alice");
    assertThat(Answers.caller(decision).scopes()).containsExactly("mcp", "files:write");
  }

  @Test
  void missingScope_is403WithOneChallengeForAllOfIt() {
    AccessDecision.Refused refused =
        GUARDED.refuse(RequestStub.post(call("1", "write_file")), "mcp");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.reason()).isEqualTo(ReasonCode.INSUFFICIENT_SCOPE);
    assertThat(refused.headers())
        .containsExactly(
            Map.entry(
                "WWW-Authenticate",
                "Bearer error=\"insufficient_scope\", scope=\"mcp files:write\", "
                    + METADATA
                    + ", error_description=\"More scopes are required for this call\""),
            Map.entry("Cache-Control", "no-store"),
            Map.entry("Content-Type", "application/json"));
    assertThat(body(refused))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32001,\"message\":\"Forbidden\","
                + "\"data\":{\"error\":\"insufficient_scope\",\"message\":\"More scopes are"
                + " required for this call\",\"scope\":\"mcp files:write\"}}}");
  }

  /** Some clients replace their scopes by the challenge's, so what they have has to be in it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          files:read mcp             | mcp files:write files:read
          mcp files:read files:list  | mcp files:write files:list files:read
          files:list                 | mcp files:write files:list
          files:admin                | mcp files:write files:admin
          mcp unknown offline_access | mcp files:write
          ''                         | mcp files:write
          """)
  void grantedScopesThatThePolicyKnows_stayInTheChallenge(String granted, String challenged) {
    AccessDecision.Refused refused =
        GUARDED.refuse(RequestStub.post(call("1", "write_file")), granted.split(" ", -1));
    assertThat(refused.headers().get("WWW-Authenticate"))
        .contains(", scope=\"" + challenged + "\", ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "0",
        "-7",
        "\"a\"",
        "\"\"",
        "\"\\\"\\r\\n\"",
        "9007199254740993",
        "123456789012345678901234567890",
        "1.50"
      })
  void id_isEchoedAsItWas(String id) {
    assertThat(body(GUARDED.refuse(RequestStub.post(call(id, "write_file")), "mcp")))
        .startsWith("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{");
    assertThat(body(GUARDED.refuse(RequestStub.post(call(id, "nothing")), "mcp")))
        .startsWith("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{");
  }

  @Test
  void idOfBatchNotificationAndResponse_isLeftOut() {
    for (String body :
        List.of(
            "[" + call("1", "write_file") + "]",
            call("1", "write_file").replace("\"id\":1,", ""),
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}")) {
      AccessDecision.Refused refused = GUARDED.refuse(RequestStub.post(body));
      assertThat(refused.reason()).as(body).isEqualTo(ReasonCode.INSUFFICIENT_SCOPE);
      assertThat(body(refused)).as(body).startsWith("{\"jsonrpc\":\"2.0\",\"error\":{");
    }
  }

  @Test
  void batch_needsTheScopesOfAllItsCalls() {
    String batch = "[" + call("1", "list_files") + "," + call("2", "write_file") + "]";
    assertThat(
            GUARDED
                .refuse(RequestStub.post(batch), "mcp", "files:list")
                .headers()
                .get("WWW-Authenticate"))
        .contains("scope=\"mcp files:list files:write\"");
  }

  /** No scope cures it, so that no client logs in again in vain. */
  @ParameterizedTest
  @ValueSource(strings = {"nothing", "WRITE_FILE", "write_file ", ""})
  void callThatNoRuleNames_is403WithoutScope(String tool) {
    AccessDecision.Refused refused =
        GUARDED.refuse(RequestStub.post(call("1", tool)), "mcp", "files:write", "files:admin");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.reason()).isEqualTo(ReasonCode.DENIED_BY_POLICY);
    assertThat(refused.headers().get("WWW-Authenticate")).isEqualTo("Bearer " + METADATA);
    assertThat(body(refused))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32001,\"message\":\"Forbidden\","
                + "\"data\":{\"error\":\"forbidden\",\"message\":\"This call is not allowed\"}}}");
  }

  @Test
  void oneDeniedCallInABatch_deniesIt() {
    String batch = "[" + call("1", "list_files") + "," + call("2", "nothing") + "]";
    assertThat(GUARDED.refuse(RequestStub.post(batch), "mcp", "files:list").reason())
        .isEqualTo(ReasonCode.DENIED_BY_POLICY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS"})
  void methodWithoutBody_needsTheBaseScope(String method) {
    AccessDecision.Refused refused = GUARDED.refuse(RequestStub.of(method), "files:read");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.headers().get("WWW-Authenticate"))
        .startsWith("Bearer error=\"insufficient_scope\", scope=\"mcp files:read\", ");
    assertThat(body(refused))
        .isEqualTo(
            "{\"error\":\"insufficient_scope\","
                + "\"message\":\"More scopes are required for this call\"}");
    assertThat(GUARDED.decide(RequestStub.of(method).bearer(GUARDED.token("mcp"))))
        .isInstanceOf(AccessDecision.Granted.class);
  }

  /** The body is what the server behind will act on. */
  @Test
  void mirroredHeaders_grantNothing() {
    RequestStub request =
        RequestStub.post(call("1", "write_file"))
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", "list_files");
    assertThat(GUARDED.refuse(request, "mcp", "files:list").reason())
        .isEqualTo(ReasonCode.INSUFFICIENT_SCOPE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"test-client", "files:write", "files:admin", "root"})
  void clientInfo_grantsNothing(String name) {
    String info = "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"" + name + "\"}";
    String body =
        call("1", "write_file").replace("\"params\":{", "\"params\":{\"_meta\":{" + info + "},");
    assertThat(body).contains(info);
    assertThat(GUARDED.refuse(RequestStub.post(body), "mcp").reason())
        .isEqualTo(ReasonCode.INSUFFICIENT_SCOPE);
  }

  /**
   * MCP 2026-07-28: clients find out what there is by asking. In older revisions 404 is a lost
   * session.
   */
  @Test
  void methodThatNoRuleNames_isAnsweredAsOneThatIsNotThere() {
    String text =
        "{\"jsonrpc\":\"2.0\",\"id\":\"x-1\",\"method\":\"unknown/method\",\"params\":{%s}}";
    RequestStub request =
        RequestStub.post(
                text.formatted(
                    "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}"))
            .revision("2026-07-28")
            .header("Mcp-Method", "unknown/method");
    AccessDecision.Refused refused = GUARDED.refuse(request, "mcp");
    assertThat(refused.status()).isEqualTo(404);
    assertThat(refused.reason()).isEqualTo(ReasonCode.UNKNOWN_METHOD);
    assertThat(refused.headers()).doesNotContainKey("WWW-Authenticate");
    assertThat(body(refused))
        .startsWith("{\"jsonrpc\":\"2.0\",\"id\":\"x-1\",\"error\":{\"code\":-32601,");
    RequestStub older = RequestStub.post(text.formatted("")).revision("2025-11-25");
    assertThat(GUARDED.refuse(older, "mcp").reason()).isEqualTo(ReasonCode.UNKNOWN_METHOD);
    assertThat(GUARDED.refuse(older, "mcp").status()).isEqualTo(200);
  }

  @Test
  void event_saysWhoCalledWhatAndWhatWasMissing() {
    String name = "\\r\\nfake\\u2028line";
    GUARDED.refuse(RequestStub.post(call("1", name)), "mcp");
    AuthEvents.Event denied = GUARDED.event(ReasonCode.DENIED_BY_POLICY, "tools/call ??fake?line");
    assertThat(denied.facts()).containsEntry("call", "tools/call ??fake?line");
    assertThat(denied.granted()).isFalse();
    GUARDED.refuse(RequestStub.post(call("1", "read_file")), "mcp");
    AuthEvents.Event missing = GUARDED.event(ReasonCode.INSUFFICIENT_SCOPE, "tools/call read_file");
    assertThat(missing.facts()).containsEntry("missing", "files:read");
    assertThat(missing.principal()).isNotNull();
  }
}
