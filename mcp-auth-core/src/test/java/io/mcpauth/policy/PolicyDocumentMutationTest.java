package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Principals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a slip of the hand makes of a document: a mistake that is reported, or a policy that allows
 * no more than before. Nothing of a document is ignored.
 */
class PolicyDocumentMutationTest {
  private static final String DOCUMENT =
      """
      {
        "base": ["mcp"],
        "initial": ["read", "list"],
        "implies": { "admin": ["write", "rea*"] },
        "wildcardScopes": ["files:*"],
        "roleClaim": "/access/roles",
        "groupClaim": "teams",
        "tools": {
          "about": "anonymous",
          "whoami": "base",
          "read": ["read"],
          "copy": ["read", "write"],
          "edit": { "scopes": ["write"], "roles": ["editor"], "groups": ["ops"] },
          "find": { "anyOf": ["search", "read list"], "schemes": ["Bearer"] },
          "ship": {
            "scopes": ["ship"],
            "claims": { "department": ["it", 7], "verified": true },
            "arguments": {
              "env": { "in": ["dev", 1], "then": ["dev"], "otherwise": { "scopes": ["prod"] } },
              "force": { "equals": true, "then": "denied" }
            },
            "paramHeaders": { "env": "Env" }
          },
          "rm_*": "denied"
        },
        "prompts": { "p": ["read"] },
        "resources": { "file:///public/*": ["read"] },
        "methods": { "logging/setLevel": "denied" },
        "clients": [
          { "issuer": "https://login.example.com", "clientId": "c", "maxScopes": ["mcp", "read"] },
          { "issuer": "https://login.example.com", "clientId": "d", "challengeInToolResult": true }
        ],
        "challengeOnlyRequired": true,
        "listOnlyGranted": true,
        "toolListComplete": true
      }
      """;
  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|[\\[\\]{},:]|[^\\s\\[\\]{},:\"]+");
  private static final ToolPolicy POLICY = policy(DOCUMENT.getBytes(UTF_8));

  @Test
  void tokens_areThoseOfTheDocument() {
    assertThat(tokens()).hasSizeGreaterThan(250);
    assertThat(policy(String.join(" ", tokens()).getBytes(UTF_8))).isEqualTo(POLICY);
  }

  @Test
  void missingToken_isReportedOrAllowsNoMore() {
    assertEach(
        (tokens, i) -> {
          tokens.remove(i);
          return tokens;
        });
  }

  @Test
  void doubledToken_isReportedOrAllowsNoMore() {
    assertEach(
        (tokens, i) -> {
          tokens.add(i, tokens.get(i));
          return tokens;
        });
  }

  /** Also with the comma, as an editor would leave it. */
  @Test
  void doubledTokenWithComma_isReportedOrAllowsNoMore() {
    assertEach(
        (tokens, i) -> {
          tokens.add(i, ",");
          tokens.add(i, tokens.get(i + 1));
          return tokens;
        });
  }

  /** An unknown member, a value of another type, another word: never silently something else. */
  @ParameterizedTest
  @ValueSource(strings = {"null", "true", "0", "\"\"", "\"x\"", "[]", "{}", "[\"x\"]", "1e400"})
  void tokenOfAnotherKind_isReportedOrMakesADifference(String other) {
    List<String> original = tokens();
    for (int i = 0; i < original.size(); i++) {
      if (original.get(i).equals(other)) {
        continue;
      }
      List<String> tokens = tokens();
      tokens.set(i, other);
      ToolPolicy policy = policyOrNull(String.join(" ", tokens).getBytes(UTF_8));
      assertThat(policy).as("%s for %s, token %d", other, original.get(i), i).isNotEqualTo(POLICY);
    }
  }

  @Test
  void everyByteChanged_isReportedOrMakesADifference() {
    byte[] original = DOCUMENT.getBytes(UTF_8);
    for (int i = 0; i < original.length; i++) {
      if (Character.isWhitespace(original[i])) {
        continue;
      }
      byte[] changed = original.clone();
      for (byte other : new byte[] {'x', '"', 0, '1'}) {
        changed[i] = other;
        if (other != original[i]) {
          assertThat(policyOrNull(changed)).as("byte %d", i).isNotEqualTo(POLICY);
        }
      }
    }
  }

  /** A file that is half written has no closing brace. */
  @Test
  void everyTruncation_isReported() {
    byte[] original = DOCUMENT.strip().getBytes(UTF_8);
    for (int length = 0; length < original.length; length++) {
      assertThat(policyOrNull(java.util.Arrays.copyOf(original, length)))
          .as("first %d bytes", length)
          .isNull();
    }
  }

  @FunctionalInterface
  private interface Mutation {
    List<String> of(List<String> tokens, int at);
  }

  private static void assertEach(Mutation mutation) {
    for (int i = 0; i < tokens().size(); i++) {
      String text = String.join(" ", mutation.of(tokens(), i));
      ToolPolicy policy = policyOrNull(text.getBytes(UTF_8));
      if (policy != null) {
        assertAllowsNoMore(policy, text);
      }
    }
  }

  private static void assertAllowsNoMore(ToolPolicy policy, String text) {
    for (McpPrincipal caller : callers()) {
      for (RpcCalls.Message call : calls()) {
        RpcCalls calls = new RpcCalls(List.of(call), false);
        if (policy.judge(caller, calls) instanceof ToolPolicy.Verdict.Allowed) {
          assertThat(POLICY.judge(caller, calls))
              .as(text)
              .isInstanceOf(ToolPolicy.Verdict.Allowed.class);
        }
      }
    }
  }

  private static List<@Nullable McpPrincipal> callers() {
    Map<String, Object> claims =
        Map.of(
            "access",
            Map.of("roles", List.of("editor")),
            "teams",
            List.of("ops"),
            "department",
            7L,
            "verified",
            true);
    String[][] scopes = {
      {},
      {"mcp"},
      {"mcp", "read"},
      {"mcp", "search"},
      {"mcp", "read", "list", "write"},
      {"mcp", "admin"},
      {"mcp", "ship", "dev"},
      {"mcp", "ship", "prod", "dev"},
      {"files:*"}
    };
    List<@Nullable McpPrincipal> callers = new ArrayList<>();
    callers.add(null);
    for (String[] granted : scopes) {
      callers.add(Principals.of("e", Scheme.BEARER, claims, granted));
      callers.add(Principals.of("e", Scheme.BEARER, Map.of(), granted));
      callers.add(Principals.of("c", Scheme.DPOP, claims, granted));
    }
    return callers;
  }

  private static List<RpcCalls.Message> calls() {
    List<RpcCalls.Message> calls = new ArrayList<>();
    for (String tool : List.of("about", "whoami", "read", "copy", "edit", "find", "rm_x", "x")) {
      calls.add(call("tools/call", Target.Kind.TOOL, tool, Map.of()));
    }
    for (Object env : List.of("dev", 1L, "prod", RpcCalls.Message.UNCLEAR)) {
      for (boolean force : new boolean[] {true, false}) {
        calls.add(call("tools/call", Target.Kind.TOOL, "ship", Map.of("env", env, "force", force)));
      }
    }
    calls.add(call("prompts/get", Target.Kind.PROMPT, "p", Map.of()));
    calls.add(call("resources/read", Target.Kind.RESOURCE, "file:///public/a", Map.of()));
    calls.add(call("resources/read", Target.Kind.RESOURCE, "file:///secret", Map.of()));
    return calls;
  }

  private static RpcCalls.Message call(
      String method, Target.Kind kind, String name, Map<String, Object> arguments) {
    return new RpcCalls.Message(
        RpcCalls.Message.Kind.REQUEST,
        method,
        List.of(new Target(kind, name)),
        arguments,
        name,
        null,
        1L);
  }

  private static List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    TOKEN.matcher(DOCUMENT).results().forEach(token -> tokens.add(token.group()));
    return tokens;
  }

  private static @Nullable ToolPolicy policyOrNull(byte[] document) {
    try {
      return policy(document);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("policy.json, line ");
      return null;
    }
  }

  private static ToolPolicy policy(byte[] document) {
    return ToolPolicy.fromJson(document, "policy.json");
  }
}
