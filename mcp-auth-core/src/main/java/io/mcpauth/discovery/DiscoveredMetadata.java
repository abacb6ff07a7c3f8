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
 * @param steered whether a public MCP server led here, or the origin of an MCP server is where it
 *     was read: what it names then goes through an egress proxy only where that refuses private
 *     addresses, but for what was read inside
 */
public record DiscoveredMetadata(
    AuthorizationServerMetadata metadata, URI place, InetAddress address, boolean steered) {
  /** Of a document that was found otherwise: as if a public MCP server had led there. */
  public DiscoveredMetadata(AuthorizationServerMetadata metadata, URI place, InetAddress address) {
    this(metadata, place, address, true);
  }

  /**
   * Whether a request to a URL that the metadata names may go to a private address. What a public
   * issuer's document names may not lead inside; an issuer that is itself inside was put there by
   * the operator.
   */
  public boolean mayBePrivate(URI named) {
    String host = named.getHost();
    return (host != null && host.equalsIgnoreCase(place.getHost()))
        || AddressPolicy.isInside(address);
  }
}
