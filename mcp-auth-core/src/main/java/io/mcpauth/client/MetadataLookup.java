package io.mcpauth.client;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.outbound.OutboundConnections;
import java.net.URI;

/** Asks the issuer's own metadata (RFC 8414 section 2). */
final class MetadataLookup implements EndpointLookup {
  private final OutboundConnections connections;

  MetadataLookup(OutboundConnections connections) {
    this.connections = connections;
  }

  @Override
  public Location locate(String issuer) {
    try (AuthorizationServerDiscovery discovery = new AuthorizationServerDiscovery(connections)) {
      return discovery.fetch(
          issuer, AuthorizationServerDiscovery.Form.OAUTH_INSERTED, MetadataLookup::location);
    } catch (AuthException e) {
      throw new IllegalStateException(e.facts().toString(), e); // what is wrong at each place
    }
  }

  private static Location location(DiscoveredMetadata found) {
    String endpoint = found.metadata().tokenEndpoint();
    if (endpoint == null) {
      throw new IllegalArgumentException("it has no token_endpoint");
    }
    URI uri = URI.create(endpoint);
    return new Location(
        uri,
        found.mayBePrivate(uri)
            ? AddressPolicy.OPERATOR_CONFIGURED
            : AddressPolicy.NAMED_BY_A_PUBLIC_SERVER,
        found.metadata().tokenEndpointAuthMethodsSupported());
  }
}
