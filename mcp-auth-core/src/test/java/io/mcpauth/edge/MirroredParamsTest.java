package io.mcpauth.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.RequestStub;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.RpcCalls;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code Mcp-Param-*} of the arguments that a policy declares. */
class MirroredParamsTest {
  private static final Map<String, String> DECLARED = Map.of("region", "Region");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          # arguments                 | lines of the header              | verdict
          "region":"eu"               | eu                               | ok
          "region":"eu"               | =?base64?ZXU=?=                  | ok
          "region":""                 | =?base64??=                      | ok
          "region":""                 | ``                               | ok
          "region":" padded "         | =?base64?IHBhZGRlZCA=?=          | ok
          "region":"Hello, 世界"      | =?base64?SGVsbG8sIOS4lueVjA==?=  | ok
          "region":"42"               | 42                               | ok
          "region":"42"               | 42.0                             | differs from the body
          "region":"eu"               | EU                               | differs from the body
          "region":"eu"               | us                               | differs from the body
          "region":"eu"               | -                                | missing
          "region":"eu"               | eu;eu                            | there more than once
          "region":"é"                | é                                | malformed
          "region":"eu"               | =?base64?ZXU?=                   | malformed
          "region":"eu"               | =?BASE64?ZXU=?=                  | differs from the body
          "region":true               | true                             | ok
          "region":false              | false                            | ok
          "region":true               | =?base64?dHJ1ZQ==?=              | ok
          "region":true               | True                             | differs from the body
          "region":true               | false                            | differs from the body
          "region":true               | 1                                | differs from the body
          "region":true               | -                                | missing
          "region":42                 | 42                               | ok
          "region":42                 | 42.0                             | ok
          "region":42                 | =?base64?NDI=?=                  | ok
          "region":-7                 | -7                               | ok
          "region":0                  | 0                                | ok
          "region":9007199254740991   | 9007199254740991                 | ok
          "region":9007199254740992   | 9007199254740992                 | no such value in the body
          "region":42                 | 42.5                             | differs from the body
          "region":42                 | 042                              | differs from the body
          "region":42                 | +42                              | differs from the body
          "region":42                 | 4.2e1                            | differs from the body
          "region":42                 | 0x2a                             | differs from the body
          "region":42                 | `42 `                            | ok
          "region":42                 | 43                               | differs from the body
          "region":42                 | 99999999999999999999             | differs from the body
          "region":42                 | 9999999999999999999              | differs from the body
          "region":42                 | ``                               | differs from the body
          "region":42                 | -                                | missing
          # nothing in the body, or nothing sure
          "x":1                       | -                                | ok
          "x":1                       | eu                               | no such value in the body
          "region":null               | -                                | ok
          "region":null               | null                             | no such value in the body
          "region":null               | =?base64??=                      | no such value in the body
          "region":5.0                | 5                                | no such value in the body
          "region":["eu"]             | eu                               | no such value in the body
          "region":"eu\\u0000"        | eu                               | no such value in the body
          "Region":"eu"               | eu                               | no such value in the body
          "region":"eu","REGION":"us" | eu                               | no such value in the body
          """)
  void param_isComparedWithTheArgument(String arguments, @Nullable String lines, String verdict) {
    RequestStub request = RequestStub.post("").revision("2026-07-28");
    if (lines != null) {
      request.header("mcp-param-REGION", lines.split(";", -1));
    }
    assertThat(problem(request, call(arguments, "2026-07-28"))).isEqualTo(verdict);
  }

  @Test
  void paramThatNoPolicyDeclares_isIgnored() {
    RequestStub request =
        RequestStub.post("").revision("2026-07-28").header("Mcp-Param-Other", "é", "x");
    assertThat(problem(request, call("\"x\":1", "2026-07-28"))).isEqualTo("ok");
  }

  /** The revision does not ask for the header, but somebody behind may read it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          # arguments   | lines of the header | verdict
          "region":"eu" | -                   | ok
          "region":"eu" | eu                  | ok
          "region":"eu" | =?base64?ZXU=?=     | ok
          "region":"eu" | us                  | differs from the body
          "region":"eu" | EU                  | differs from the body
          "region":"eu" | eu;eu               | there more than once
          "region":"eu" | é                   | malformed
          "x":1         | eu                  | no such value in the body
          "x":1         | -                   | ok
          """)
  void paramOfAnOlderRevision_isComparedWhereItIsThere(
      String arguments, @Nullable String lines, String verdict) {
    for (String revision : List.of("2025-11-25", "2025-03-26", "latest")) {
      RequestStub request = RequestStub.post("").revision(revision);
      if (lines != null) {
        request.header("mcp-param-REGION", lines.split(";", -1));
      }
      assertThat(problem(request, call(arguments, revision))).isEqualTo(verdict);
    }
  }

  @Test
  void comparedHeaders_areNamedAndNoOthers() {
    String all = "mcp-method, mcp-name, mcp-param-region";
    assertThat(compared("2026-07-28", "eu")).isEqualTo(all);
    assertThat(compared("2025-11-25", "eu")).isEqualTo("mcp-param-region");
    assertThat(compared("2025-11-25", null)).isEmpty();
  }

  /** One header for several calls says something only where it is true of each. */
  @Test
  void headerOfABatch_isComparedWithEveryCall() {
    RequestStub request = RequestStub.post("").header("Mcp-Param-Region", "eu");
    RpcCalls.Message call = call("\"region\":\"eu\"", "2025-03-26");
    RpcCalls.Message other = RpcCalls.method("tools/list").messages().get(0);
    assertThat(require(request, List.of(call, call))).containsExactly("mcp-param-region");
    assertThat(require(request, List.of(call, other))).isEmpty();
    assertThat(require(request, List.of(other, call))).isEmpty();
  }

  private static String compared(String revision, @Nullable String region) {
    RequestStub request =
        RequestStub.post("")
            .revision(revision)
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", "t")
            .header("Mcp-Param-Other", "x");
    if (region != null) {
      request.header("Mcp-Param-REGION", region);
    }
    List<RpcCalls.Message> calls = List.of(call("\"region\":\"eu\"", revision));
    return String.join(", ", new TreeSet<>(require(request, calls)));
  }

  private static Set<String> require(RequestStub request, List<RpcCalls.Message> messages) {
    RpcCalls calls = new RpcCalls(messages, messages.size() > 1);
    return MirroredHeaders.require(
        request,
        calls,
        ProtocolRevision.of(MirroredHeaders.version(request), calls),
        call -> call.targets().isEmpty() ? Map.of() : DECLARED);
  }

  private static RpcCalls.Message call(String arguments, String version) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\","
            + "\"arguments\":{"
            + arguments
            + "},\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\""
            + version
            + "\"}}}";
    return RpcCalls.read(body.getBytes(UTF_8), DECLARED.keySet()).messages().get(0);
  }

  private static String problem(RequestStub request, RpcCalls.Message call) {
    try {
      request.header("Mcp-Method", "tools/call").header("Mcp-Name", "t");
      require(request, List.of(call));
      return "ok";
    } catch (AuthException e) {
      assertThat(e.reason()).isEqualTo(ReasonCode.HEADER_MISMATCH);
      assertThat(e.facts()).containsEntry("header", "Mcp-Param-Region");
      return String.valueOf(e.facts().get("problem"));
    }
  }
}
