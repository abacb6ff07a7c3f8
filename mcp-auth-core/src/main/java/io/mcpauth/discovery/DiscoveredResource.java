package io.mcpauth.discovery;

import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.net.Loopback;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The protected resource metadata (RFC 9728 section 2) of an MCP server, as a client found it and
 * matched it with the URL that it calls.
 *
 * @param mcpUrl the URL of the MCP server, as the user wrote it
 * @param resource the {@code resource} verbatim, for the {@code resource} of requests
 * @param authorizationServers the {@code authorization_servers} verbatim; at least one
 * @param scopesSupported the {@code scopes_supported}, or null where it is missing
 * @param dpopRequired the {@code dpop_bound_access_tokens_required}: whether it takes no other
 *     tokens than those that are bound to a key (RFC 9449)
 * @param place the URL that the document was read from
 * @param address what the host of that URL resolved to
 * @param inside whether private addresses are meant, whatever the server says
 */
public record DiscoveredResource(
    URI mcpUrl,
    URI resource,
    List<String> authorizationServers,
    @Nullable List<String> scopesSupported,
    boolean dpopRequired,
    URI place,
    InetAddress address,
    boolean inside) {
  /** Copies the lists. */
  public DiscoveredResource {
    authorizationServers = List.copyOf(authorizationServers);
    scopesSupported = scopesSupported == null ? null : List.copyOf(scopesSupported);
  }

  /**
   * Whether a URL that the document names may lead to a private address: where the user named a
   * private MCP server, never where a public one names it (CVE-2026-45609).
   */
  boolean mayBePrivate() {
    // The document of the very host that the user named came from inside, over TLS or loopback.
    boolean own = mcpUrl.getHost().equalsIgnoreCase(place.getHost());
    return inside || Loopback.host(mcpUrl) || (own && AddressPolicy.isInside(address));
  }

  AddressPolicy policy() {
    return mayBePrivate() ? AddressPolicy.OPERATOR_CONFIGURED : AddressPolicy.PUBLIC_ONLY;
  }
}
