package io.mcpauth.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.RequestStub;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.RpcCalls;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Version, method and name in the headers against those in the body. */
class MirroredHeadersTest {
  private static final String NEW = "2026-07-28";

  /**
   * Columns: lines of MCP-Protocol-Version, Mcp-Method and Mcp-Name, separated by a semicolon; the
   * version in the body; method and params of the body; and which header is refused for what.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          # the very request of the specification
          2026-07-28 | tools/call | t | 2026-07-28 | tools/call | "name":"t" | ok
          2026-07-28 | resources/read | file:///a | 2026-07-28 | resources/read | "uri":"file:///a","name":"x" | ok
          2026-07-28 | prompts/get | p | 2026-07-28 | prompts/get | "name":"p" | ok
          2026-07-28 | tools/list | - | 2026-07-28 | tools/list | "cursor":"c" | ok
          2026-07-28 | server/discover | - | 2026-07-28 | server/discover | "x":1 | ok
          2031-01-01 | tools/list | - | 2031-01-01 | tools/list | "x":1 | ok
          # older revisions know none of it
          2025-11-25 | x | y | - | tools/call | "name":"t" | ok
          2025-11-25 | tools/list;tools/list | t;u | 2025-11-25 | tools/call | "name":"t" | ok
          -          | é | é | - | tools/call | "name":"t" | ok
          2025-11-25 | x | y | 2025-06-18 | tools/call | "name":"t" | ok
          2026-07-27 | x | y | - | tools/call | "name":"t" | ok
          latest     | x | y | DRAFT-2026-v1 | tools/call | "name":"t" | ok
          20260728   | x | y | 2026-7-28 | tools/call | "name":"t" | ok
          ２０２６-07-28 | x | y | - | tools/call | "name":"t" | ok
          # version
          2026-07-28 | tools/call | t | -          | tools/call | "name":"t" | revision missing
          2026-07-28 | tools/list | - | -          | tools/call | "name":"t" | revision missing
          2031-01-01 | tools/call | t | -          | tools/call | "name":"t" | revision missing
          2026-07-28 | tools/call | t | 2025-11-25 | tools/call | "name":"t" | MCP-Protocol-Version differs
          2026-07-28 | tools/call | t | 2026-07-29 | tools/call | "name":"t" | MCP-Protocol-Version differs
          2026-07-28 | tools/call | t | 2026-07-28\\u0000 | tools/call | "name":"t" | MCP-Protocol-Version differs
          2026-07-28 | tools/call | t | ``         | tools/call | "name":"t" | MCP-Protocol-Version differs
          2025-11-25 | tools/call | t | 2026-07-28 | tools/call | "name":"t" | MCP-Protocol-Version differs
          latest     | tools/call | t | 2026-07-28 | tools/call | "name":"t" | MCP-Protocol-Version differs
          ``         | tools/call | t | 2026-07-28 | tools/call | "name":"t" | MCP-Protocol-Version differs
          -          | tools/call | t | 2026-07-28 | tools/call | "name":"t" | MCP-Protocol-Version missing
          2026-07-28;2026-07-28 | tools/call | t | 2026-07-28 | tools/call | "name":"t" | MCP-Protocol-Version there more than once
          2026-07-28;2025-11-25 | tools/call | t | - | tools/call | "name":"t" | MCP-Protocol-Version there more than once
          2025-11-25;2026-07-28 | tools/call | t | - | tools/call | "name":"t" | MCP-Protocol-Version there more than once
          2025-11-25;2025-11-25 | tools/call | t | 2026-07-28 | tools/call | "name":"t" | MCP-Protocol-Version there more than once
          2026-07-28, 2026-07-28 | tools/call | t | 2026-07-28 | tools/call | "name":"t" | MCP-Protocol-Version differs
          2026-07-28é | tools/call | t | 2026-07-28 | tools/call | "name":"t" | MCP-Protocol-Version malformed
          =?base64?MjAyNi0wNy0yOA==?= | tools/call | t | 2026-07-28 | tools/call | "name":"t" | MCP-Protocol-Version differs
          # method
          2026-07-28 | -          | t | 2026-07-28 | tools/call | "name":"t" | Mcp-Method missing
          2026-07-28 | tools/list | t | 2026-07-28 | tools/call | "name":"t" | Mcp-Method differs
          2026-07-28 | tools/call | t | 2026-07-28 | tools/list | "name":"t" | Mcp-Method differs
          2026-07-28 | TOOLS/CALL | t | 2026-07-28 | tools/call | "name":"t" | Mcp-Method differs
          2026-07-28 | Tools/call | t | 2026-07-28 | tools/call | "name":"t" | Mcp-Method differs
          2026-07-28 | ``         | t | 2026-07-28 | tools/call | "name":"t" | Mcp-Method differs
          2026-07-28 | tools%2Fcall | t | 2026-07-28 | tools/call | "name":"t" | Mcp-Method differs
          2026-07-28 | tools/call;tools/call | t | 2026-07-28 | tools/call | "name":"t" | Mcp-Method there more than once
          2026-07-28 | tools/call;tools/list | t | 2026-07-28 | tools/call | "name":"t" | Mcp-Method there more than once
          2026-07-28 | tools/call, tools/call | t | 2026-07-28 | tools/call | "name":"t" | Mcp-Method differs
          2026-07-28 | =?base64?dG9vbHMvY2FsbA==?= | t | 2026-07-28 | tools/call | "name":"t" | Mcp-Method differs
          2026-07-28 | tools/callé | t | 2026-07-28 | tools/call\\u00e9 | "name":"t" | Mcp-Method malformed
          2026-07-28 | `tools/list ` | - | 2026-07-28 | `tools/list ` | "x":1 | Mcp-Method differs
          # name
          2026-07-28 | tools/call | -   | 2026-07-28 | tools/call | "name":"t" | Mcp-Name missing
          2026-07-28 | tools/call | u   | 2026-07-28 | tools/call | "name":"t" | Mcp-Name differs
          2026-07-28 | tools/call | T   | 2026-07-28 | tools/call | "name":"t" | Mcp-Name differs
          2026-07-28 | tools/call | t;t | 2026-07-28 | tools/call | "name":"t" | Mcp-Name there more than once
          2026-07-28 | tools/call | t;u | 2026-07-28 | tools/call | "name":"t" | Mcp-Name there more than once
          2026-07-28 | tools/call | t, t | 2026-07-28 | tools/call | "name":"t" | Mcp-Name differs
          2026-07-28 | tools/call | ``  | 2026-07-28 | tools/call | "name":"" | ok
          2026-07-28 | tools/call | -   | 2026-07-28 | tools/call | "name":"" | Mcp-Name missing
          2026-07-28 | prompts/get | -  | 2026-07-28 | prompts/get | "name":"p" | Mcp-Name missing
          2026-07-28 | resources/read | - | 2026-07-28 | resources/read | "uri":"u" | Mcp-Name missing
          2026-07-28 | resources/read | n | 2026-07-28 | resources/read | "uri":"u","name":"n" | Mcp-Name differs
          2026-07-28 | tools/call | u | 2026-07-28 | tools/call | "name":"t","uri":"u" | Mcp-Name differs
          2026-07-28 | tools/call | a | 2026-07-28 | tools/call | "name":"t","arguments":{"name":"a"} | Mcp-Name differs
          2026-07-28 | tools/call | t | 2026-07-28 | tools/call | "name":"\\u0074" | ok
          2026-07-28 | tools/call | \\u0074 | 2026-07-28 | tools/call | "name":"t" | Mcp-Name differs
          2026-07-28 | tools/call | é | 2026-07-28 | tools/call | "name":"é" | Mcp-Name malformed
          2026-07-28 | tools/call | Ã© | 2026-07-28 | tools/call | "name":"é" | Mcp-Name malformed
          2026-07-28 | tools/call | =?base64?w6k=?= | 2026-07-28 | tools/call | "name":"é" | ok
          2026-07-28 | tools/call | =?base64?dA==?= | 2026-07-28 | tools/call | "name":"t" | ok
          2026-07-28 | tools/call | =?base64??= | 2026-07-28 | tools/call | "name":"" | ok
          2026-07-28 | tools/call | =?base64?IHQ=?= | 2026-07-28 | tools/call | "name":" t" | ok
          2026-07-28 | tools/call | t | 2026-07-28 | tools/call | "name":" t" | Mcp-Name differs
          2026-07-28 | tools/call | =?base64?dQ==?= | 2026-07-28 | tools/call | "name":"t" | Mcp-Name differs
          2026-07-28 | tools/call | =?base64?dA==?= | 2026-07-28 | tools/call | "name":"=?base64?dA==?=" | Mcp-Name differs
          2026-07-28 | tools/call | =?BASE64?dA==?= | 2026-07-28 | tools/call | "name":"t" | Mcp-Name differs
          2026-07-28 | tools/call | =?base64?dA?= | 2026-07-28 | tools/call | "name":"t" | Mcp-Name malformed
          2026-07-28 | tools/call | =?base64?dB==?= | 2026-07-28 | tools/call | "name":"t" | Mcp-Name malformed
          2026-07-28 | tools/call | =?base64?= | 2026-07-28 | tools/call | "name":"=?base64?=" | Mcp-Name malformed
          2026-07-28 | tools/call | =?base64?/w==?= | 2026-07-28 | tools/call | "name":"�" | Mcp-Name malformed
          # names of other methods
          2026-07-28 | tools/list | t;é | 2026-07-28 | tools/list | "name":"u" | ok
          2026-07-28 | resources/subscribe | x | 2026-07-28 | resources/subscribe | "uri":"u" | ok
          2026-07-28 | subscriptions/listen | x | 2026-07-28 | subscriptions/listen | "notifications":{} | ok
          2026-07-28 | tasks/get | k | 2026-07-28 | tasks/get | "taskId":"k" | ok
          2026-07-28 | tasks/get | - | 2026-07-28 | tasks/get | "taskId":"k" | ok
          2026-07-28 | tasks/get | l | 2026-07-28 | tasks/get | "taskId":"k" | Mcp-Name differs
          2026-07-28 | tasks/cancel | k;k | 2026-07-28 | tasks/cancel | "taskId":"k" | Mcp-Name there more than once
          2026-07-28 | tasks/list | l | 2026-07-28 | tasks/list | "x":1 | ok
          """)
  void request_isComparedWithItsBody(
      @Nullable String version,
      @Nullable String method,
      @Nullable String name,
      @Nullable String inBody,
      String bodyMethod,
      String params,
      String verdict) {
    RequestStub request = request(version, method, name);
    assertVerdict(request, body("\"id\":1,", bodyMethod, params, inBody), verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          2026-07-28 | -                       | -          | ok
          2026-07-28 | -                       | 2026-07-28 | ok
          2026-07-28 | notifications/cancelled | 2026-07-28 | ok
          2026-07-28 | notifications/progress  | -          | Mcp-Method differs
          2026-07-28 | notifications/cancelled;notifications/cancelled | - | Mcp-Method there more than once
          2026-07-28 | -                       | 2025-11-25 | MCP-Protocol-Version differs
          2025-11-25 | -                       | 2026-07-28 | MCP-Protocol-Version differs
          -          | -                       | 2026-07-28 | MCP-Protocol-Version missing
          2026-07-28;2026-07-28 | -            | -          | MCP-Protocol-Version there more than once
          2025-11-25 | x                       | -          | ok
          """)
  void notification_needsNoMethodHeader(
      String version, @Nullable String method, @Nullable String inBody, String verdict) {
    RequestStub request = request(version, method, "ignored");
    assertVerdict(request, body("", "notifications/cancelled", "\"x\":1", inBody), verdict);
  }

  /** A call without an id would be one that nobody in front was told of. */
  @Test
  void callWithoutId_needsItsName() {
    String call = body("", "tools/call", "\"name\":\"t\"", NEW);
    assertVerdict(request(NEW, null, "t"), call, "ok");
    assertVerdict(request(NEW, null, "u"), call, "Mcp-Name differs");
    assertVerdict(request(NEW, null, null), call, "Mcp-Name missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s ", " %s", "\t%s \t"})
  void spaceAroundAValue_isNoPartOfIt(String form) {
    RequestStub request =
        request(form.formatted(NEW), form.formatted("tools/call"), form.formatted("t"));
    assertVerdict(request, body("\"id\":1,", "tools/call", "\"name\":\"t\"", NEW), "ok");
    assertVerdict(
        request, body("\"id\":1,", "tools/call", "\"name\":\"u\"", NEW), "Mcp-Name differs");
  }

  @Test
  void everyElementOfABatch_isCompared() {
    String call = body("\"id\":1,", "tools/call", "\"name\":\"t\"", NEW);
    String other = body("\"id\":1,", "tools/call", "\"name\":\"u\"", null);
    assertVerdict(request(NEW, "tools/call", "t"), "[" + call + "," + call + "]", "ok");
    assertVerdict(
        request(NEW, "tools/call", "t"), "[" + call + "," + other + "]", "revision missing");
    assertVerdict(request(null, null, null), "[" + other + "," + other + "]", "ok");
    assertVerdict(
        request(null, null, null), "[" + other + "," + call + "]", "MCP-Protocol-Version missing");
  }

  @Test
  void requestWithoutBody_hasNothingToCompare() {
    RequestStub request = request(NEW, "tools/call", "t");
    require(request, RpcCalls.none());
    assertThat(revision(request, RpcCalls.none()).isStateless()).isTrue();
    assertThat(revision(request, null).isStateless()).isTrue();
    assertThat(revision(request(null, "tools/call", "t"), null).isStateless()).isFalse();
  }

  private static void require(RequestStub request, RpcCalls calls) {
    MirroredHeaders.require(request, calls, revision(request, calls), call -> Map.of());
  }

  private static ProtocolRevision revision(RequestStub request, @Nullable RpcCalls calls) {
    return ProtocolRevision.of(MirroredHeaders.version(request), calls);
  }

  private static RequestStub request(
      @Nullable String version, @Nullable String method, @Nullable String name) {
    RequestStub request = RequestStub.post("");
    lines(request, "mcp-PROTOCOL-version", version);
    lines(request, "MCP-METHOD", method);
    lines(request, "mcp-name", name);
    return request;
  }

  private static void lines(RequestStub request, String header, @Nullable String lines) {
    if (lines != null) {
      request.header(header, lines.split(";", -1));
    }
  }

  private static String body(String id, String method, String params, @Nullable String version) {
    String meta =
        version == null
            ? ""
            : ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + version + "\"}";
    return "{\"jsonrpc\":\"2.0\",%s\"method\":\"%s\",\"params\":{%s%s}}"
        .formatted(id, method, params, meta);
  }

  /** A verdict is {@code ok}, no revision, or a header and how the problem with it begins. */
  private static void assertVerdict(RequestStub request, String body, String verdict) {
    String found = "ok";
    try {
      require(request, RpcCalls.read(body.getBytes(UTF_8)));
    } catch (AuthException e) {
      boolean left = e.reason() == ReasonCode.REVISION_MISSING;
      assertThat(e.reason())
          .isEqualTo(left ? ReasonCode.REVISION_MISSING : ReasonCode.HEADER_MISMATCH);
      found = left ? "revision missing" : e.facts().get("header") + " " + e.facts().get("problem");
    }
    assertThat(found.replace(" from the body", "")).as(body).isEqualTo(verdict);
  }
}
