package io.mcpauth.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule records of a policy, however it was written: what the one evaluator works on.
 *
 * @param baseScopes what every request needs that is not open to everybody
 * @param initialScopes what a first login asks for besides
 * @param sections the rules by section: tools, prompts, resources, methods
 * @param clients what is particular to some clients
 * @param requiredScopes every scope that a rule asks for, in the order of the rules
 * @param scopes those, and every other scope that is named
 * @param hierarchy which scopes stand for others
 * @param defaults the rules of the methods that need none
 * @param roleClaim where the roles are
 * @param groupClaim where the groups are
 * @param given the scopes that these give
 * @param texts what people read of a scope, in the order in which they were given
 * @param options what is switched on or off
 */
record PolicyRules(
    List<String> baseScopes,
    List<String> initialScopes,
    Map<String, RuleSet> sections,
    Map<ClientRule.Client, ClientRule> clients,
    List<String> requiredScopes,
    List<String> scopes,
    ScopeHierarchy hierarchy,
    ProtocolDefaults defaults,
    NamesClaim roleClaim,
    NamesClaim groupClaim,
    GivenScopes given,
    Map<String, ScopeText> texts,
    Options options) {

  static final String METHODS = "methods";
  private static final String TOOLS = Target.Kind.TOOL.section();

  /**
   * What is switched on or off.
   *
   * @param challengeOnlyRequired no granted scopes in a 403
   * @param listOnlyGranted lists show only what may be called now
   * @param toolListComplete a tool that no rule names does not exist
   */
  record Options(
      boolean challengeOnlyRequired, boolean listOnlyGranted, boolean toolListComplete) {}

  /** These rules, and those that the code of tools declares: {@link RuleSet#withDeclared}. */
  PolicyRules withDeclared(Map<String, Access> declared) {
    List<Rule> rules = new ArrayList<>();
    declared.forEach((name, access) -> rules.add(new Rule(TOOLS, new NamePattern(name), access)));
    RuleSet tools = section(TOOLS).withDeclared(rules);
    Map<String, RuleSet> all = new HashMap<>(sections);
    all.put(TOOLS, tools);
    Set<String> required = new LinkedHashSet<>(requiredScopes);
    for (Rule rule : tools.all()) {
      for (Access access : rule.access().withBranches()) {
        required.addAll(access.allOf());
        access.anyOf().forEach(required::addAll);
      }
    }
    Set<String> named = new LinkedHashSet<>(required);
    named.addAll(scopes);
    boolean open =
        tools.all().stream().anyMatch(rule -> rule.access().kind() == Access.Kind.ANONYMOUS);
    return new PolicyRules(
        baseScopes,
        initialScopes,
        Map.copyOf(all),
        clients,
        List.copyOf(required),
        List.copyOf(named),
        hierarchy.over(named),
        open ? defaults.withOpen(Target.Kind.TOOL) : defaults,
        roleClaim,
        groupClaim,
        given,
        texts,
        options);
  }

  RuleSet section(Target.Kind kind) {
    return section(kind.section());
  }

  RuleSet section(String name) {
    RuleSet rules = sections.get(name);
    return rules == null ? RuleSet.EMPTY : rules;
  }

  @Nullable ClientRule client(@Nullable Caller caller) {
    if (caller == null || clients.isEmpty()) {
      return null;
    }
    String id = caller.clientId();
    return id == null ? null : clients.get(new ClientRule.Client(caller.issuer(), id));
  }

  /** The rules of a target; none where nothing names it. */
  List<Rule> of(Target target) {
    if (target.isTooLong()) {
      return List.of();
    }
    RuleSet rules = section(target.kind());
    return switch (target.kind()) {
      case TOOL, PROMPT -> rules.of(target.name());
      case RESOURCE -> resource(rules, target.name(), target.name());
      case RESOURCE_TEMPLATE -> resource(rules, target.name(), ResourceUri.expanded(target.name()));
    };
  }

  private static List<Rule> resource(RuleSet rules, String name, String uri) {
    return ResourceUri.isNormal(uri) ? rules.of(name) : rules.exactly(name);
  }
}
