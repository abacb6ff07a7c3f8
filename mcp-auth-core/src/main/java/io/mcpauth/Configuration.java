package io.mcpauth;

import io.mcpauth.edge.Edge;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.session.SessionStore;
import io.mcpauth.store.Store;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ResourceServer} is made of: complete, with every default, and changed by nobody.
 *
 * @param resource the resource
 * @param metadata its metadata document
 * @param tokens whose tokens it accepts, and which
 * @param edge how it is reached
 * @param policy what callers may do
 * @param sessions where the owners of sessions are kept
 * @param nodes how many nodes serve it
 * @param listeners who hears of decisions
 * @param clock of every time check
 */
record Configuration(
    ResourceIdentifier resource,
    ProtectedResourceMetadata metadata,
    Authenticator.Expectations tokens,
    Edge.Setup edge,
    Policy policy,
    SessionStore sessions,
    Store.DeclaredNodes nodes,
    List<AuthEvents> listeners,
    Clock clock) {
  /**
   * A policy, and where it is from.
   *
   * @param rules the policy at start
   * @param file the file that it was read from, or null
   * @param content what the file held
   * @param look the time between two looks at the file
   * @param exposeClaims the claims that a principal keeps whatever the policy asks
   */
  @SuppressWarnings("ArrayRecordComponent") // read from a file once, compared by nobody
  record Policy(
      ToolPolicy rules,
      @Nullable PolicyFile file,
      byte[] content,
      Duration look,
      Set<String> exposeClaims) {}

  Configuration {
    listeners = List.copyOf(listeners);
  }

  /**
   * The policy as it runs: from here on there may be a thread that looks at the file.
   *
   * @param schemes in which a caller can prove itself
   */
  LivePolicy livePolicy(Set<Scheme> schemes) {
    Set<String> issuers = new LinkedHashSet<>();
    tokens.servers().forEach(server -> issuers.addAll(server.acceptedIssuers()));
    LivePolicy.Accepted server = new LivePolicy.Accepted(issuers, policy.exposeClaims(), schemes);
    return policy.file() == null
        ? LivePolicy.of(policy.rules(), server)
        : LivePolicy.ofFile(policy.file(), policy.content(), policy.rules(), server, policy.look());
  }

  /** The authorization server that the mirror is of. */
  AuthorizationServer first() {
    return tokens.servers().get(0);
  }
}
