package io.mcpauth.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which scopes stand for others: worked out once, over every scope that a policy can ask for.
 *
 * @param implied what each broad scope implies, as it was written
 * @param covered for a broad scope all that it stands for, also by way of others
 */
record ScopeHierarchy(Map<String, List<String>> implied, Map<String, Set<String>> covered) {

  /**
   * Works it out.
   *
   * @param implied what each broad scope implies: scopes, or patterns with {@code *}
   * @param known every scope that the policy names
   */
  static ScopeHierarchy of(Map<String, List<String>> implied, Collection<String> known) {
    Map<String, Set<String>> direct = new LinkedHashMap<>();
    implied.forEach((broad, narrow) -> direct.put(broad, expanded(narrow, known)));
    Map<String, Set<String>> covered = new LinkedHashMap<>();
    for (String broad : direct.keySet()) {
      Set<String> reached = new LinkedHashSet<>();
      List<String> open = new ArrayList<>(List.of(broad));
      while (!open.isEmpty()) {
        for (String next : direct.getOrDefault(open.remove(open.size() - 1), Set.of())) {
          if (reached.add(next)) {
            open.add(next);
          }
        }
      }
      covered.put(broad, Set.copyOf(reached));
    }
    return new ScopeHierarchy(Map.copyOf(implied), Map.copyOf(covered));
  }

  /** The same over other scopes: patterns may stand for more of them. */
  ScopeHierarchy over(Collection<String> known) {
    return of(implied, known);
  }

  /** Whether scopes that are held stand for one that is needed. */
  boolean covers(Collection<String> held, String needed) {
    if (held.contains(needed)) {
      return true;
    }
    for (String scope : held) {
      if (covered.getOrDefault(scope, Set.of()).contains(needed)) {
        return true;
      }
    }
    return false;
  }

  boolean covers(Collection<String> held, Collection<String> needed) {
    for (String scope : needed) {
      if (!covers(held, scope)) {
        return false;
      }
    }
    return true;
  }

  private static Set<String> expanded(List<String> narrow, Collection<String> known) {
    Set<String> scopes = new LinkedHashSet<>();
    for (String written : narrow) {
      NamePattern pattern = new NamePattern(written);
      scopes.add(written);
      if (!pattern.exact()) {
        known.stream().filter(pattern::matches).forEach(scopes::add);
      }
    }
    return scopes;
  }
}
