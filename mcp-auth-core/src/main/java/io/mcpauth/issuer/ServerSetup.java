package io.mcpauth.issuer;

import io.mcpauth.authserver.RequestSources;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.policy.ScopeText;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.store.Store;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a server was told, checked: what every room of it reads.
 *
 * @param resources the identifiers that tokens may be asked for, in order; where there is one, a
 *     request that names none gets it (clients of MCP 2025-03-26 name none)
 * @param scopes all on offer, in order, with what people read of them
 * @param firstParties clients that the operator vouches for, and excuses from the consent where
 *     {@code consent} says so
 * @param ways in which clients may come to be known, until the operator says otherwise
 * @param signing keys of signed tokens, or null for opaque ones
 * @param pages null for those of the library
 * @param connections how documents and keys of clients are fetched
 * @param loopbackDocuments whether they may be on this machine
 * @param registeredScopesOnly whether clients are held to the scopes that they registered
 * @param audienceScopes null, or the scopes without which a token has no audience but its client:
 *     as servers with audience mappers behave, to try clients on it
 */
record ServerSetup(
    OAuthAddresses addresses,
    Store store,
    Login login,
    Set<String> resources,
    Map<String, ScopeText> scopes,
    Duration accessTokenLifetime,
    Duration refreshTokenLifetime,
    Consent consent,
    Set<String> firstParties,
    Set<Client.Way> ways,
    @Nullable SealKeys signing,
    RequestSources sources,
    Consumer<AuthorizationEvent> events,
    @Nullable PageRenderer pages,
    OutboundConnections connections,
    boolean loopbackDocuments,
    boolean registeredScopesOnly,
    @Nullable Set<String> audienceScopes,
    Clock clock) {
  String issuer() {
    return addresses.issuer();
  }

  /** Where a request is from, or null where that cannot be told. */
  @Nullable String source(OAuthRequest request) {
    return sources.of(
        request.remoteAddress(), request.headers("X-Forwarded-For"), request.headers("Forwarded"));
  }

  /**
   * The resource that a request is about (RFC 8707 section 2): the one that it names, or the only
   * one.
   *
   * @throws AuthException RESOURCE_NOT_SERVED
   */
  String resource(List<String> named) {
    if (audienceScopes != null) {
      return resources.iterator().next(); // as where a mapper brings it: nothing is read
    }
    Set<String> asked = new LinkedHashSet<>(named);
    if (asked.isEmpty() && resources.size() == 1) {
      return resources.iterator().next();
    }
    if (asked.size() != 1) {
      throw new AuthException(
          ReasonCode.RESOURCE_NOT_SERVED,
          "Name one resource: " + String.join(" ", resources),
          Map.of());
    }
    String one = asked.iterator().next();
    for (String resource : resources) {
      if (resource.equals(one) || ((resource + "/").equals(one) && isOrigin(resource))) {
        return resource;
      }
    }
    throw new AuthException(ReasonCode.RESOURCE_NOT_SERVED, Map.of("found", one));
  }

  /** Clients write an origin with the slash that some URL parsers add. */
  private static boolean isOrigin(String resource) {
    return URI.create(resource).getRawPath().isEmpty();
  }
}
