package io.mcpauth;

import static io.mcpauth.Guarded.body;
import static io.mcpauth.Guarded.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a request whose headers tell another story than its body is answered. */
class HeaderMismatchTest {
  private static final Guarded GUARDED = new Guarded();
  private static final String META =
      "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}";
  private static final String LIST =
      call("\"x-1\"", "list_files").replace("\"params\":{", "\"params\":{" + META + ",");

  @AfterAll
  static void close() {
    GUARDED.close();
  }

  @Test
  void headersThatRepeatTheBody_areGranted() {
    RequestStub request = mirrored(LIST, "list_files").bearer(GUARDED.token("mcp", "files:list"));
    assertThat(GUARDED.decide(request)).isInstanceOf(AccessDecision.Granted.class);
  }

  @Test
  void mismatch_is400WithItsOwnCodeAndTheId() {
    AccessDecision.Refused refused =
        GUARDED.refuse(mirrored(LIST, "write_file"), "mcp", "files:list", "files:write");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.reason()).isEqualTo(ReasonCode.HEADER_MISMATCH);
    assertThat(refused.headers())
        .containsEntry("Content-Type", "application/json")
        .doesNotContainKey("WWW-Authenticate");
    assertThat(body(refused))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":\"x-1\",\"error\":{\"code\":-32020,"
                + "\"message\":\"The headers do not match the body\",\"data\":"
                + "{\"error\":\"invalid_request\","
                + "\"message\":\"The headers do not match the body\"}}}");
  }

  @Test
  void mismatchOfANotification_hasNoId() {
    String notification =
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{" + META + "}}";
    RequestStub request = RequestStub.post(notification).header("Mcp-Method", "tools/call");
    assertThat(body(GUARDED.refuse(request.revision("2026-07-28"), "mcp")))
        .startsWith("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32020,");
  }

  @Test
  void credential_isAskedForFirst() {
    AccessDecision decision = GUARDED.decide(mirrored(LIST, "write_file"));
    assertThat(decision)
        .isInstanceOfSatisfying(
            AccessDecision.Refused.class, refused -> assertThat(refused.status()).isEqualTo(401));
  }

  /** Else a log in vain: no scope mends a request that contradicts itself. */
  @Test
  void mismatch_comesBeforeThePolicy() {
    assertThat(GUARDED.refuse(mirrored(LIST, "write_file"), "nothing").reason())
        .isEqualTo(ReasonCode.HEADER_MISMATCH);
    assertThat(GUARDED.refuse(mirrored(LIST, "list_files"), "nothing").reason())
        .isEqualTo(ReasonCode.INSUFFICIENT_SCOPE);
  }

  @Test
  void event_saysWhichHeaderAndQuotesNothing() {
    GUARDED.refuse(mirrored(LIST, "s3cr3t"), "mcp", "files:list");
    AuthEvents.Event event = GUARDED.event(ReasonCode.HEADER_MISMATCH, "tools/call list_files");
    assertThat(event.facts().keySet()).containsExactly("header", "problem");
    assertThat(event.toString()).doesNotContain("s3cr3t");
  }

  /** Neither may a server that looks at the body alone be sent what the revision does not have. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[%s]",
        "[%s,{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},%s]",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"params\":{" + META + "}}"
      })
  void batchOrResponseWhoseBodyAloneNamesTheRevision_isRefused(String form) {
    for (String version : new String[] {"2025-11-25", "2026-07-28", ""}) {
      RequestStub request = RequestStub.post(form.replace("%s", LIST)).revision(version);
      assertThat(GUARDED.refuse(request, "mcp", "files:list").reason())
          .isEqualTo(ReasonCode.BODY_NOT_JSON_RPC);
    }
  }

  @Test
  void revisionInTheBodyAlone_shapesTheAnswerToo() {
    String denied = LIST.replace("list_files", "nothing");
    assertThat(body(GUARDED.refuse(mirrored(denied, "nothing"), "mcp")))
        .contains("\"code\":-31001,");
    assertThat(
            body(GUARDED.refuse(mirrored(denied, "nothing").header("MCP-Protocol-Version"), "mcp")))
        .contains("\"code\":-32020,");
  }

  /** As MCP 2026-07-28 has it for a request without a field that {@code _meta} needs. */
  @Test
  void revisionInTheHeaderAlone_is400WithInvalidParamsAndTheId() {
    String without = LIST.replace(META + ",", "");
    AccessDecision.Refused refused =
        GUARDED.refuse(mirrored(without, "list_files"), "mcp", "files:list");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.reason()).isEqualTo(ReasonCode.REVISION_MISSING);
    assertThat(refused.headers()).doesNotContainKey("WWW-Authenticate");
    assertThat(body(refused))
        .startsWith("{\"jsonrpc\":\"2.0\",\"id\":\"x-1\",\"error\":{\"code\":-32602,");
  }

  private static RequestStub mirrored(String body, String name) {
    return RequestStub.post(body)
        .revision("2026-07-28")
        .header("Mcp-Method", "tools/call")
        .header("Mcp-Name", name);
  }
}
