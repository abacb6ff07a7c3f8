package io.mcpauth.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes the steps down where somebody wants to know them. */
final class Notes {
  /** Takes nothing down; for decisions on requests. */
  static final Notes NONE = new Notes(null);

  private final @Nullable List<String> lines;

  private Notes(@Nullable List<String> lines) {
    this.lines = lines;
  }

  static Notes kept() {
    return new Notes(new ArrayList<>());
  }

  List<String> lines() {
    return lines == null ? List.of() : Collections.unmodifiableList(lines);
  }

  void call(Supplier<String> summary) {
    if (lines != null) {
      lines.add(summary.get());
    }
  }

  void rule(Rule rule) {
    if (lines != null) {
      lines.add("  rule " + rule.id() + ": " + rule.access());
    }
  }

  void argument(ArgumentCondition condition, @Nullable Object value) {
    if (lines != null) {
      String found =
          condition.isUnclear(value)
              ? "is absent or unclear"
              : condition.values().contains(value) ? "is a listed value" : "is another value";
      lines.add("    argument " + condition.argument() + " " + found);
    }
  }

  void scope(String scope, boolean held) {
    if (lines != null) {
      lines.add("    " + (held ? "has " : "lacks ") + scope);
    }
  }

  void scheme(Scheme shown) {
    if (lines != null) {
      lines.add("    came with the scheme " + shown.wire());
    }
  }

  void login(LoginCondition asked, boolean met) {
    if (lines != null) {
      lines.add("    " + (met ? "logged in with " : "not logged in with ") + asked);
    }
  }

  /** They are looked for in the claims, which is not for every request. */
  void given(Supplier<Set<String>> found) {
    if (lines != null) {
      Set<String> scopes = found.get();
      if (!scopes.isEmpty()) {
        lines.add("scopes that roles and groups give: " + scopes);
      }
    }
  }

  void base(List<String> scopes, Predicate<String> held) {
    if (lines != null && !scopes.isEmpty()) {
      lines.add("  base scopes: " + scopes);
      scopes.forEach(scope -> scope(scope, held.test(scope)));
    }
  }

  void ignored() {
    if (lines != null) {
      lines.add("  no rule names it");
    }
  }

  void refused(ToolPolicy.Verdict.Cause cause, String rule) {
    if (lines != null) {
      lines.add("    refused by " + rule + ": " + cause);
    }
  }
}
