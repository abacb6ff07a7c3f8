package io.mcpauth.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a section. Of those that match a name the narrowest decide: the exact one; else a
 * pattern that denies; else every pattern that no narrower one is within. Of {@code admin_*} and
 * {@code *_report}, which overlap, that is both.
 */
final class RuleSet {
  static final RuleSet EMPTY = new RuleSet(List.of());

  private final Map<String, List<Rule>> exact = new LinkedHashMap<>();
  private final Map<String, List<Rule>> declared = new LinkedHashMap<>();
  private final List<Rule> patterns = new ArrayList<>();
  private final List<Rule> denying = new ArrayList<>();
  private final List<Rule> allowing = new ArrayList<>();

  RuleSet(Collection<Rule> rules) {
    for (Rule rule : rules) {
      if (rule.name().exact()) {
        exact.put(rule.name().text(), List.of(rule));
      } else {
        patterns.add(rule);
      }
    }
    for (Rule rule : patterns) {
      (rule.access().kind() == Access.Kind.DENIED ? denying : allowing).add(rule);
    }
    // A pattern within another one has as many literal characters at least, and so stands first.
    allowing.sort(Comparator.comparingInt((Rule rule) -> rule.name().literals()).reversed());
  }

  /**
   * These rules and what code declares besides. Where an exact rule is there it decides alone, and
   * where a pattern denies, that; other patterns and what is declared both apply, so that neither
   * loosens the other.
   */
  RuleSet withDeclared(Collection<Rule> rules) {
    RuleSet all = new RuleSet(written());
    for (Rule rule : rules) {
      String name = rule.name().text();
      if (!exact.containsKey(name)) {
        List<Rule> beside = new ArrayList<>(narrowest(name));
        if (beside.stream().noneMatch(other -> other.access().kind() == Access.Kind.DENIED)) {
          beside.add(rule);
        }
        all.declared.put(name, List.copyOf(beside));
      }
    }
    return all;
  }

  /** All of them, the exact ones first. */
  List<Rule> all() {
    Set<Rule> all = new LinkedHashSet<>();
    exact.values().forEach(all::addAll);
    declared.values().forEach(all::addAll);
    all.addAll(patterns);
    return List.copyOf(all);
  }

  private List<Rule> written() {
    List<Rule> all = new ArrayList<>();
    exact.values().forEach(all::addAll);
    all.addAll(patterns);
    return all;
  }

  /** Those that are patterns, in the order in which they were written. */
  List<Rule> patterns() {
    return Collections.unmodifiableList(patterns);
  }

  Set<String> exactNames() {
    return Collections.unmodifiableSet(exact.keySet());
  }

  /** Denied by their exact names, not among these, and of no effect unless a pattern allows. */
  List<String> deniedBesidePatterns(Collection<String> names) {
    if (patterns.isEmpty()) {
      return List.of();
    }
    return exact.entrySet().stream()
        .filter(rule -> rule.getValue().get(0).access().kind() == Access.Kind.DENIED)
        .map(Map.Entry::getKey)
        .filter(name -> !names.contains(name))
        .toList();
  }

  /** Of an argument that two patterns mirror in two headers, one header would not be compared. */
  void requireOneHeaderForEachArgument() {
    List<Rule> mirroring =
        patterns.stream().filter(rule -> !rule.access().paramHeaders().isEmpty()).toList();
    for (Rule one : mirroring) {
      for (Rule other : mirroring) {
        if (one.bothApplyBeside(other)) {
          one.access()
              .paramHeaders()
              .forEach((argument, suffix) -> other.requireSameHeader(one, argument, suffix));
        }
      }
    }
  }

  boolean isEmpty() {
    return exact.isEmpty() && declared.isEmpty() && patterns.isEmpty();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RuleSet that
        && exact.equals(that.exact)
        && declared.equals(that.declared)
        && patterns.equals(that.patterns);
  }

  @Override
  public int hashCode() {
    return Objects.hash(exact, declared, patterns);
  }

  /** The rules that decide on a name; none where nothing names it. */
  List<Rule> of(String name) {
    List<Rule> rule = exact.get(name);
    if (rule == null) {
      rule = declared.get(name);
    }
    return rule == null ? narrowest(name) : rule;
  }

  /** As {@link #of(String)}, for a name that only an exact rule may be trusted with. */
  List<Rule> exactly(String name) {
    return exact.getOrDefault(name, List.of());
  }

  private List<Rule> narrowest(String name) {
    if (patterns.isEmpty() || name.length() > Target.LONGEST_URI) {
      return List.of(); // each pattern costs time for each character, also before a login
    }
    for (Rule rule : denying) {
      if (rule.name().matches(name)) {
        return List.of(rule);
      }
    }
    List<Rule> narrowest = new ArrayList<>(2);
    for (Rule rule : allowing) {
      if (rule.name().matches(name)
          && narrowest.stream().noneMatch(narrow -> narrow.name().isNarrowerThan(rule.name()))) {
        narrowest.add(rule);
      }
    }
    return narrowest;
  }
}
