package io.mcpauth.policy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What each call needs: per tool, prompt, resource and JSON-RPC method, and for everything (the
 * base scopes).
 *
 * <p>What it does not name is refused, apart from the methods that every client needs to talk to a
 * server at all, which need the base scopes: the handshake ({@code initialize}, {@code
 * server/discover}), {@code ping}, the lists of tools, prompts, resources and resource templates,
 * {@code logging/setLevel}, {@code tasks/*}, {@code subscriptions/listen} (each of its resources
 * needs what reading it needs), and the notifications of a client. Where a tool is open to
 * everybody, the handshake and the list of tools are too, and {@code logging/setLevel} in a session
 * of the caller's own; prompts and resources likewise. {@code completion/complete} needs what the
 * prompt or resource needs. A notification that no rule names is dropped: nobody behind gets it.
 *
 * <p>Of the rules that match a name the narrowest decide: the exact one; else a pattern that
 * denies; else every pattern that no narrower one is within, so that of two which overlap, such as
 * {@code admin_*} and {@code *_report}, both apply. A resource whose URI is not in normal form (RFC
 * 3986 section 6.2.2) is matched by an exact rule only.
 *
 * <p>Built in code or read from a JSON document: the same rules. Immutable; a decision does no I/O,
 * and of all rules only a maximum age looks at a clock: that of the server which has put the policy
 * in force, else that of the system.
 *
 * <p>Does not check: what a tool does with its arguments.
 */
public final class ToolPolicy {
  private final PolicyRules rules;
  private final @Nullable Set<String> knownTools;
  private final Map<String, Access> declared;
  private final LoginCondition.Ages ages;
  private final List<String> initialScopes;
  private final ArgumentNames argumentNames;
  private final Set<String> claimNames = new LinkedHashSet<>();
  private final Map<Scheme, String> schemes = new EnumMap<>(Scheme.class);
  private boolean anonymous;
  private boolean mirrors;

  ToolPolicy(PolicyRules rules) {
    this(rules, null, LoginCondition.Ages.BY_DEFAULT, Map.of());
  }

  private ToolPolicy(
      PolicyRules rules,
      @Nullable Set<String> knownTools,
      LoginCondition.Ages ages,
      Map<String, Access> declared) {
    this.rules = rules;
    this.declared = declared;
    this.knownTools = knownTools;
    this.ages = ages;
    Set<String> initial = new LinkedHashSet<>(rules.baseScopes());
    initial.addAll(rules.initialScopes());
    this.initialScopes = askable(initial);
    Set<String> arguments = new LinkedHashSet<>();
    for (RuleSet section : rules.sections().values()) {
      for (Rule rule : section.all()) {
        collect(rule, arguments);
      }
    }
    if (!rules.given().byRole().isEmpty()) {
      claimNames.add(rules.roleClaim().topLevel());
    }
    if (!rules.given().byGroup().isEmpty()) {
      claimNames.add(rules.groupClaim().topLevel());
    }
    argumentNames = ArgumentNames.of(arguments);
  }

  /** A builder for a policy that allows the protocol methods and no tool. */
  public static ToolPolicyBuilder builder() {
    return new ToolPolicyBuilder();
  }

  /**
   * The policy in which whoever has all of these scopes may use everything that the server has:
   * every tool, prompt, resource and method, those of extensions and of next year among them.
   *
   * <p>It opens what nobody has looked at. A policy that names each tool with what it needs lets a
   * client ask for less, and a thief of its token do less.
   *
   * @throws IllegalArgumentException if one cannot be written
   */
  public static ToolPolicy everythingForWhoHas(String... scopes) {
    return builder()
        .baseScopes(scopes)
        .tool("*")
        .prompt("*")
        .everyMethod()
        // By method: a pattern for resources would leave out URIs not in normal form.
        .method("resources/read")
        .method("resources/subscribe")
        .method("resources/unsubscribe")
        .method("completion/complete")
        .build();
  }

  /**
   * The policy of a JSON document, with the same rules as one built in code. {@code docs/policy.md}
   * has the format.
   *
   * @param utf8 the whole text, 1 MiB at most
   * @param name how messages call it, such as the name of its file
   * @throws IllegalArgumentException at the first mistake, with its line and column: the text is
   *     not strict JSON, a member is unknown or twice, a value has the wrong type, or the builder
   *     refuses it
   */
  public static ToolPolicy fromJson(byte[] utf8, String name) {
    return PolicyDocument.read(utf8, name);
  }

  /**
   * The policy of a JSON document that is in the program, as {@link #fromJson(byte[], String)} has
   * it.
   *
   * <pre>{@code
   * ToolPolicy policy =
   *     ToolPolicy.fromJson(
   *         """
   *         {
   *           "initial": ["files:read"],
   *           "tools": { "read_file": ["files:read"], "write_file": ["files:write"] }
   *         }
   *         """);
   * }</pre>
   *
   * @param json the document itself, and not where it is
   * @throws IllegalArgumentException at the first mistake, with its line and column
   */
  public static ToolPolicy fromJson(String json) {
    return PolicyDocument.read(json);
  }

  /**
   * The policy of a JSON document in a file, as it is now. {@link PolicyFile} is the one that a
   * running server reloads and watches.
   *
   * <pre>{@code
   * ToolPolicy policy = ToolPolicy.fromJson(Path.of("policy.json"));
   * }</pre>
   *
   * @throws IllegalArgumentException as {@link #fromJson(byte[], String)}, and if the file is
   *     missing, no regular file, too large or cannot be read
   */
  public static ToolPolicy fromJson(Path file) {
    return PolicyFile.at(file).load();
  }

  /**
   * Judges the messages of a request.
   *
   * @param caller the proven caller, or null where the request has no credential
   * @param calls the messages, read with this policy's {@link #argumentNames()}; none for a request
   *     without a body
   */
  public Verdict judge(@Nullable Caller caller, RpcCalls calls) {
    return new Judgement(this, caller, Notes.NONE).of(calls);
  }

  /** As {@link #judge}, with every step that led to the verdict. */
  public Explanation explain(@Nullable Caller caller, RpcCalls calls) {
    Notes notes = Notes.kept();
    Verdict verdict = new Judgement(this, caller, notes).of(calls);
    return new Explanation(verdict, notes.lines());
  }

  /**
   * Whether a caller can get at a tool, prompt or resource: now, with more scopes, or never. Where
   * arguments decide, with those that ask for least.
   */
  public Reach reach(@Nullable Caller caller, Target target) {
    return new Reaching(this, caller).of(target);
  }

  /** Whether a caller may call it as things are, with the arguments that ask for least. */
  public boolean permits(@Nullable Caller caller, Target target) {
    return reach(caller, target) == Reach.GRANTED;
  }

  /**
   * Whether a list shows it to a caller: not what it can never get at, however many scopes it asks
   * for; what only lacks a scope or another login is shown, or no client would ever ask for it. No
   * login brings more to a key, an account, a session or the token of a proxy: their lists have
   * what they may call now, as all have with {@link ToolPolicyBuilder#listOnlyGranted()}.
   */
  public boolean lists(@Nullable Caller caller, Target target) {
    Reach reach = reach(caller, target);
    return reach == Reach.GRANTED || (reach == Reach.STEP_UP && !rules.options().listOnlyGranted());
  }

  /** What of a list a caller is shown, in the same order; {@link #lists} decides on each. */
  public <T> List<T> listed(
      @Nullable Caller caller,
      Target.Kind kind,
      Collection<T> items,
      Function<? super T, String> name) {
    List<T> shown = new ArrayList<>();
    for (T item : items) {
      if (lists(caller, new Target(kind, name.apply(item)))) {
        shown.add(item);
      }
    }
    return List.copyOf(shown);
  }

  /**
   * The members that mark a list result as one caller's own, for every page of it: {@code
   * cacheScope} from revision 2026-07-28 on; nothing before, and nothing where all callers see the
   * same list.
   *
   * @param kind what is listed
   * @param revision the protocol revision of the request, such as {@code 2026-07-28}; null where it
   *     names none
   */
  public Map<String, Object> listCaching(Target.Kind kind, @Nullable String revision) {
    boolean ownList =
        rules.options().listOnlyGranted()
            || !rules.given().isEmpty()
            || schemes.containsKey(Scheme.SESSION) // which sees nothing that does not name it
            || rules.clients().values().stream().anyMatch(client -> client.maxScopes() != null)
            || Stream.of(kind.section(), PolicyRules.METHODS)
                .flatMap(section -> rules.section(section).all().stream())
                .anyMatch(rule -> rule.access().isPersonal());
    return ownList ? ownListCaching(revision) : Map.of();
  }

  /** The members that mark a list result which is known to be one caller's own. */
  static Map<String, Object> ownListCaching(@Nullable String revision) {
    return revision != null && revision.compareTo("2026-07-28") >= 0
        ? Map.of("cacheScope", "private")
        : Map.of();
  }

  /**
   * The ways to get at a tool, for clients that read them from its {@code _meta}: one entry {@code
   * securitySchemes}, a list with {@code noauth} for a tool that is open to everybody and {@code
   * oauth2} with scopes for each alternative of one that is not. Empty for a tool that no login
   * gets at, such as one for keys or browser sessions alone.
   */
  public Map<String, Object> securitySchemes(String tool) {
    List<Map<String, Object>> schemes = new ArrayList<>();
    for (List<String> alternative : Reaching.alternatives(rules, tool)) {
      Map<String, Object> scheme = new LinkedHashMap<>();
      scheme.put("type", "oauth2");
      scheme.put("scopes", askable(alternative));
      schemes.add(scheme);
    }
    if (permits(null, new Target(Target.Kind.TOOL, tool))) {
      schemes.add(0, Map.of("type", "noauth"));
    }
    return Map.of("securitySchemes", List.copyOf(schemes));
  }

  /**
   * This policy for a server that has these tools and no others: a call to another is answered as
   * one to an unknown tool. {@code LivePolicy.requireKnown} puts it in force.
   *
   * @throws IllegalArgumentException if there is none: tools are registered first
   * @throws IllegalStateException if no rule names one of them, so that nobody could ever call it;
   *     or if a rule denies a tool that is not among them while patterns beside it allow others:
   *     either is a name that was misspelt
   */
  public ToolPolicy withTools(Collection<String> toolNames) {
    if (toolNames.isEmpty()) {
      throw new IllegalArgumentException(
          "The server has no tools. Say which it has after the last one was registered.");
    }
    RuleSet tools = rules.section(Target.Kind.TOOL);
    List<String> unnamed = toolsWithoutRule(toolNames);
    if (!unnamed.isEmpty()) {
      throw new IllegalStateException(
          "The server has tools that the policy does not name: "
              + unnamed
              + ". Write a rule for each; 'denied' for one that nobody may call."
              + misspelt(unnamed, toolNames));
    }
    List<String> missed = tools.deniedBesidePatterns(toolNames);
    if (!missed.isEmpty()) {
      throw new IllegalStateException(
          "The policy denies "
              + missed
              + ", but the server has only "
              + new TreeSet<>(toolNames)
              + ". Correct the name, or a pattern beside it may allow the tool that was meant; or"
              + " remove the rule.");
    }
    return new ToolPolicy(rules, Set.copyOf(toolNames), ages, declared);
  }

  /**
   * This policy, with what the code of tools declares of them ({@link RequiresScopes}). Its own
   * word stands above: an exact rule replaces what is declared, a pattern that denies denies, and
   * any other pattern applies besides. Called once.
   *
   * @param tools what calling each of them needs, by its exact name
   * @throws IllegalArgumentException if a name cannot be that of a tool, or something is declared
   *     already
   */
  public ToolPolicy withDeclared(Map<String, Access> tools) {
    if (!declared.isEmpty()) {
      throw new IllegalArgumentException("What tools declare is set twice. Set it once.");
    }
    return tools.isEmpty() ? this : declaring(tools);
  }

  /**
   * As {@link #withDeclared}, besides what is declared already.
   *
   * @throws IllegalArgumentException as there, or if something else is declared of one of them
   */
  ToolPolicy alsoDeclaring(Map<String, Access> tools) {
    Map<String, Access> all = new LinkedHashMap<>(declared);
    for (Map.Entry<String, Access> tool : tools.entrySet()) {
      Access before = all.putIfAbsent(tool.getKey(), tool.getValue());
      if (before != null && !before.equals(tool.getValue())) {
        throw new IllegalArgumentException(
            "What the tool '" + tool.getKey() + "' declares is set twice. Set it once.");
      }
    }
    return declaring(all);
  }

  private ToolPolicy declaring(Map<String, Access> tools) {
    ToolPolicyBuilder names = builder();
    for (Map.Entry<String, Access> tool : tools.entrySet()) {
      if (!new NamePattern(tool.getKey()).exact()) {
        throw new IllegalArgumentException(
            "Tool '" + tool.getKey() + "' is a pattern. A tool declares what it needs itself.");
      }
      names.tool(tool.getKey(), tool.getValue()); // which says what is wrong with one
    }
    Map<String, Access> all = Collections.unmodifiableMap(new LinkedHashMap<>(tools));
    return new ToolPolicy(rules.withDeclared(all), knownTools, ages, all);
  }

  /** What the code of tools declares, also where this policy has another rule. */
  Map<String, Access> declared() {
    return declared;
  }

  /** This policy, with ages judged by another clock. */
  ToolPolicy judgingBy(LoginCondition.Ages others) {
    return ages.equals(others) ? this : new ToolPolicy(rules, knownTools, others, declared);
  }

  /** A hint for each tool whose rule was probably written for another spelling. */
  private String misspelt(List<String> unnamed, Collection<String> toolNames) {
    List<String> stray = toolsNotAmong(toolNames);
    StringBuilder hints = new StringBuilder();
    for (String tool : unnamed) {
      String nearest = NearestName.of(tool, stray);
      if (nearest != null) {
        hints
            .append(" The rule '")
            .append(nearest)
            .append("' is for no tool of the server: is '")
            .append(tool)
            .append("' meant?");
      }
    }
    return hints.toString();
  }

  /** The tools that rules name and that are not among these, patterns aside. */
  public List<String> toolsNotAmong(Collection<String> toolNames) {
    return rules.section(Target.Kind.TOOL).exactNames().stream()
        .filter(name -> !toolNames.contains(name))
        .toList();
  }

  /** The tools among these that no rule names, so that nobody can call them. */
  public List<String> toolsWithoutRule(Collection<String> toolNames) {
    RuleSet tools = rules.section(Target.Kind.TOOL);
    return toolNames.stream().filter(name -> tools.of(name).isEmpty()).sorted().toList();
  }

  /**
   * What its writer may not have meant, a sentence for each: patterns of which both apply, patterns
   * that are open to everybody or never decide, URIs that only one spelling has, scopes that no
   * rule asks for. A server logs them when it starts, and when the policy changes.
   */
  public List<String> warnings() {
    return PolicyWarnings.of(rules);
  }

  /**
   * The scopes that rules ask for and that nobody can have.
   *
   * @param issued whether a token may carry a scope
   */
  public List<String> unobtainableScopes(Predicate<String> issued) {
    return PolicyWarnings.unobtainable(rules, issued);
  }

  /** How many rules it has; what they say is in its document. */
  @Override
  public String toString() {
    int count = rules.sections().values().stream().mapToInt(section -> section.all().size()).sum();
    return "ToolPolicy[" + count + " rules]";
  }

  /** Whether a client reads its challenges from tool results. */
  public boolean challengesInToolResult(Caller caller) {
    ClientRule rule = rules.client(caller);
    return rule != null && rule.challengeInToolResult();
  }

  /**
   * The scopes of a challenge: what the request needs and, unless {@link
   * ToolPolicyBuilder#challengeOnlyRequired()} was said, those granted scopes that the policy
   * knows. Some clients replace their scopes by the challenge's, and would lose what they have.
   */
  public List<String> challengeScopes(Caller caller, List<String> required) {
    Set<String> all = new LinkedHashSet<>(required);
    if (!rules.options().challengeOnlyRequired()) {
      rules.scopes().stream().filter(caller.scopes()::contains).forEach(all::add);
    }
    return askable(all);
  }

  /**
   * The scopes that a client should ask for at its first login: those of {@link
   * ToolPolicyBuilder#initialScopes}, base scopes first.
   */
  public List<String> initialScopes() {
    return initialScopes;
  }

  /**
   * The scopes that rules ask for, for {@code scopes_supported}: not the broad ones that only stand
   * for others, which no client should ask for, nor those that only a role or group gives.
   */
  public List<String> requiredScopes() {
    return askable(rules.requiredScopes());
  }

  /** Without those that only a role or group gives: the provider would refuse the whole request. */
  List<String> askable(Collection<String> scopes) {
    GivenScopes given = rules.given();
    return given.isEmpty()
        ? List.copyOf(scopes)
        : scopes.stream().filter(scope -> !given.areAllThatGive(scope)).toList();
  }

  /** Every scope that the policy names, in the order of the rules. */
  public List<String> scopes() {
    return rules.scopes();
  }

  /**
   * What people read of each scope that a client may ask for: those with a text first, in the order
   * in which they were given, then the others, whose name is the scope itself. Scopes that only a
   * role or group gives are not among them.
   */
  public Map<String, ScopeText> scopeTexts() {
    Map<String, ScopeText> all = new LinkedHashMap<>();
    List<String> askable = askable(rules.scopes());
    rules.texts().forEach((scope, text) -> put(all, askable, scope, text));
    askable.forEach(scope -> all.putIfAbsent(scope, new ScopeText(scope, "")));
    return Collections.unmodifiableMap(all);
  }

  private static void put(
      Map<String, ScopeText> all, List<String> askable, String scope, ScopeText text) {
    if (askable.contains(scope)) {
      all.put(scope, text);
    }
  }

  /** The arguments that decide somewhere: what of a body has to be read. */
  public Set<String> argumentNames() {
    return argumentNames;
  }

  /** The claims at the top of a token that decide somewhere: what a principal has to keep. */
  public Set<String> claimNames() {
    return Collections.unmodifiableSet(claimNames);
  }

  /** The schemes that rules name, each with the first rule that does. */
  public Map<Scheme, String> schemes() {
    return Collections.unmodifiableMap(schemes);
  }

  /** The issuers that the rules for clients name. */
  public Set<String> clientIssuers() {
    Set<String> issuers = new LinkedHashSet<>();
    rules.clients().keySet().forEach(client -> issuers.add(client.issuer()));
    return issuers;
  }

  /** The issuers whose roles and groups give scopes; none where those of all do. */
  public Set<String> givingIssuers() {
    return rules.given().issuers();
  }

  /** Whether a 403 names no granted scopes: {@link ToolPolicyBuilder#challengeOnlyRequired()}. */
  public boolean challengesOnlyRequired() {
    return rules.options().challengeOnlyRequired();
  }

  /** Whether roles or groups give scopes, whoever issued the token. */
  public boolean givesScopesForEveryIssuer() {
    return !rules.given().isEmpty() && rules.given().issuers().isEmpty();
  }

  /** Whether anything is open to callers without a credential. */
  public boolean hasAnonymous() {
    return anonymous;
  }

  /** Whether a rule of the policy's own says who may send a request without a body. */
  public boolean namesRequestsWithoutBody() {
    return !rules.section(PolicyRules.METHODS).exactly(MessageRules.WITHOUT_BODY).isEmpty();
  }

  /**
   * Whether a message changes the session that it is sent in, and is open to everybody only because
   * the handshake is: then it needs a session of the caller's own.
   */
  public boolean needsSession(RpcCalls calls) {
    for (RpcCalls.Message message : calls.messages()) {
      String method = message.method();
      if (method != null
          && ProtocolDefaults.OF_A_SESSION.equals(method)
          && rules.section(PolicyRules.METHODS).of(method).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** The headers that mirror arguments of a tool call, by argument. */
  public Map<String, String> paramHeaders(RpcCalls.Message message) {
    if (!mirrors) {
      return Map.of();
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (Rule rule : new MessageRules(rules).of(message)) {
      headers.putAll(rule.access().paramHeaders());
    }
    return headers;
  }

  /** Whether both have the same rules, however they were written, for the same known tools. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ToolPolicy that
        && rules.equals(that.rules)
        && Objects.equals(knownTools, that.knownTools);
  }

  @Override
  public int hashCode() {
    return Objects.hash(rules, knownTools);
  }

  PolicyRules rules() {
    return rules;
  }

  LoginCondition.Ages ages() {
    return ages;
  }

  /** Whether a target may exist, as far as the policy knows what the server has. */
  boolean exists(Target target) {
    if (target.kind() != Target.Kind.TOOL) {
      return true;
    }
    Set<String> known = knownTools;
    return known != null
        ? known.contains(target.name())
        : !rules.options().toolListComplete()
            || !rules.section(Target.Kind.TOOL).of(target.name()).isEmpty();
  }

  private void collect(Rule rule, Set<String> arguments) {
    Access whole = rule.access();
    anonymous |= whole.kind() == Access.Kind.ANONYMOUS;
    mirrors |= !whole.paramHeaders().isEmpty();
    arguments.addAll(whole.paramHeaders().keySet());
    whole.arguments().forEach(condition -> arguments.add(condition.argument()));
    for (Access access : whole.withBranches()) {
      access.schemes().forEach(scheme -> schemes.putIfAbsent(scheme, rule.id()));
      access.claims().forEach(c -> claimNames.add(ClaimPath.topLevel(c.claim())));
      if (access.login().acr() != null) {
        claimNames.add(LoginCondition.ACR);
      }
      if (access.login().maxAge() != null) {
        claimNames.add(LoginCondition.AUTH_TIME);
      }
      if (!access.roles().isEmpty()) {
        claimNames.add(rules.roleClaim().topLevel());
      }
      if (!access.groups().isEmpty()) {
        claimNames.add(rules.groupClaim().topLevel());
      }
    }
  }

  /** What a policy says of the messages of one request. */
  public sealed interface Verdict {
    /** Every message is allowed. */
    record Allowed() implements Verdict {}

    /**
     * The caller showed no credential, and not everything is open to everybody.
     *
     * @param scopes what to ask for: the initial scopes, and those that this request needs
     */
    record CredentialMissing(List<String> scopes) implements Verdict {}

    /**
     * A broader token would do.
     *
     * @param required every scope that the request needs, base scopes included, in the policy's
     *     order; where there is a choice, one alternative
     * @param missing those of them that the caller lacks
     * @param rule the first rule that asks for one of these
     */
    record ScopesMissing(List<String> required, List<String> missing, String rule)
        implements Verdict {}

    /**
     * Another login of the user would do: of another kind, or a more recent one (RFC 9470). It may
     * bring the scopes that are missing as well.
     *
     * @param required every scope that the request needs, as in {@link ScopesMissing}
     * @param missing those of them that the caller lacks, or none
     * @param acrValues one of these has to be the {@code acr}, the best first; null for any
     * @param maxAge the longest that the login may be ago; null for any time
     * @param rule the first rule that asks for a login which the caller's is not
     */
    record AuthenticationInsufficient(
        List<String> required,
        List<String> missing,
        @Nullable List<String> acrValues,
        @Nullable Duration maxAge,
        String rule)
        implements Verdict {}

    /**
     * No scope helps.
     *
     * @param cause why
     * @param call the message that is refused: its method and target
     * @param rule the rule that refuses it, or {@code no rule}
     */
    record Denied(Cause cause, String call, String rule) implements Verdict {}

    /** Nothing but notifications that no rule names: neither refused nor handed on. */
    record Ignored() implements Verdict {}

    /** Why no scope helps. */
    enum Cause {
      /** No rule names it. */
      NOT_NAMED,
      /** There is no such tool, as far as the policy knows the list of them. */
      UNKNOWN_TOOL,
      /** A rule denies it to everybody. */
      DENIED,
      /** The caller has none of the roles or groups, or none that gives the scope. */
      ROLE,
      /** A claim of the caller's token is missing or has another value. */
      CLAIM,
      /** The caller proved itself in another way than the rule accepts. */
      SCHEME,
      /**
       * The rule asks for a scope that the credential does not have, and no login gives it more.
       */
      CREDENTIAL_SCOPE,
      /**
       * The rule asks for a user's login that a caller with this credential cannot get, or the
       * rules of the request for logins that nobody has at once.
       */
      AUTHENTICATION,
      /** Somebody acts for the subject of the token who may not, or nobody does. */
      ACTOR,
      /** The scope is beyond what the client may ever have. */
      CLIENT_CAP
    }
  }

  /**
   * Which rules decided on a request, and why: for tests, logs and tooling, not for the client.
   *
   * @param verdict what the policy says
   * @param steps how it came to it, a line each: every message, the rules that it falls under, what
   *     they ask for and what the caller has
   */
  public record Explanation(ToolPolicy.Verdict verdict, List<String> steps) {
    /** A copy of the list. */
    public Explanation {
      steps = List.copyOf(steps);
    }

    /** All steps and the verdict, a line each. */
    @Override
    public String toString() {
      return String.join("\n", steps) + "\n" + verdict;
    }
  }

  /**
   * Whether a caller can get at a tool, prompt or resource, with the arguments that ask for least.
   */
  public enum Reach {
    /** As things are. */
    GRANTED,
    /** With a login, be it another one, or with more scopes. */
    STEP_UP,
    /**
     * Whatever scopes it asks for: denied, or a role, claim, scheme, actor or cap is in the way, or
     * it lacks something and has a credential to which no login brings more.
     */
    NEVER
  }
}
