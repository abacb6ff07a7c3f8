package io.mcpauth.policy;

import io.mcpauth.error.AuthException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds what a policy says that its writer may not have meant. None of it is a mistake: the policy
 * is in force all the same.
 */
final class PolicyWarnings {
  private static final List<String> SECTIONS =
      List.of(
          Target.Kind.TOOL.section(),
          Target.Kind.PROMPT.section(),
          Target.Kind.RESOURCE.section(),
          PolicyRules.METHODS);

  /** Each pair of these is compared. */
  private static final int MAX_PATTERNS = 1_000;

  /** Of a section; nobody reads more of them. */
  private static final int MAX_OVERLAPS = 20;

  /** What a client may want to know of its user (OpenID Connect Core section 5.4). */
  private static final Set<String> OF_THE_USER =
      Set.of("openid", "profile", "email", "address", "phone");

  private final PolicyRules rules;
  private final Set<String> asked;
  private final List<String> found = new ArrayList<>();

  private PolicyWarnings(PolicyRules rules) {
    this.rules = rules;
    this.asked = asked(rules);
  }

  /** A sentence for each; those of patterns first. */
  static List<String> of(PolicyRules rules) {
    PolicyWarnings warnings = new PolicyWarnings(rules);
    for (String section : SECTIONS) {
      warnings.patterns(section, rules.section(section).patterns());
    }
    warnings.uris();
    warnings.scopes();
    return List.copyOf(warnings.found);
  }

  /** The scopes that rules ask for, of which no token has one that is as good. */
  static List<String> unobtainable(PolicyRules rules, Predicate<String> issued) {
    Set<String> held = new LinkedHashSet<>(rules.scopes());
    Set<String> given = rules.given().all();
    held.removeIf(scope -> !issued.test(scope) && !given.contains(scope));
    return asked(rules).stream().filter(scope -> !rules.hierarchy().covers(held, scope)).toList();
  }

  private void patterns(String section, List<Rule> all) {
    for (Rule rule : all) {
      if (rule.access().kind() == Access.Kind.ANONYMOUS) {
        found.add(
            id(rule)
                + " is open to everybody, and so is all that gets such a name later; name each");
      }
    }
    if (all.size() > MAX_PATTERNS) {
      found.add(
          section + " has more than " + MAX_PATTERNS + " patterns; only the first were compared");
    }
    List<Rule> patterns = all.subList(0, Math.min(all.size(), MAX_PATTERNS));
    int overlaps = 0;
    for (int i = 0; i < patterns.size() && overlaps <= MAX_OVERLAPS; i++) {
      for (int j = i + 1; j < patterns.size() && overlaps <= MAX_OVERLAPS; j++) {
        overlaps += pair(patterns.get(i), patterns.get(j), overlaps) ? 1 : 0;
      }
    }
  }

  /** Whether they overlap, so that both apply. */
  private boolean pair(Rule one, Rule other, int overlaps) {
    if (denies(one) || denies(other)) {
      if (!denies(one) && other.name().matches(one.name().text())) {
        neverDecides(one, other);
      } else if (!denies(other) && one.name().matches(other.name().text())) {
        neverDecides(other, one);
      }
      return false;
    }
    if (one.access().equals(other.access()) || !one.bothApplyBeside(other)) {
      return false;
    }
    if (overlaps == MAX_OVERLAPS) {
      found.add(one.section() + " has more patterns of which both apply");
    } else {
      bothApply(one, other);
    }
    return true;
  }

  private void bothApply(Rule one, Rule other) {
    boolean open =
        one.access().kind() == Access.Kind.ANONYMOUS
            || other.access().kind() == Access.Kind.ANONYMOUS;
    found.add(
        id(one)
            + " and "
            + id(other)
            + " both apply where both match, as for '"
            + AuthException.fitForLog(one.name().nameOfBoth(other.name()))
            + "', which "
            + (open ? "is then not open to everybody" : "needs what each of them asks for")
            + "; where that is not meant, write the exact name, or a pattern within both");
  }

  private void neverDecides(Rule rule, Rule denying) {
    found.add(
        id(rule)
            + " never decides, as "
            + id(denying)
            + " denies all that it matches; only exact names are exceptions");
  }

  /** A template is a name as well (RFC 6570). */
  private void uris() {
    for (String uri : rules.section(Target.Kind.RESOURCE).exactNames()) {
      if (!ResourceUri.isNormal(ResourceUri.expanded(uri))) {
        found.add(
            "resources."
                + AuthException.fitForLog(uri)
                + " is not in normal form, so that it is for exactly this spelling");
      }
    }
  }

  private void scopes() {
    for (String section : SECTIONS) {
      rules.section(section).all().forEach(this::starInScope);
    }
    Set<String> broad = rules.hierarchy().covered().keySet();
    for (String scope : rules.scopes()) {
      Set<String> narrow = rules.hierarchy().covered().getOrDefault(scope, Set.of());
      boolean useful = asked.contains(scope) || narrow.stream().anyMatch(asked::contains);
      if (useful || OF_THE_USER.contains(scope)) {
        continue;
      }
      String scopeName = "the scope '" + AuthException.fitForLog(scope) + "' ";
      found.add(
          broad.contains(scope)
              ? scopeName + "implies none that a rule asks for"
              : scopeName + "is named, and no rule asks for it");
    }
    rules.clients().forEach(this::cap);
  }

  private void starInScope(Rule rule) {
    for (Access access : rule.access().withBranches()) {
      Set<String> scopes = new LinkedHashSet<>(access.allOf());
      access.anyOf().forEach(scopes::addAll);
      scopes.removeIf(scope -> scope.indexOf('*') < 0);
      for (String scope : scopes) {
        found.add(
            id(rule)
                + " asks for the scope '"
                + AuthException.fitForLog(scope)
                + "', in which the '*' is a character like any other");
      }
    }
  }

  private void cap(ClientRule.Client client, ClientRule rule) {
    List<String> cap = rule.maxScopes();
    for (String scope : cap == null ? List.<String>of() : cap) {
      if (!rules.scopes().contains(scope)) {
        found.add(
            "the cap of client '"
                + AuthException.fitForLog(client.clientId())
                + "' names the scope '"
                + AuthException.fitForLog(scope)
                + "', which nothing else does");
      }
    }
  }

  /** Not what only a first login asks for. */
  private static Set<String> asked(PolicyRules rules) {
    Set<String> asked = new LinkedHashSet<>(rules.baseScopes());
    for (String section : SECTIONS) {
      for (Rule rule : rules.section(section).all()) {
        for (Access access : rule.access().withBranches()) {
          asked.addAll(access.allOf());
          access.anyOf().forEach(asked::addAll);
        }
      }
    }
    return asked;
  }

  private static boolean denies(Rule rule) {
    return rule.access().kind() == Access.Kind.DENIED;
  }

  private static String id(Rule rule) {
    return AuthException.fitForLog(rule.id());
  }
}
