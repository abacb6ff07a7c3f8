package io.mcpauth.examples.differential;

import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.McpPrincipal;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who calls. */
final class Callers {
  static final String RESOURCE = "https://mcp.example.com/mcp";

  /** The scopes of each; none is the caller without a credential. */
  static final List<Set<String>> SCOPES =
      List.of(
          Set.of(),
          Set.of("read"),
          Set.of("deploy", "purge"),
          new TreeSet<>(Set.of("read", "write", "deploy", "prod", "purge", "force")));

  private Callers() {}

  /**
   * A caller for a decision.
   *
   * @param scopes what it was granted
   * @param principal the proof, or null without a credential
   */
  record Caller(Set<String> scopes, @Nullable McpPrincipal principal) {}

  static List<Caller> proven() {
    try (TestIssuer issuer = TestIssuer.start()) {
      return SCOPES.stream().map(scopes -> new Caller(scopes, principal(issuer, scopes))).toList();
    }
  }

  static String token(TestIssuer issuer, Set<String> scopes) {
    return issuer.token(RESOURCE).scopes(scopes.toArray(String[]::new)).mint();
  }

  private static @Nullable McpPrincipal principal(TestIssuer issuer, Set<String> scopes) {
    return scopes.isEmpty()
        ? null
        : issuer.token(RESOURCE).scopes(scopes.toArray(String[]::new)).principal();
  }
}
