package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.net.Loopback;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where something of an authorization server is that is asked for from here: its keys, its
 * introspection endpoint.
 *
 * @param uri its URL
 * @param policy the addresses that its host may have
 * @param metadata the document that names it, or null where it is configured
 */
record ProviderAddress(
    URI uri, AddressPolicy policy, @Nullable AuthorizationServerMetadata metadata) {
  /** Where the operator says. */
  static ProviderAddress configured(URI uri, boolean plainHttp) {
    return new ProviderAddress(
        uri,
        plainHttp
            ? AddressPolicy.PLAIN_HTTP_THAT_THE_OPERATOR_INSISTS_ON
            : AddressPolicy.OPERATOR_CONFIGURED,
        null);
  }

  /**
   * Where the metadata says that the keys are.
   *
   * @throws IllegalArgumentException if it names no https URL
   */
  static ProviderAddress ofKeys(DiscoveredMetadata found) {
    return named("jwks_uri", found.metadata().jwksUri(), found);
  }

  /**
   * Where the metadata says that tokens are asked about (RFC 8414 section 2).
   *
   * @throws IllegalArgumentException if it names no https URL
   */
  static ProviderAddress ofIntrospection(DiscoveredMetadata found) {
    return named("introspection_endpoint", found.metadata().introspectionEndpoint(), found);
  }

  private static ProviderAddress named(
      String member, @Nullable String text, DiscoveredMetadata found) {
    URI uri = uri(member, text);
    boolean http = "http".equals(uri.getScheme());
    boolean loopback = Loopback.host(found.place());
    if (uri.getHost() == null || !("https".equals(uri.getScheme()) || (http && loopback))) {
      throw notHttps(member);
    }
    return new ProviderAddress(
        uri,
        found.mayBePrivate(uri)
            ? AddressPolicy.OPERATOR_CONFIGURED
            : AddressPolicy.NAMED_BY_A_PUBLIC_SERVER,
        found.metadata());
  }

  private static URI uri(String member, @Nullable String text) {
    if (text == null) {
      throw notHttps(member);
    }
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw notHttps(member);
    }
  }

  private static IllegalArgumentException notHttps(String member) {
    return new IllegalArgumentException(member + " is not an https URL");
  }
}
