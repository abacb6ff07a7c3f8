package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScopeTextsTest {
  @Test
  void texts_comeFirstInTheirOrder_andTheRestUnderItsOwnName() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("read", "r")
            .tool("write", "w")
            .tool("list", "l")
            .implies("all", "r", "w")
            .scopeText("w", "Write", "Changes your files.")
            .scopeText("r", "Read", "")
            .build();
    assertThat(policy.scopeTexts().keySet()).containsExactly("w", "r", "l", "all");
    assertThat(policy.scopeTexts().get("w"))
        .isEqualTo(new ScopeText("Write", "Changes your files."));
    assertThat(policy.scopeTexts().get("l")).isEqualTo(new ScopeText("l", ""));
  }

  @Test
  void scopeThatARoleGives_isNotAskedForAndHasNoText() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("deploy", "d")
            .roleScopes("ops", "d")
            .scopeText("d", "Deploy", "")
            .build();
    assertThat(policy.scopeTexts()).isEmpty();
  }

  @Test
  void textInADocument_isANameOrAnObject() {
    ToolPolicy policy =
        ToolPolicy.fromJson(
            """
            {"tools": {"a": ["x"], "b": ["y"]},
             "scopes": {"x": "Ex", "y": {"name": "Why", "description": "Because."}}}
            """
                .getBytes(UTF_8),
            "policy");
    assertThat(policy.scopeTexts())
        .containsEntry("x", new ScopeText("Ex", ""))
        .containsEntry("y", new ScopeText("Why", "Because."));
  }
}
