package io.mcpauth.examples.differential;

import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Tools, the policy for them, and what that policy means, said a second time by other code. */
final class GuardedTools {
  static final Set<String> NAMES =
      new TreeSet<>(Set.of("open", "read", "write", "deploy", "purge", "delete"));

  static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .tool("open", Access.anonymous())
          .tool("read", "read")
          .tool("write", "write")
          .tool(
              "deploy",
              Access.scopes("deploy")
                  .whenArgument("env", List.of("dev", 1, true), null, Access.scopes("prod")))
          .tool(
              "purge",
              Access.scopes("purge")
                  .whenArgument("force", List.of(true), Access.scopes("force"), null))
          .tool("delete", Access.denied())
          .prompt("p", "read")
          .resource("file:///a", "read")
          .build();

  private GuardedTools() {}

  /** Whether what a tool got is within what these scopes are for. */
  static boolean within(Set<String> scopes, ToolRun run) {
    Set<String> needed = needed(run.tool(), run.arguments());
    return needed != null && scopes.containsAll(needed);
  }

  private static @Nullable Set<String> needed(String tool, Map<String, Object> arguments) {
    return switch (tool) {
      case "open" -> Set.of();
      case "read", "write" -> Set.of(tool);
      case "deploy" -> {
        Object env = arguments.get("env");
        boolean harmless = "dev".equals(env) || Boolean.TRUE.equals(env) || isOne(env);
        yield harmless ? Set.of("deploy") : Set.of("deploy", "prod");
      }
      case "purge" ->
          Boolean.TRUE.equals(arguments.get("force")) ? Set.of("purge", "force") : Set.of("purge");
      default -> null; // nobody
    };
  }

  /** Whichever integer type a mapper chose; 1.0 is another value. */
  private static boolean isOne(@Nullable Object value) {
    return Integer.valueOf(1).equals(value) || Long.valueOf(1).equals(value);
  }
}
