package io.mcpauth.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Principals;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListedTest {
  private static final List<String> TOOLS = List.of("write", "about", "remove", "drop", "read");

  private static ToolPolicyBuilder policy() {
    return ToolPolicy.builder()
        .tool("about", Access.anonymous())
        .tool("read", "files:read")
        .tool("write", "files:write")
        .tool("remove", Access.scopes("files:write").role("editor"))
        .tool("drop", Access.denied());
  }

  private static McpPrincipal editor(String... scopes) {
    return Principals.of("c", Scheme.BEARER, Map.of("roles", List.of("editor")), scopes);
  }

  private static List<String> listed(ToolPolicy policy, @Nullable McpPrincipal caller) {
    return policy.listed(caller, Target.Kind.TOOL, TOOLS, name -> name);
  }

  @Test
  void whatOnlyLacksAScope_isListed() {
    assertThat(listed(policy().build(), Principals.with())).contains("read", "write");
  }

  @Test
  void whatNoScopeGives_isNotListed() {
    assertThat(listed(policy().build(), Principals.with("files:write")))
        .containsExactly("write", "about", "read");
    assertThat(listed(policy().build(), editor()))
        .containsExactly("write", "about", "remove", "read");
  }

  @Test
  void anonymousCaller_mayTurnOutToBeAnybody() {
    assertThat(listed(policy().build(), null)).containsExactly("write", "about", "remove", "read");
  }

  @Test
  void listOnlyGranted_listsWhatMayBeCalledNow() {
    ToolPolicy policy = policy().listOnlyGranted().build();
    assertThat(listed(policy, null)).containsExactly("about");
    assertThat(listed(policy, editor("files:read"))).containsExactly("about", "read");
  }

  @ParameterizedTest
  @EnumSource(Target.Kind.class)
  void lists_decidesAsListedDoes(Target.Kind kind) {
    ToolPolicy policy = policy().prompt("read", "x").resource("write", Access.denied()).build();
    McpPrincipal caller = Principals.with("files:write");
    assertThat(policy.listed(caller, kind, TOOLS, name -> name))
        .isEqualTo(
            TOOLS.stream().filter(name -> policy.lists(caller, new Target(kind, name))).toList());
  }
}
