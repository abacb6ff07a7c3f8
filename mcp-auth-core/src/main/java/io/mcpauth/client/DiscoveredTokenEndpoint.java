package io.mcpauth.client;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.discovery.DiscoveryForm;
import io.mcpauth.internal.http.AddressPolicy;
import java.net.URI;

/** Token endpoints whose address the metadata of their issuer says (RFC 8414 section 2). */
public final class DiscoveredTokenEndpoint {
  private DiscoveredTokenEndpoint() {}

  /**
   * The token endpoint of an issuer. Its metadata is read with the first token request, and again
   * after the endpoint could not be reached.
   *
   * @param issuer the issuer identifier, exactly as the server's own metadata spells it
   * @throws IllegalArgumentException as {@link TokenEndpoint#of} does
   */
  public static TokenEndpoint of(String issuer, ClientAuthentication authentication) {
    return TokenEndpoint.found(issuer, DiscoveredTokenEndpoint::locate, authentication);
  }

  private static EndpointLookup.Location locate(String issuer) {
    try (AuthorizationServerDiscovery discovery = new AuthorizationServerDiscovery()) {
      return discovery.fetch(
          issuer, DiscoveryForm.OAUTH_INSERTED, DiscoveredTokenEndpoint::location);
    }
  }

  private static EndpointLookup.Location location(DiscoveredMetadata found) {
    String endpoint = found.metadata().tokenEndpoint();
    if (endpoint == null) {
      throw new IllegalArgumentException("it has no token_endpoint");
    }
    URI uri = URI.create(endpoint);
    return new EndpointLookup.Location(
        uri,
        found.mayBePrivate(uri) ? AddressPolicy.OPERATOR_CONFIGURED : AddressPolicy.PUBLIC_ONLY);
  }
}
