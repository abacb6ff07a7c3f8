package io.mcpauth;

import io.mcpauth.access.AccessGate;
import io.mcpauth.edge.Edge;
import io.mcpauth.metadata.ProtectedResourceMetadata;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.session.MessageEndpoints;
import io.mcpauth.session.SessionLimits;
import io.mcpauth.signals.Signals;
import io.mcpauth.store.Follower;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import java.time.Clock;
import java.time.Duration;
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
 * @param answers what the refused are told beside what every refusal has
 * @param policy what callers may do
 * @param sessions how many sessions there may be
 * @param messagePaths where messages of HTTP+SSE are posted, as far as it is declared
 * @param opened the state that all nodes share, and what closes it with the server
 * @param storeMaxAge how old a node's copy of it may be
 * @param signals which signals from outside end access
 * @param nodes how many nodes serve it
 * @param listeners who hears of decisions
 * @param clock of every time check
 */
record Configuration(
    ResourceIdentifier resource,
    ProtectedResourceMetadata metadata,
    Authenticator.Expectations tokens,
    Edge.Setup edge,
    Answers answers,
    Policy policy,
    SessionLimits sessions,
    List<String> messagePaths,
    OpenStore opened,
    Duration storeMaxAge,
    Signals.Rules signals,
    Store.DeclaredNodes nodes,
    List<AuthEvents> listeners,
    Clock clock) {
  /**
   * What the refused are told beside what every refusal has.
   *
   * @param challengeScopes which scopes a challenge names beside the required ones
   * @param echoIds whether the body of a request without a credential is read for its id
   */
  record Answers(ChallengeScopes challengeScopes, boolean echoIds) {}

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
    messagePaths = List.copyOf(messagePaths);
  }

  /**
   * The policy as it runs: from here on there may be a thread that looks at the file.
   *
   * @param schemes in which a caller can prove itself
   */
  LivePolicy livePolicy(Set<Scheme> schemes) {
    LivePolicy.Accepted server =
        new LivePolicy.Accepted(
            tokens.issuers(), policy.exposeClaims(), schemes, clock, tokens.clockSkew());
    return policy.file() == null
        ? LivePolicy.of(policy.rules(), server)
        : LivePolicy.ofFile(policy.file(), policy.content(), policy.rules(), server, policy.look());
  }

  /** The state that all nodes share. */
  Store store() {
    return opened.store();
  }

  /**
   * The gate, which follows the store from here on.
   *
   * @param live of which principals it may need to know more
   * @param also who else hears of what is new in the store
   */
  AccessGate accessGate(LivePolicy live, List<Follower.Listener> also) {
    return AccessGate.start(
        new AccessGate.Following(store(), storeMaxAge, tokens.issuers(), live::keepGroups, also));
  }

  /** The message endpoints, of which there are none yet. */
  MessageEndpoints messageEndpoints() {
    String path = edge.endpoint().path();
    return new MessageEndpoints(resource.origin(), path.isEmpty() ? "/" : path, messagePaths);
  }

  /** The authorization server that the mirror is of. */
  AuthorizationServer first() {
    return tokens.servers().get(0);
  }

  /** What receives the signals; nothing where there are none. */
  @Nullable Signals signals(Edge at, Authenticator authenticator, AccessGate gate) {
    return signals.logout() == null && signals.events() == null
        ? null
        : new Signals(
            signals,
            new Signals.Parts(
                tokens.servers().stream().map(AuthorizationServer::issuer).toList(),
                at,
                authenticator,
                gate.control(),
                gate::rules,
                store(),
                tokens.clockSkew(),
                clock));
  }
}
