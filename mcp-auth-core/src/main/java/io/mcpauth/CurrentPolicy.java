package io.mcpauth;

import io.mcpauth.policy.ToolPolicy;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policy in force. Read by every request, changed as a whole. */
final class CurrentPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceServer.class);

  private final Set<String> issuers;
  private final Set<String> exposeClaims;
  private @Nullable Set<String> knownTools;
  private volatile InForce inForce;

  /**
   * A policy and what it needs to know of a caller. A request takes both at once: judged by the
   * rules of one policy on the claims for another, it could be refused although both allow it.
   *
   * @param policy the policy
   * @param claimNames the claims that a principal keeps; another instance whenever they change
   */
  record InForce(ToolPolicy policy, Set<String> claimNames) {}

  /**
   * The first policy.
   *
   * @param policy it
   * @param issuers every {@code iss} that is accepted
   * @param exposeClaims the claims that a principal keeps whatever the policy asks
   */
  CurrentPolicy(ToolPolicy policy, Set<String> issuers, Set<String> exposeClaims) {
    this.issuers = issuers;
    this.exposeClaims = exposeClaims;
    requireIssuers(policy);
    this.inForce = new InForce(policy, claims(policy));
  }

  InForce inForce() {
    return inForce;
  }

  ToolPolicy get() {
    return inForce.policy();
  }

  /** The claims that a principal keeps; another instance whenever they change. */
  Set<String> claimNames() {
    return inForce.claimNames();
  }

  /** Puts another policy in force, and says whether it differs from the one before. */
  synchronized boolean replace(ToolPolicy other) {
    requireIssuers(other);
    Set<String> tools = knownTools;
    ToolPolicy next = tools == null ? other : other.withTools(tools);
    InForce before = inForce;
    if (next.equals(before.policy())) {
      return false;
    }
    if (tools != null) {
      warnOfStrayRules(other, tools);
    }
    Set<String> claims = claims(other);
    inForce = new InForce(next, claims.equals(before.claimNames()) ? before.claimNames() : claims);
    return true;
  }

  synchronized void requireKnown(Collection<String> toolNames) {
    InForce before = inForce;
    inForce = new InForce(before.policy().withTools(toolNames), before.claimNames());
    knownTools = Set.copyOf(toolNames);
    warnOfStrayRules(before.policy(), toolNames);
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
    Set<String> claims = new LinkedHashSet<>(exposeClaims);
    claims.addAll(of.claimNames());
    return Collections.unmodifiableSet(claims);
  }

  /** A cap for another spelling of the issuer would never apply. */
  private void requireIssuers(ToolPolicy of) {
    for (String issuer : of.clientIssuers()) {
      if (!issuers.contains(issuer)) {
        throw new IllegalArgumentException(
            "A rule for a client names the issuer '"
                + issuer
                + "', but the tokens accepted here have one of "
                + new TreeSet<>(issuers)
                + ". Write one of these.");
      }
    }
  }
}
