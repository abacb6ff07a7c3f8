package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.Principals;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is longer than anybody's is refused before it is looked at, also without a credential. */
class RpcLimitsTest {
  private static final Set<String> ASKED = Set.of("path");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          tools/call            | 1024 | {"name":"%s"}
          prompts/get           | 1024 | {"name":"%s"}
          completion/complete   | 1024 | {"ref":{"type":"ref/prompt","name":"%s"}}
          completion/complete   | 8192 | {"ref":{"type":"ref/resource","uri":"%s"}}
          resources/read        | 8192 | {"uri":"%s"}
          resources/subscribe   | 8192 | {"uri":"%s"}
          resources/unsubscribe | 8192 | {"uri":"%s"}
          subscriptions/listen  | 8192 | {"notifications":{"resourceSubscriptions":["a","%s"]}}
          """)
  void nameOrUri_hasALimit(String method, int longest, String params) {
    RpcCalls calls = read(call(method, params.formatted("a".repeat(longest))));
    assertThat(calls.messages().get(0).targets())
        .anyMatch(target -> target.name().length() == longest);
    for (int length : new int[] {longest + 1, 1024 * 1024}) {
      assertRefused(
          call(method, params.formatted("a".repeat(length))),
          "a name or URI of more than " + longest + " characters");
    }
  }

  @Test
  void method_hasALimit() {
    assertThat(read(call("m".repeat(1024), "{}")).messages()).hasSize(1);
    assertRefused(call("m".repeat(1025), "{}"), "a method of more than 1024 characters");
  }

  /** A method of the server's own may call something of any length a name. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"%s\"}",
        "{\"uri\":\"%s\"}",
        "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"%s\"}}",
        "{\"arguments\":{\"path\":\"%s\"}}"
      })
  void whatTheMethodIsNotAppliedTo_hasNone(String params) {
    String body = call("x/upload", params.formatted("a".repeat(1024 * 1024)));
    assertThat(read(body).messages().get(0).targets()).isEmpty();
  }

  @Test
  void valueOfAnArgument_hasNone() {
    String value = "a".repeat(500_000);
    String params = "{\"name\":\"t\",\"arguments\":{\"path\":\"" + value + "\"}}";
    assertThat(read(call("tools/call", params)).messages().get(0).arguments())
        .isEqualTo(Map.of("path", value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"t\",\"arguments\":{%s}}",
        "{\"name\":\"t\",\"_meta\":{%s}}",
        "{\"name\":\"t\",\"ref\":{%s}}",
        "{\"name\":\"t\",\"notifications\":{%s}}"
      })
  void membersThatAreLookedAt_haveALimit(String params) {
    for (String prefix : List.of("", "\u00e9", "\u1e9e")) {
      assertThat(read(call("tools/call", params.formatted(members(prefix, 1000)))).messages())
          .hasSize(1);
      assertRefused(
          call("tools/call", params.formatted(members(prefix, 1001))),
          "an object of more than 1000 members");
      assertRefused(
          call("tools/call", params.formatted(members(prefix, 90_000))),
          "an object of more than 1000 members");
    }
  }

  @Test
  void membersOfAMessageAndOfParams_haveALimit() {
    String message = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",";
    assertThat(read(message + members("", 997) + "}").messages()).hasSize(1);
    assertRefused(message + members("", 998) + "}", "an object of more than 1000 members");
    String params = "{\"name\":\"t\",%s}";
    assertThat(read(call("tools/call", params.formatted(members("", 999)))).messages()).hasSize(1);
    assertRefused(
        call("tools/call", params.formatted(members("", 1000))),
        "an object of more than 1000 members");
  }

  /** Those are the tool's; that none is there twice is seen all the same. */
  @Test
  void membersThatNobodyLooksAt_haveNone() {
    String inner = "{\"name\":\"t\",\"arguments\":{\"path\":\"p\",\"data\":{%s}}}";
    String data = members("", 20_000);
    assertThat(read(call("tools/call", inner.formatted(data))).messages().get(0).arguments())
        .isEqualTo(Map.of("path", "p"));
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> read(call("tools/call", inner.formatted(data + ",\"k7\":1"))))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ReasonCode.BODY_NOT_JSON));
    String plain = "{\"name\":\"t\",\"arguments\":{" + data + "}}";
    assertThat(RpcCalls.read(call("tools/call", plain).getBytes(UTF_8)).messages()).hasSize(1);
  }

  /** A name that code makes up is held to the same limits; a rule cannot be for one. */
  @Test
  void nameBeyondTheLimit_hasNoRule() {
    ToolPolicy policy =
        ToolPolicy.builder().tool("a*").prompt("a*").resource("m:*").tool("b".repeat(1024)).build();
    for (Target target :
        List.of(
            Target.tool("a".repeat(1025)),
            Target.prompt("a".repeat(1025)),
            Target.resource("m:" + "a".repeat(8191)),
            new Target(Target.Kind.RESOURCE_TEMPLATE, "m:" + "a".repeat(8191)))) {
      assertThat(policy.reach(Principals.with(), target)).isEqualTo(ToolPolicy.Reach.NEVER);
      Target shorter = new Target(target.kind(), target.name().substring(0, 1024));
      assertThat(policy.permits(Principals.with(), shorter)).isTrue();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.builder().tool("b".repeat(1025)))
        .withMessageEndingWith("has more than 1024 characters, as no call may. Write a pattern.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ToolPolicy.builder().resource("m:" + "b".repeat(8191)))
        .withMessageEndingWith("has more than 8192 characters, as no call may. Write a pattern.");
  }

  private static String members(String prefix, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + prefix + "k" + i + "\":1")
        .collect(Collectors.joining(","));
  }

  private static String call(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
        .formatted(method, params);
  }

  private static RpcCalls read(String body) {
    return RpcCalls.read(body.getBytes(UTF_8), ASKED);
  }

  private static void assertRefused(String body, String problem) {
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> read(body))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(ReasonCode.BODY_NOT_JSON_RPC))
        .satisfies(e -> assertThat(e.facts()).containsEntry("problem", problem));
  }
}
