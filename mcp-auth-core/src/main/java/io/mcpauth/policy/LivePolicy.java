package io.mcpauth.policy;

import io.mcpauth.internal.net.RepeatedLook;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy of a running server: read by every request, changed as a whole, by a call or because
 * its file changed. {@code ResourceServer.livePolicy()} gives it; used by all threads.
 *
 * <pre>{@code
 * server.livePolicy().requireKnown(List.of("read_file")); // the start ends where one has no rule
 *
 * // later, on any thread
 * ToolPolicy closed = ToolPolicy.builder().tool("read_file", Access.denied()).build();
 * server.livePolicy().replace(closed); // decides on the next request
 * }</pre>
 */
public final class LivePolicy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LivePolicy.class);

  private final Accepted accepted;
  private final @Nullable PolicyReload file;
  private final @Nullable RepeatedLook watch;
  private @Nullable Set<String> knownTools;
  private Map<String, Access> declared;
  private boolean keepsGroups;
  private volatile InForce inForce;

  /**
   * What a server knows that rules have to fit.
   *
   * @param issuers every {@code iss} that is accepted
   * @param exposeClaims the claims that a principal keeps whatever the policy asks
   * @param schemes in which a caller can prove itself
   * @param clock by which it judges how long ago a login was
   * @param clockSkew how far the clocks may differ
   */
  public record Accepted(
      Set<String> issuers,
      Set<String> exposeClaims,
      Set<Scheme> schemes,
      Clock clock,
      Duration clockSkew) {
    private LoginCondition.Ages ages() {
      return new LoginCondition.Ages(clock, clockSkew);
    }
  }

  /**
   * What principals of one time keep. A principal of another generation may lack a claim that a
   * rule asks for, or have one that nobody asks for any more.
   *
   * @param number another one whenever the claims or the scopes given are others
   * @param claimNames the claims
   * @param given the scopes that roles and groups give
   */
  public record Generation(long number, Set<String> claimNames, Given given) {
    /** A generation in which roles and groups give nothing. */
    public Generation(long number, Set<String> claimNames) {
      this(number, claimNames, (issuer, granted, claims) -> granted);
    }

    /** The groups of a principal with these claims; null where this generation keeps none. */
    public @Nullable Set<String> groups(Map<String, Object> claims) {
      return given.groups(claimNames, claims);
    }
  }

  /** The scopes that roles and groups give besides those of the token. */
  public interface Given {
    /**
     * The scopes of a caller.
     *
     * @param issuer the {@code iss} of its token
     * @param granted those of its token
     * @param claims what a principal of the generation keeps
     */
    Set<String> with(String issuer, Set<String> granted, Map<String, Object> claims);

    /** The groups of a caller; null where the claim that has them is not among those kept. */
    default @Nullable Set<String> groups(Set<String> kept, Map<String, Object> claims) {
      return null;
    }
  }

  /**
   * A policy and what it needs to know of a caller. A request takes both at once: judged by the
   * rules of one policy on the claims for another, it could be refused although both allow it.
   *
   * @param policy the policy
   * @param generation of the principals that it judges
   */
  public record InForce(ToolPolicy policy, Generation generation) {}

  private LivePolicy(
      ToolPolicy policy,
      Accepted accepted,
      @Nullable PolicyFile file,
      byte[] content,
      Duration look) {
    this.accepted = accepted;
    this.declared = policy.declared();
    requireFit(policy);
    warn(policy);
    this.inForce =
        new InForce(
            policy.judgingBy(accepted.ages()),
            new Generation(0, claims(policy), policy.rules().given()));
    this.file = file == null ? null : new PolicyReload(file, content, this, LOG);
    PolicyReload reload = this.file;
    this.watch = reload == null || look.isZero() ? null : watch(reload, look);
  }

  private static RepeatedLook watch(PolicyReload file, Duration look) {
    return RepeatedLook.start(
        "policy",
        file::ifChanged,
        () -> TimeUnit.NANOSECONDS.sleep(look.toNanos()),
        e -> LOG.error("The policy file could not be looked at: {}", e.getClass().getName()));
  }

  /**
   * A policy that code changes.
   *
   * @throws IllegalArgumentException if it names an issuer or a scheme that is not accepted
   */
  public static LivePolicy of(ToolPolicy policy, Accepted accepted) {
    return new LivePolicy(policy, accepted, null, new byte[0], Duration.ZERO);
  }

  /**
   * The policy of a file, which is looked at now and then.
   *
   * @param policy what the content says
   * @param content what the file held when the policy was made of it
   * @param look the time between two looks; zero for none
   * @throws IllegalArgumentException as {@link #of}
   */
  public static LivePolicy ofFile(
      PolicyFile file, byte[] content, ToolPolicy policy, Accepted accepted, Duration look) {
    return new LivePolicy(policy, accepted, file, content, look);
  }

  /** The policy in force, for lists and explanations; another one after a change. */
  public ToolPolicy get() {
    return inForce.policy();
  }

  /** The policy in force with the generation of its principals, for a request. */
  public InForce inForce() {
    return inForce;
  }

  /**
   * Puts another policy in force, with the next request and as a whole. What the code of tools
   * declares stays and counts beside it: {@link ToolPolicy#withDeclared}.
   *
   * @return whether its rules are others than before
   * @throws IllegalArgumentException if it names an issuer or a scheme that is not accepted
   * @throws IllegalStateException if it does not name a tool that {@link #requireKnown} named; the
   *     one in force stays in both cases
   */
  public synchronized boolean replace(ToolPolicy written) {
    ToolPolicy other = withDeclared(written);
    requireFit(other);
    Set<String> tools = knownTools;
    ToolPolicy next = (tools == null ? other : other.withTools(tools)).judgingBy(accepted.ages());
    InForce before = inForce;
    if (next.equals(before.policy())) {
      return false;
    }
    warn(other);
    if (tools != null) {
      warnOfStrayRules(other, tools);
    }
    inForce = new InForce(next, next(before.generation(), other));
    return true;
  }

  private ToolPolicy withDeclared(ToolPolicy written) {
    return written.declared().equals(declared) ? written : written.withDeclared(declared);
  }

  /** Under the lock. */
  private Generation next(Generation before, ToolPolicy policy) {
    Set<String> claims = claims(policy);
    Given given = policy.rules().given();
    return claims.equals(before.claimNames()) && given.equals(before.given())
        ? before
        : new Generation(before.number() + 1, claims, given);
  }

  /**
   * Loads the policy file and puts it in force, with the next request and as a whole. Where that
   * fails the policy in force stays.
   *
   * @return whether the rules are others than before
   * @throws IllegalArgumentException if the file cannot be read, is no policy, or has a rule for a
   *     client of an issuer, or for a scheme, that is not accepted
   * @throws IllegalStateException if it does not name a tool that {@link #requireKnown} named, or
   *     the policy is not from a file
   */
  public boolean reload() {
    PolicyReload reload = file;
    if (reload == null) {
      throw new IllegalStateException(
          "The policy is not from a file. Write builder(resource, server, PolicyFile.at(path)), or"
              + " call replace(policy).");
    }
    return reload.now();
  }

  /**
   * Says which tools the server has, before it serves, and again where they change: a call to
   * another one is answered as one to an unknown tool (HTTP 200, JSON-RPC -32602).
   *
   * @throws IllegalStateException if no rule names one of them: a policy was forgotten or misspelt
   */
  public synchronized void requireKnown(Collection<String> toolNames) {
    InForce before = inForce;
    inForce = new InForce(before.policy().withTools(toolNames), before.generation());
    knownTools = Set.copyOf(toolNames);
    warnOfStrayRules(before.policy(), toolNames);
  }

  /**
   * Says what the code of tools declares of them, where the server was built before that was known:
   * as {@code ResourceServerBuilder.declaredTools}, with the next request. The metadata stay as
   * they are. Tools of which something is declared already stay as they are.
   *
   * @throws IllegalArgumentException if something else is declared of one of them, a name cannot be
   *     that of a tool, or a rule asks for a scheme that is not accepted; nothing has changed then
   */
  public synchronized void declare(Map<String, Access> tools) {
    if (declared.entrySet().containsAll(tools.entrySet())) {
      return;
    }
    InForce before = inForce;
    ToolPolicy next = before.policy().alsoDeclaring(tools);
    requireFit(next);
    inForce = new InForce(next, next(before.generation(), next));
    declared = next.declared();
  }

  /**
   * Has principals keep their groups from now on, though no rule of the policy may ask for them: a
   * rule of access does. Those of before are of another generation.
   */
  public synchronized void keepGroups() {
    if (!keepsGroups) {
      keepsGroups = true;
      InForce before = inForce;
      inForce = new InForce(before.policy(), next(before.generation(), before.policy()));
    }
  }

  /** Whether the policy is from a file that is looked at now and then. */
  public boolean isWatched() {
    return watch != null;
  }

  /** Ends the looks at the file; the policy in force stays. */
  @Override
  public void close() {
    RepeatedLook looks = watch;
    if (looks != null) {
      looks.close();
    }
  }

  /** No error: a policy may be shared by servers with different tools. */
  private static void warnOfStrayRules(ToolPolicy of, Collection<String> toolNames) {
    List<String> stray = of.toolsNotAmong(toolNames);
    if (!stray.isEmpty()) {
      LOG.warn(
          "policy: rules for {} name no tool of this server {}; correct the names, or remove them",
          stray,
          new TreeSet<>(toolNames));
    }
  }

  private Set<String> claims(ToolPolicy of) {
    Set<String> claims = new LinkedHashSet<>(accepted.exposeClaims());
    claims.addAll(of.claimNames());
    if (keepsGroups) {
      claims.add(of.rules().groupClaim().topLevel());
    }
    return Collections.unmodifiableSet(claims);
  }

  private void warn(ToolPolicy of) {
    warnings(of).forEach(warning -> LOG.warn("policy: {}", warning));
  }

  /**
   * What a policy says that its writer may not have meant: what {@link ToolPolicy#warnings} finds,
   * and what is so on this server alone. None of it is an error.
   */
  public List<String> warnings(ToolPolicy of) {
    List<String> all = new ArrayList<>(of.warnings());
    if (of.givesScopesForEveryIssuer() && accepted.issuers().size() > 1) {
      all.add(
          "roles and groups give scopes whoever issued the token, and tokens of "
              + new TreeSet<>(accepted.issuers())
              + " are accepted: who manages groups at one of them can give these scopes; write"
              + " those that may into givenByIssuers");
    }
    if (accepted.schemes().contains(Scheme.SESSION) && !of.schemes().containsKey(Scheme.SESSION)) {
      all.add(
          "browser sessions are accepted, and get at nothing: a rule lets them in only where its"
              + " schemes name 'Session'");
    }
    return List.copyOf(all);
  }

  /**
   * Holds a policy to what this server knows, and changes nothing: what {@link #replace} asks
   * first.
   *
   * @throws IllegalArgumentException if it names an issuer or a scheme that is not accepted
   */
  public void requireFit(ToolPolicy of) {
    requireIssuers(of);
    requireSchemes(of);
  }

  /** A rule that nobody can meet was meant for somebody. */
  private void requireSchemes(ToolPolicy of) {
    for (Map.Entry<Scheme, String> named : of.schemes().entrySet()) {
      if (!accepted.schemes().contains(named.getKey())) {
        throw new IllegalArgumentException(
            "Rule '"
                + named.getValue()
                + "' asks for the scheme '"
                + named.getKey().wire()
                + "', in which nobody can prove himself here: this server accepts "
                + accepted.schemes().stream().map(Scheme::wire).sorted().toList()
                + ". Write one of these in the rule, or no scheme; or have the server accept it,"
                + " with "
                + accepting(named.getKey())
                + ".");
      }
    }
  }

  /** What to write for a scheme, in code and as a setting where there is one. */
  private static String accepting(Scheme scheme) {
    return switch (scheme) {
      case API_KEY -> "ApiKeys, without code MCP_AUTH_API_KEYS or MCP_AUTH_API_KEYS_FILE";
      case BASIC -> "BasicCredentials, without code MCP_AUTH_BASIC";
      case DPOP -> "DpopProofs, without code MCP_AUTH_DPOP";
      case MUTUAL_TLS -> "ClientCertificates, without code MCP_AUTH_MTLS";
      case PROXY -> "ProxyTokens, without code MCP_AUTH_PROXY_TOKEN_*";
      case SESSION -> "BrowserSessions, in code alone";
      case BEARER ->
          "neither ProxyTokens (MCP_AUTH_PROXY_TOKEN_*), beside which nothing else counts, nor a"
              + " proof that is required (MCP_AUTH_DPOP, MCP_AUTH_MTLS_REQUIRED)";
    };
  }

  /** What is for another spelling of the issuer would never apply. */
  private void requireIssuers(ToolPolicy of) {
    of.clientIssuers().forEach(issuer -> requireAccepted("A rule for a client names", issuer));
    of.givingIssuers().forEach(issuer -> requireAccepted("givenByIssuers has", issuer));
  }

  private void requireAccepted(String where, String issuer) {
    if (!accepted.issuers().contains(issuer)) {
      throw new IllegalArgumentException(
          where
              + " the issuer '"
              + issuer
              + "', but the tokens accepted here have one of "
              + new TreeSet<>(accepted.issuers())
              + ". Write one of these.");
    }
  }
}
