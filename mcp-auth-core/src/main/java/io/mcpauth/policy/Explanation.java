package io.mcpauth.policy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which rules decided on a request, and why: for tests, logs and tooling, not for the client.
 *
 * @param verdict what the policy says
 * @param steps how it came to it, a line each: every message, the rules that it falls under, what
 *     they ask for and what the caller has
 */
public record Explanation(PolicyVerdict verdict, List<String> steps) {
  /** A copy of the list. */
  public Explanation {
    steps = List.copyOf(steps);
  }

  /** All steps and the verdict, a line each. */
  @Override
  public String toString() {
    return String.join("\n", steps) + "\n" + verdict;
  }

  /** Takes the steps down where somebody wants to know them. */
  static final class Notes {
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

    void base(List<String> scopes, Predicate<String> held) {
      if (lines != null && !scopes.isEmpty()) {
        lines.add("  base scopes: " + scopes);
        scopes.forEach(scope -> scope(scope, held.test(scope)));
      }
    }

    void refused(PolicyVerdict.Cause cause, String rule) {
      if (lines != null) {
        lines.add("    refused by " + rule + ": " + cause);
      }
    }
  }
}
