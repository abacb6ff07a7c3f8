package io.mcpauth.discovery;

import io.mcpauth.internal.http.AddressPolicy;
import java.net.InetAddress;
import java.net.URI;

/**
 * The metadata of an authorization server, and where it came from.
 *
 * @param metadata the document
 * @param place the URL that it was read from
 * @param address what the host of that URL resolved to
 */
public record DiscoveredMetadata(
    AuthorizationServerMetadata metadata, URI place, InetAddress address) {
  /**
   * Whether a request to a URL that the metadata names may go to a private address. What a public
   * issuer's document names may not lead inside; an issuer that is itself inside was put there by
   * the operator.
   */
  public boolean mayBePrivate(URI named) {
    String host = named.getHost();
    return (host != null && host.equalsIgnoreCase(place.getHost()))
        || !AddressPolicy.PUBLIC_ONLY.admits(address);
  }
}
