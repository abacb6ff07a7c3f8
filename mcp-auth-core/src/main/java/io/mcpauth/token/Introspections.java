package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.internal.jose.SignatureChecks;
import io.mcpauth.outbound.OutboundConnections;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** What asks authorization servers about their tokens: for each of them connections of its own. */
final class Introspections implements AutoCloseable {
  private final AuthorizationServerDiscovery discovery;
  private final Executor lookups;
  private final OutboundConnections connections;
  private final SignatureChecks checks;
  private final Clock clock;
  private final List<OutboundHttp> opened = new CopyOnWriteArrayList<>();

  /**
   * None yet.
   *
   * @param lookups finds endpoints in metadata
   * @param checks verifies signed answers
   */
  Introspections(
      AuthorizationServerDiscovery discovery,
      Executor lookups,
      OutboundConnections connections,
      SignatureChecks checks,
      Clock clock) {
    this.discovery = discovery;
    this.lookups = lookups;
    this.connections = connections;
    this.checks = checks;
    this.clock = clock;
  }

  /**
   * What asks one server.
   *
   * @param keys its keys, for signed answers
   */
  Introspector of(
      AuthorizationServer server, Introspection how, IssuerKeys keys, Lifetime lifetime) {
    OutboundHttp http = new OutboundHttp(connections, AskingLimits.MOST_AT_ONCE);
    opened.add(http);
    return new Introspector(
        server,
        how,
        new IntrospectionEndpoint(server, how, discovery, lookups),
        http,
        connections.timeout(),
        new SignedAnswers(
            server, how.inquiry().clientId(), keys, checks, lifetime.clockSkew(), clock),
        clock);
  }

  @Override
  public void close() {
    opened.forEach(OutboundHttp::close);
  }
}
