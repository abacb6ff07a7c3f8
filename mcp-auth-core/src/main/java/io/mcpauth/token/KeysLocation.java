package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.net.Loopback;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where the keys of an issuer are.
 *
 * @param uri the {@code jwks_uri}
 * @param policy the addresses that its host may have
 * @param metadata the document that names it, or null where it is configured
 */
record KeysLocation(URI uri, AddressPolicy policy, @Nullable AuthorizationServerMetadata metadata) {
  /** Where the operator says. */
  static KeysLocation configured(URI uri) {
    return new KeysLocation(uri, AddressPolicy.OPERATOR_CONFIGURED, null);
  }

  /**
   * Where the metadata says.
   *
   * @throws IllegalArgumentException if it names no https URL
   */
  static KeysLocation of(DiscoveredMetadata found) {
    AuthorizationServerMetadata metadata = found.metadata();
    URI uri = uri(metadata.jwksUri());
    boolean http = "http".equals(uri.getScheme());
    boolean loopback = Loopback.host(URI.create(metadata.issuer()));
    if (uri.getHost() == null || !("https".equals(uri.getScheme()) || (http && loopback))) {
      throw notHttps();
    }
    return new KeysLocation(
        uri,
        found.mayBePrivate(uri) ? AddressPolicy.OPERATOR_CONFIGURED : AddressPolicy.PUBLIC_ONLY,
        metadata);
  }

  private static URI uri(@Nullable String text) {
    if (text == null) {
      throw notHttps();
    }
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw notHttps();
    }
  }

  private static IllegalArgumentException notHttps() {
    return new IllegalArgumentException("jwks_uri is not an https URL");
  }
}
