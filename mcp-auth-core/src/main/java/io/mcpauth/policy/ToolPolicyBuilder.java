package io.mcpauth.policy;

import io.mcpauth.internal.net.SetOnce;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Collects the rules of a {@link ToolPolicy}. A rule that is set twice or contradicts itself stops
 * the start.
 *
 * <pre>{@code
 * ToolPolicy policy =
 *     ToolPolicy.builder()
 *         .initialScopes("files:read") // what the first login asks for
 *         .tool("about", Access.anonymous())
 *         .tool("read_*", "files:read")
 *         .tool("delete_file", Access.scopes("files:write").role("editor"))
 *         .build(); // what is not named is refused
 * }</pre>
 */
public final class ToolPolicyBuilder {
  private static final Pattern METHOD =
      Pattern.compile("[a-z*][A-Za-z0-9_.$*-]*(/[A-Za-z0-9_.$*-]+)*");

  private static final String TOOLS = Target.Kind.TOOL.section();
  private static final String PROMPTS = Target.Kind.PROMPT.section();
  private static final String RESOURCES = Target.Kind.RESOURCE.section();

  private @Nullable List<String> baseScopes;
  private @Nullable List<String> initialScopes;
  private @Nullable String roleClaim;
  private @Nullable String groupClaim;
  private @Nullable String roleSeparator;
  private @Nullable String groupSeparator;
  private final Map<String, List<String>> byRole = new LinkedHashMap<>();
  private final Map<String, List<String>> byGroup = new LinkedHashMap<>();
  private @Nullable List<String> alsoIssued;
  private Set<String> givenByIssuers = Set.of();
  private final Map<String, ScopeText> texts = new LinkedHashMap<>();
  private boolean challengeOnlyRequired;
  private boolean listOnlyGranted;
  private boolean toolListComplete;
  private final Map<String, Map<String, Rule>> sections = new LinkedHashMap<>();
  private final Map<String, List<String>> implied = new LinkedHashMap<>();
  private final Map<ClientRule.Client, ClientRule> clients = new LinkedHashMap<>();

  ToolPolicyBuilder() {}

  /**
   * The scopes that every request needs, whatever it asks for; only what is open to everybody does
   * not. None by default.
   */
  public ToolPolicyBuilder baseScopes(String... scopes) {
    SetOnce.require(baseScopes == null, "The base scopes");
    baseScopes = Scopes.checked(scopes);
    return this;
  }

  /**
   * The scopes that the first challenge names, so that a user is not asked again for the everyday
   * tools. None by default; the base scopes are always among them. They are not required of a
   * request.
   */
  public ToolPolicyBuilder initialScopes(String... scopes) {
    SetOnce.require(initialScopes == null, "The initial scopes");
    initialScopes = Scopes.checked(scopes);
    return this;
  }

  /** A tool and the scopes, all of them, that calling it needs; with none, the base scopes. */
  public ToolPolicyBuilder tool(String name, String... scopes) {
    return tool(name, Access.scopes(scopes));
  }

  /**
   * A tool and what calling it needs.
   *
   * @param name the exact name, or a pattern: {@code *} is any run of characters
   */
  public ToolPolicyBuilder tool(String name, Access access) {
    return rule(TOOLS, name, access);
  }

  /** A prompt and what getting it needs; also a pattern, as for {@link #tool(String, Access)}. */
  public ToolPolicyBuilder prompt(String name, Access access) {
    return rule(PROMPTS, name, access);
  }

  /** A prompt and the scopes, all of them, that getting it needs. */
  public ToolPolicyBuilder prompt(String name, String... scopes) {
    return prompt(name, Access.scopes(scopes));
  }

  /**
   * A resource and what reading it and subscribing to it need.
   *
   * @param uri the exact URI, or a pattern: {@code *} is any run of characters, slashes too, and so
   *     cannot stand in or before scheme and host unless the rule denies. A pattern matches URIs in
   *     normal form only (RFC 3986 section 6.2.2): no dot segments, no empty ones, no needless
   *     escapes, none of what looks like a dot or slash, scheme and host in lower case, no default
   *     port, no user, no fragment; files as {@code file:///...}, without a query.
   */
  public ToolPolicyBuilder resource(String uri, Access access) {
    String problem = uri.indexOf('*') < 0 ? null : ResourceUri.problemOf(uri);
    if (problem != null && access.kind() != Access.Kind.DENIED) {
      throw new IllegalArgumentException("Resource '" + uri + "' " + problem);
    }
    return rule(RESOURCES, uri, access);
  }

  /** A resource and the scopes, all of them, that reading it needs. */
  public ToolPolicyBuilder resource(String uri, String... scopes) {
    return resource(uri, Access.scopes(scopes));
  }

  /** A JSON-RPC method, such as {@code logging/setLevel}, and the scopes that it needs. */
  public ToolPolicyBuilder method(String method, String... scopes) {
    return method(method, Access.scopes(scopes));
  }

  /**
   * A JSON-RPC method and what it needs; also a pattern, as for {@link #tool(String, Access)}.
   * {@code GET} stands for every request without a body: event streams, and the DELETE of a
   * session. It replaces the default of that method. What a method is applied to, such as a
   * resource, needs what its own rule says besides; only where the policy has no rule for any
   * resource does that of {@code resources/read} stand for all of them, and for prompts likewise.
   *
   * @throws IllegalArgumentException for {@code tools/call}: tools have rules of their own
   */
  public ToolPolicyBuilder method(String method, Access access) {
    if (method.isEmpty() || method.equals(RpcCalls.Message.TOOLS_CALL)) {
      throw new IllegalArgumentException(
          "Method '" + method + "' cannot have a rule. Write tool(name, scopes) for each tool.");
    }
    if (new NamePattern(method).fitsAlmostAll()) {
      throw new IllegalArgumentException(
          "Method '" + method + "' would name every method there is. Name those that are meant.");
    }
    if (!METHOD.matcher(method).matches() && !method.equals(MessageRules.WITHOUT_BODY)) {
      throw new IllegalArgumentException(
          "Method '" + method + "' is no JSON-RPC method. Write it exactly, such as 'tools/list'.");
    }
    return rule(PolicyRules.METHODS, method, access);
  }

  /** Every method, for the base scopes: only beside rules that ask for no more of anything. */
  ToolPolicyBuilder everyMethod() {
    return rule(PolicyRules.METHODS, "*", Access.scopes());
  }

  /**
   * A scope that stands for others too, such as {@code files:write} for {@code files:read}, or for
   * a pattern of them, such as {@code files:*}. What the others imply is implied as well. The
   * challenge still names the narrow scope.
   */
  public ToolPolicyBuilder implies(String broad, String... narrow) {
    Scopes.require(broad);
    if (narrow.length == 0) {
      throw new IllegalArgumentException(
          "Scope '" + broad + "' implies nothing. Write the scopes that it stands for.");
    }
    SetOnce.require(
        implied.putIfAbsent(broad, Scopes.checked(narrow)) == null, "What '" + broad + "' implies");
    return this;
  }

  /**
   * Scopes such as {@code files:*} that stand for every scope they match when a token carries them.
   * Without this a {@code *} in a token means nothing.
   */
  public ToolPolicyBuilder wildcardScopes(String... scopes) {
    for (String scope : Scopes.checked(scopes)) {
      if (scope.indexOf('*') < 0) {
        throw new IllegalArgumentException(
            "Wildcard scope '" + scope + "' has no '*'. Write implies(...) for a plain one.");
      }
      implies(scope, scope);
    }
    return this;
  }

  /** Where the roles of a caller are; {@code roles} by default. See {@link Access#claim}. */
  public ToolPolicyBuilder roleClaim(String claim) {
    SetOnce.require(roleClaim == null, "The role claim");
    ClaimPath.require(claim);
    roleClaim = claim;
    return this;
  }

  /** Where the groups of a caller are; {@code groups} by default. See {@link Access#claim}. */
  public ToolPolicyBuilder groupClaim(String claim) {
    SetOnce.require(groupClaim == null, "The group claim");
    ClaimPath.require(claim);
    groupClaim = claim;
    return this;
  }

  /**
   * What stands between the roles where the claim is one string, such as {@code ","}: one
   * character. Without it a string is one role.
   */
  public ToolPolicyBuilder roleSeparator(String separator) {
    SetOnce.require(roleSeparator == null, "The role separator");
    NamesClaim.requireSeparator("Role separator", separator);
    roleSeparator = separator;
    return this;
  }

  /** What stands between the groups where the claim is one string; as for roles. */
  public ToolPolicyBuilder groupSeparator(String separator) {
    SetOnce.require(groupSeparator == null, "The group separator");
    NamesClaim.requireSeparator("Group separator", separator);
    groupSeparator = separator;
    return this;
  }

  /**
   * The scopes that a role gives, as if the token had them: for providers that issue no scopes of
   * one's own. They are taken to come from roles and groups alone, unless {@link #alsoIssued} says
   * otherwise: no challenge and no metadata names them, and a caller without such a role is refused
   * as one who lacks the role. A client's cap holds for them too.
   */
  public ToolPolicyBuilder roleScopes(String role, String... scopes) {
    give(byRole, "role", role, scopes);
    return this;
  }

  /** The scopes that a group gives; as for {@link #roleScopes}. */
  public ToolPolicyBuilder groupScopes(String group, String... scopes) {
    give(byGroup, "group", group, scopes);
    return this;
  }

  /** Of the scopes that roles and groups give, those that the provider issues too. */
  public ToolPolicyBuilder alsoIssued(String... scopes) {
    SetOnce.require(alsoIssued == null, "The list of scopes that are issued too");
    alsoIssued = Scopes.checked(scopes);
    return this;
  }

  /**
   * What people read of a scope where they are asked for it, such as on the consent page of an
   * authorization server of one's own. Without it they read the scope itself. It decides nothing.
   *
   * @param name in a few words, 1 to 80 characters, such as {@code Read your files}
   * @param description in a sentence or two, at most 300 characters; may be empty
   * @throws IllegalArgumentException if one is too long or has control characters, or, from {@link
   *     #build()}, if the policy does not name the scope
   */
  public ToolPolicyBuilder scopeText(String scope, String name, String description) {
    Scopes.require(scope);
    SetOnce.require(!texts.containsKey(scope), "The text of scope '" + scope + "'");
    texts.put(scope, new ScopeText(name, description));
    return this;
  }

  /**
   * The issuers whose roles and groups give scopes; those of every accepted issuer without this. A
   * name is unique only within its issuer: whoever manages groups at another one, such as a tenant
   * of somebody else's, would give these scopes too.
   *
   * @param issuers exact {@code iss} values of tokens
   */
  public ToolPolicyBuilder givenByIssuers(String... issuers) {
    SetOnce.require(givenByIssuers.isEmpty(), "The list of issuers whose roles give scopes");
    Set<String> all = new LinkedHashSet<>(List.of(issuers));
    if (all.isEmpty() || all.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException(
          "The issuers whose roles give scopes are " + all + ". Write exact iss values.");
    }
    givenByIssuers = Set.copyOf(all);
    return this;
  }

  private static void give(
      Map<String, List<String>> given, String what, String name, String... scopes) {
    if (name.isBlank() || scopes.length == 0) {
      throw new IllegalArgumentException(
          "The " + what + " '" + name + "' gives nothing. Write its name and the scopes.");
    }
    SetOnce.require(
        given.putIfAbsent(name, Scopes.checked(scopes)) == null,
        "What the " + what + " '" + name + "' gives");
  }

  /**
   * The most that a client's tokens are good for, whatever was granted. What is beyond it is
   * refused without a challenge.
   *
   * @param issuer the {@code iss} of its tokens; a client id is unique only within it
   */
  public ToolPolicyBuilder maxScopes(String issuer, String clientId, String... scopes) {
    List<String> cap = Scopes.checked(scopes);
    return client(issuer, clientId, known -> known.withMaxScopes(cap));
  }

  /**
   * Hands a client its 403 challenge for a tool call in the tool's result, with status 200, since
   * it reads none elsewhere (ChatGPT). The decision is the same, and the tool is not called.
   *
   * @param issuer the {@code iss} of its tokens
   * @param clientId its id in the verified token; a {@code User-Agent} proves nothing
   */
  public ToolPolicyBuilder challengeInToolResult(String issuer, String clientId) {
    return client(issuer, clientId, ClientRule::withChallengeInToolResult);
  }

  /** A 403 names only what the request needs, and no granted scopes besides. */
  public ToolPolicyBuilder challengeOnlyRequired() {
    SetOnce.require(!challengeOnlyRequired, "challengeOnlyRequired");
    challengeOnlyRequired = true;
    return this;
  }

  /**
   * Lists show only what the caller may call as things are. Clients then cannot ask for more
   * scopes, as they do not know for what.
   */
  public ToolPolicyBuilder listOnlyGranted() {
    SetOnce.require(!listOnlyGranted, "listOnlyGranted");
    listOnlyGranted = true;
    return this;
  }

  /**
   * The server has no tool that no rule names: a call to another one is answered as one to an
   * unknown tool, HTTP 200 with JSON-RPC -32602. {@link ToolPolicy#withTools} says more.
   */
  public ToolPolicyBuilder toolListComplete() {
    SetOnce.require(!toolListComplete, "toolListComplete");
    toolListComplete = true;
    return this;
  }

  /**
   * The policy.
   *
   * @throws IllegalArgumentException if rules contradict each other
   */
  public ToolPolicy build() {
    PolicyRules all = rules();
    clients.keySet().forEach(client -> requireUsableCap(all, client));
    all.section(TOOLS).requireOneHeaderForEachArgument();
    return new ToolPolicy(all);
  }

  /** The rule records, before it is known whether they contradict each other. */
  PolicyRules rules() {
    Map<String, RuleSet> rules = new HashMap<>();
    sections.forEach((section, named) -> rules.put(section, new RuleSet(named.values())));
    List<String> scopes = scopes();
    GivenScopes given = given();
    requireAskable(given);
    return new PolicyRules(
        orNone(baseScopes),
        orNone(initialScopes),
        Map.copyOf(rules),
        Map.copyOf(clients),
        requiredScopes(),
        scopes,
        ScopeHierarchy.of(implied, scopes),
        new ProtocolDefaults(openKinds()),
        given.roleClaim(),
        given.groupClaim(),
        given,
        texts(scopes),
        new PolicyRules.Options(challengeOnlyRequired, listOnlyGranted, toolListComplete));
  }

  private Map<String, ScopeText> texts(List<String> scopes) {
    for (String scope : texts.keySet()) {
      if (!scopes.contains(scope)) {
        throw new IllegalArgumentException(
            "There is a text for scope '"
                + scope
                + "', which nothing else in the policy names. Correct the scope, or remove it.");
      }
    }
    return Collections.unmodifiableMap(new LinkedHashMap<>(texts));
  }

  private GivenScopes given() {
    return new GivenScopes(
        new NamesClaim(roleClaim == null ? "roles" : roleClaim, roleSeparator),
        new NamesClaim(groupClaim == null ? "groups" : groupClaim, groupSeparator),
        Map.copyOf(byRole),
        Map.copyOf(byGroup),
        Set.copyOf(orNone(alsoIssued)),
        givenByIssuers);
  }

  private void requireAskable(GivenScopes given) {
    if (given.isEmpty() && !given.issuers().isEmpty()) {
      throw new IllegalArgumentException(
          "There are issuers whose roles give scopes, and no role or group gives one. Write"
              + " roleScopes or groupScopes, or remove givenByIssuers.");
    }
    for (String scope : given.alsoIssued()) {
      if (!given.all().contains(scope)) {
        throw new IllegalArgumentException(
            "Scope '" + scope + "' is issued, and no role or group gives it. Remove it there.");
      }
    }
    for (String scope : orNone(initialScopes)) {
      if (given.areAllThatGive(scope)) {
        throw new IllegalArgumentException(
            "Initial scope '"
                + scope
                + "' is given by a role or group alone, so that a client would ask for it in vain."
                + " Remove it there, or say that it is issued too (alsoIssued).");
      }
    }
  }

  static void requireUsableCap(PolicyRules rules, ClientRule.Client client) {
    ClientRule rule = rules.clients().get(client);
    List<String> cap = rule == null ? null : rule.maxScopes();
    if (cap != null && !rules.hierarchy().covers(cap, rules.baseScopes())) {
      throw new IllegalArgumentException(
          "The cap of client '"
              + client.clientId()
              + "' leaves out a base scope of "
              + rules.baseScopes()
              + ", so that it could call nothing. Add it.");
    }
  }

  private ToolPolicyBuilder rule(String section, String name, Access access) {
    String singular = section.substring(0, section.length() - 1);
    String what =
        Character.toUpperCase(singular.charAt(0)) + singular.substring(1) + " '" + name + "'";
    if (name.isEmpty() || !name.equals(name.strip())) {
      throw new IllegalArgumentException(
          what + " is empty or has space around it. Write the exact name.");
    }
    int longest = section.equals(RESOURCES) ? Target.LONGEST_URI : Target.LONGEST_NAME;
    if (name.length() > longest) {
      throw new IllegalArgumentException(
          what + " has more than " + longest + " characters, as no call may. Write a pattern.");
    }
    boolean hasArguments = section.equals(TOOLS) || section.equals(PROMPTS);
    if (!hasArguments && !(access.arguments().isEmpty() && access.paramHeaders().isEmpty())) {
      throw new IllegalArgumentException(
          what + " has no arguments. Write the rule for a tool or prompt.");
    }
    if (!section.equals(TOOLS) && !access.paramHeaders().isEmpty()) {
      throw new IllegalArgumentException(
          what + " has no headers for its arguments. Write the rule for a tool.");
    }
    NamePattern pattern = new NamePattern(name);
    if (pattern.literals() == 0 && access.kind() == Access.Kind.DENIED) {
      throw new IllegalArgumentException(
          what + " denies what is refused anyhow, and every pattern beside it. Remove it.");
    }
    if (access.kind() == Access.Kind.ANONYMOUS && pattern.fitsAlmostAll()) {
      throw new IllegalArgumentException(
          what + " would be open to everybody, and so would what is added later. Name each.");
    }
    Rule rule = new Rule(section, pattern, access);
    SetOnce.require(
        sections.computeIfAbsent(section, s -> new LinkedHashMap<>()).putIfAbsent(name, rule)
            == null,
        what);
    return this;
  }

  private ToolPolicyBuilder client(
      String issuer, String clientId, UnaryOperator<ClientRule> change) {
    if (issuer.isEmpty() || clientId.isEmpty()) {
      throw new IllegalArgumentException(
          "Client '" + clientId + "' of issuer '" + issuer + "' is not named. Write both.");
    }
    ClientRule.Client client = new ClientRule.Client(issuer, clientId);
    ClientRule known = clients.getOrDefault(client, ClientRule.NONE);
    clients.put(client, change.apply(known));
    return this;
  }

  private List<String> scopes() {
    Set<String> scopes = new LinkedHashSet<>(requiredScopes());
    implied.forEach(
        (broad, narrow) -> {
          scopes.add(broad);
          narrow.stream().filter(scope -> scope.indexOf('*') < 0).forEach(scopes::add);
        });
    byRole.values().forEach(scopes::addAll);
    byGroup.values().forEach(scopes::addAll);
    return List.copyOf(scopes);
  }

  private List<String> requiredScopes() {
    Set<String> scopes = new LinkedHashSet<>(orNone(baseScopes));
    scopes.addAll(orNone(initialScopes));
    for (Map<String, Rule> rules : sections.values()) {
      for (Rule rule : rules.values()) {
        for (Access access : rule.access().withBranches()) {
          scopes.addAll(access.allOf());
          access.anyOf().forEach(scopes::addAll);
        }
      }
    }
    return List.copyOf(scopes);
  }

  private Set<Target.Kind> openKinds() {
    Set<Target.Kind> open = EnumSet.noneOf(Target.Kind.class);
    for (Target.Kind kind : Target.Kind.values()) {
      Collection<Rule> rules = sections.getOrDefault(kind.section(), Map.of()).values();
      if (rules.stream().anyMatch(rule -> rule.access().kind() == Access.Kind.ANONYMOUS)) {
        open.add(kind);
      }
    }
    return open;
  }

  private static List<String> orNone(@Nullable List<String> scopes) {
    return scopes == null ? List.of() : scopes;
  }
}
