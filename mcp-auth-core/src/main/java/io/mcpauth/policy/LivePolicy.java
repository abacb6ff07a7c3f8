package io.mcpauth.policy;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy of a running server: read by every request, changed as a whole, by a call or because
 * its file changed. {@code ResourceServer.livePolicy()} gives it; used by all threads.
 */
public final class LivePolicy implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LivePolicy.class);

  private final Accepted accepted;
  private final @Nullable PolicyReload file;
  private final @Nullable PolicyWatch watch;
  private @Nullable Set<String> knownTools;
  private volatile InForce inForce;

  /**
   * What a server knows that rules have to fit.
   *
   * @param issuers every {@code iss} that is accepted
   * @param exposeClaims the claims that a principal keeps whatever the policy asks
   * @param schemes in which a caller can prove itself
   */
  public record Accepted(Set<String> issuers, Set<String> exposeClaims, Set<Scheme> schemes) {}

  /**
   * What principals of one time keep. A principal of another generation may lack a claim that a
   * rule asks for, or have one that nobody asks for any more.
   *
   * @param number another one whenever the claims are others
   * @param claimNames the claims
   */
  public record Generation(long number, Set<String> claimNames) {}

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
    requireFit(policy);
    warn(policy);
    this.inForce = new InForce(policy, new Generation(0, claims(policy)));
    this.file = file == null ? null : new PolicyReload(file, content, this, LOG);
    PolicyReload reload = this.file;
    this.watch =
        reload == null || look.isZero() ? null : PolicyWatch.start(reload::ifChanged, look);
  }

  /**
   * A policy that code changes.
   *
   * @throws IllegalArgumentException if it has a rule for a client of an issuer, or for a scheme,
   *     that is not accepted
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
   * Puts another policy in force, with the next request and as a whole.
   *
   * @return whether its rules are others than before
   * @throws IllegalArgumentException if it has a rule for a client of an issuer, or for a scheme,
   *     that is not accepted
   * @throws IllegalStateException if it does not name a tool that {@link #requireKnown} named; the
   *     one in force stays in both cases
   */
  public synchronized boolean replace(ToolPolicy other) {
    requireFit(other);
    Set<String> tools = knownTools;
    ToolPolicy next = tools == null ? other : other.withTools(tools);
    InForce before = inForce;
    if (next.equals(before.policy())) {
      return false;
    }
    warn(other);
    if (tools != null) {
      warnOfStrayRules(other, tools);
    }
    Set<String> claims = claims(other);
    Generation generation = before.generation();
    inForce =
        new InForce(
            next,
            claims.equals(generation.claimNames())
                ? generation
                : new Generation(generation.number() + 1, claims));
    return true;
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

  /** Whether the policy is from a file that is looked at now and then. */
  public boolean isWatched() {
    return watch != null;
  }

  /** Ends the looks at the file; the policy in force stays. */
  @Override
  public void close() {
    PolicyWatch looks = watch;
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
    return Collections.unmodifiableSet(claims);
  }

  /** None of it is an error: it may have been meant. */
  private static void warn(ToolPolicy of) {
    of.warnings().forEach(warning -> LOG.warn("policy: {}", warning));
  }

  /**
   * Holds a policy to what this server knows, and changes nothing: what {@link #replace} asks
   * first.
   *
   * @throws IllegalArgumentException if it has a rule for a client of an issuer, or for a scheme,
   *     that is not accepted
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
                + ". Write one of these in the rule, or no scheme.");
      }
    }
  }

  /** A cap for another spelling of the issuer would never apply. */
  private void requireIssuers(ToolPolicy of) {
    for (String issuer : of.clientIssuers()) {
      if (!accepted.issuers().contains(issuer)) {
        throw new IllegalArgumentException(
            "A rule for a client names the issuer '"
                + issuer
                + "', but the tokens accepted here have one of "
                + new TreeSet<>(accepted.issuers())
                + ". Write one of these.");
      }
    }
  }
}
