package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.token.Principals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolPolicyTest {
  private static final ToolPolicy FILES =
      ToolPolicy.builder()
          .baseScopes("base")
          .initialScopes("list")
          .tool("list_files", "list")
          .tool("read_file", "read")
          .tool("write_file", "write")
          .tool("copy_file", "read", "write")
          .tool("about")
          .method("resources/read", "read")
          .method("completion/complete")
          .method("tools/list", "list")
          .implies("admin", "write", "base")
          .implies("write", "read")
          .build();

  /** Granted, calls, verdict: what is required and, after the slash, what of it is missing. */
  @ParameterizedTest(name = "{0} x {1} -> {2}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          base list      | tools/call list_files  | allowed
          list base      | tools/call list_files  | allowed
          base list junk | tools/call list_files  | allowed
          base           | tools/call list_files  | base list / list
          list           | tools/call list_files  | base list / base
          -              | tools/call list_files  | base list / base list
          base LIST      | tools/call list_files  | base list / list
          base lis       | tools/call list_files  | base list / list
          base listing   | tools/call list_files  | base list / list
          base           | tools/call about       | allowed
          -              | tools/call about       | base / base
          base read      | tools/call copy_file   | base read write / write
          base           | tools/call copy_file   | base read write / read write
          base write     | tools/call copy_file   | allowed
          base write     | tools/call read_file   | allowed
          base read      | tools/call write_file  | base write / write
          admin          | tools/call copy_file   | allowed
          admin          | tools/call read_file   | allowed
          admin          | tools/call list_files  | base list / list
          base           | -                      | allowed
          -              | -                      | base / base
          admin          | -                      | allowed
          base           | ping                   | allowed
          -              | ping                   | base / base
          base           | initialize             | allowed
          base           | server/discover        | allowed
          base           | notifications/initialized | allowed
          base           | tools/list             | base list / list
          base list      | tools/list             | allowed
          base           | resources/read u       | base read / read
          base           | completion/complete    | allowed
          base           | response               | allowed
          -              | response               | base / base
          base list read write admin | tools/call unknown     | denied tools/call unknown
          -              | tools/call unknown     | denied tools/call unknown
          base list      | tools/call LIST_FILES  | denied tools/call LIST_FILES
          base list      | tools/call list_file   | denied tools/call list_file
          base list      | TOOLS/CALL list_files  | denied TOOLS/CALL
          base list      | tools/calls list_files | denied tools/calls
          base           | Ping                   | denied Ping
          base           | resources/subscribe u  | denied resources/subscribe u
          base           | prompts/get p          | denied prompts/get p
          base           | tasks/cancel           | allowed
          -              | tasks/cancel           | base / base
          base           | subscriptions/listen   | allowed
          base           | notifications/unknown  | denied notifications/unknown
          base list      | ping; tools/call list_files | allowed
          base list      | tools/call list_files; tools/call list_files | allowed
          base           | tools/call write_file; tools/call list_files; tools/call read_file | base write list read / write list read
          base write     | tools/call list_files; tools/call copy_file | base list read write / list
          base list      | tools/call list_files; tools/call unknown | denied tools/call unknown
          base           | tools/call write_file; no/such | denied no/such
          """)
  void calls_getTheVerdict(String granted, String calls, String verdict) {
    assertThat(shown(FILES.judge(Principals.with(words(granted)), calls(calls))))
        .isEqualTo(verdict);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "initialize",
        "server/discover",
        "ping",
        "logging/setLevel",
        "tools/list",
        "prompts/list",
        "resources/list",
        "resources/templates/list",
        "subscriptions/listen",
        "tasks/get",
        "tasks/list",
        "tasks/result",
        "tasks/update",
        "tasks/cancel",
        "notifications/initialized",
        "notifications/cancelled",
        "notifications/progress",
        "notifications/roots/list_changed",
        "notifications/tasks/status"
      })
  void protocolMethod_needsNoRule(String method) {
    ToolPolicy policy = ToolPolicy.builder().build();
    assertThat(shown(policy.judge(Principals.with(), calls(method)))).isEqualTo("allowed");
    assertThat(policy.judge(null, calls(method)))
        .isEqualTo(new ToolPolicy.Verdict.CredentialMissing(List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tools/call t",
        "prompts/get p",
        "resources/read u",
        "resources/subscribe u",
        "roots/list"
      })
  void emptyPolicy_allowsNothingElse(String call) {
    ToolPolicy policy = ToolPolicy.builder().build();
    assertThat(shown(policy.judge(Principals.with("admin"), calls(call))))
        .isEqualTo("denied " + call);
    assertThat(policy.scopes()).isEmpty();
    assertThat(policy.initialScopes()).isEmpty();
  }

  @Test
  void impliedScopes_areTransitiveAndSurviveCycles() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("t", "d")
            .tool("u", "a")
            .implies("a", "b")
            .implies("b", "c")
            .implies("c", "d", "a")
            .implies("self", "self")
            .build();
    assertThat(shown(policy.judge(Principals.with("a"), calls("tools/call t"))))
        .isEqualTo("allowed");
    assertThat(shown(policy.judge(Principals.with("c"), calls("tools/call u"))))
        .isEqualTo("allowed");
    assertThat(shown(policy.judge(Principals.with("d"), calls("tools/call u")))).isEqualTo("a / a");
    assertThat(shown(policy.judge(Principals.with("self"), calls("tools/call u"))))
        .isEqualTo("a / a");
  }

  @Test
  void severalNarrowScopes_doNotAddUpToTheBroadOne() {
    assertThat(
            shown(
                FILES.judge(
                    Principals.with("base", "write", "read"), calls("tools/call list_files"))))
        .isEqualTo("base list / list");
    ToolPolicy policy = ToolPolicy.builder().tool("t", "all").implies("all", "a", "b").build();
    assertThat(shown(policy.judge(Principals.with("a", "b"), calls("tools/call t"))))
        .isEqualTo("all / all");
  }

  @Test
  void initialScopes_startWithTheBaseAndAreNotRequired() {
    assertThat(FILES.initialScopes()).containsExactly("base", "list");
  }

  /** Many rules, so that an order by hash would show. */
  @Test
  void scopes_areInTheOrderOfTheRules() {
    ToolPolicyBuilder builder = ToolPolicy.builder().baseScopes("base").initialScopes("first");
    List<String> expected = new ArrayList<>(List.of("base", "first"));
    for (int i = 0; i < 20; i++) {
      builder.tool("tool" + i, "t" + i, "base");
      expected.add("t" + i);
    }
    for (int i = 0; i < 20; i++) {
      builder.method("method" + i, "m" + i);
      expected.add("m" + i);
    }
    assertThat(builder.build().scopes()).containsExactlyElementsOf(expected);
    assertThat(FILES.scopes()).containsExactly("base", "list", "read", "write", "admin");
  }

  @Test
  void builderUsedAgain_doesNotChangeAPolicy() {
    ToolPolicyBuilder builder = ToolPolicy.builder().tool("a", "s");
    ToolPolicy policy = builder.build();
    builder.tool("b").method("m").implies("x", "s");
    assertThat(shown(policy.judge(Principals.with(), calls("tools/call b"))))
        .isEqualTo("denied tools/call b");
    assertThat(shown(policy.judge(Principals.with(), calls("m")))).isEqualTo("denied m");
    assertThat(shown(policy.judge(Principals.with("x"), calls("tools/call a")))).isEqualTo("s / s");
  }

  private static String[] words(@Nullable String text) {
    return text == null ? new String[0] : text.strip().split(" +", -1);
  }

  /** Messages written as {@code method name; method name}. */
  private static RpcCalls calls(@Nullable String text) {
    if (text == null) {
      return RpcCalls.none();
    }
    List<RpcCalls.Message> messages =
        Arrays.stream(text.split("; ", -1)).map(ToolPolicyTest::call).toList();
    return new RpcCalls(messages, messages.size() > 1);
  }

  private static RpcCalls.Message call(String text) {
    if (text.equals("response")) {
      return new RpcCalls.Message(
          RpcCalls.Message.Kind.RESPONSE, null, List.of(), Map.of(), null, null, 1L);
    }
    String[] words = text.split(" ", 2);
    String name = words.length == 1 ? null : words[1];
    List<Target> targets =
        switch (words[0]) {
          case "tools/call" -> List.of(new Target(Target.Kind.TOOL, String.valueOf(name).strip()));
          case "prompts/get" -> List.of(new Target(Target.Kind.PROMPT, String.valueOf(name)));
          case "resources/read", "resources/subscribe" ->
              List.of(new Target(Target.Kind.RESOURCE, String.valueOf(name)));
          default -> List.of();
        };
    return new RpcCalls.Message(
        RpcCalls.Message.Kind.REQUEST, words[0], targets, Map.of(), name, null, 1L);
  }

  private static String shown(ToolPolicy.Verdict verdict) {
    if (verdict instanceof ToolPolicy.Verdict.Denied denied) {
      return "denied " + denied.call();
    }
    if (verdict instanceof ToolPolicy.Verdict.ScopesMissing missing) {
      return String.join(" ", missing.required()) + " / " + String.join(" ", missing.missing());
    }
    return "allowed";
  }
}
