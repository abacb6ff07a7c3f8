package io.mcpauth.authserver;

import io.mcpauth.client.ClientMetadata;
import io.mcpauth.internal.jose.PublishedKeys;
import io.mcpauth.internal.jose.SignedJwt;
import io.mcpauth.internal.jose.VerificationKey;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of a client, at hand ({@code jwks}) or at an address ({@code jwks_uri}), and the
 * algorithm it has committed itself to (RFC 7591 section 2; OpenID Connect Registration section 2).
 * Of a registered client or of a metadata document.
 */
public final class ClientKeys {
  /** Each may be tried for each assertion, before anybody has proven anything. */
  private static final int MAX_KEYS = 20;

  private final @Nullable PublishedKeys atHand;
  private final @Nullable URI address;
  private final @Nullable String algorithm;

  private ClientKeys(
      @Nullable PublishedKeys atHand, @Nullable URI address, @Nullable String algorithm) {
    this.atHand = atHand;
    this.address = address;
    this.algorithm = algorithm;
  }

  /**
   * The keys of a client's metadata.
   *
   * @throws IllegalArgumentException if there is not exactly one of {@code jwks} and {@code
   *     jwks_uri}; if the set has a private key, or none that may verify a signature; if the
   *     address is not https (http on loopback passes here, and is fetched only where {@link
   *     ClientAssertionVerifier.Builder#allowLoopbackKeysForDevelopment} was called); if {@code
   *     token_endpoint_auth_signing_alg} is no asymmetric algorithm
   */
  public static ClientKeys ofClient(ClientMetadata metadata) {
    Map<String, Object> jwks = metadata.jwks();
    String uri = metadata.jwksUri();
    String algorithm = metadata.tokenEndpointAuthSigningAlg();
    if ((jwks == null) == (uri == null)) {
      throw new IllegalArgumentException("The client must have either jwks or jwks_uri");
    }
    if (algorithm != null && !SignedJwt.isAlgorithm(algorithm)) { // RFC 8725 section 3.1
      throw new IllegalArgumentException(
          "token_endpoint_auth_signing_alg must be an asymmetric algorithm, such as ES256");
    }
    if (jwks != null) {
      requirePublic(jwks);
      return new ClientKeys(PublishedKeys.of(jwks), null, algorithm);
    }
    return new ClientKeys(null, address(String.valueOf(uri)), algorithm);
  }

  private static URI address(String text) {
    URI uri = WebAddress.parsed(text);
    if (uri != null
        && ("https".equals(uri.getScheme())
            || ("http".equals(uri.getScheme()) && Loopback.host(uri)))
        && uri.getHost() != null
        && uri.getRawUserInfo() == null
        && uri.getRawFragment() == null) {
      return uri;
    }
    throw new IllegalArgumentException(
        "jwks_uri must be an https URL without user-info and fragment");
  }

  /**
   * A private key that anybody can read proves nothing any more
   * (draft-ietf-oauth-client-id-metadata-document section 4.1).
   *
   * @throws IllegalArgumentException if a key of the set has a private part, or there are more than
   *     20 keys
   */
  static void requirePublic(Map<String, ? extends @Nullable Object> jwks) {
    if (jwks.get("keys") instanceof List<?> keys) {
      if (keys.size() > MAX_KEYS) {
        throw new IllegalArgumentException("jwks must have no more than " + MAX_KEYS + " keys");
      }
      for (Object key : keys) {
        if (VerificationKey.isSecret(key)) {
          throw new IllegalArgumentException("jwks must hold public keys only");
        }
      }
    }
  }

  /**
   * A document of the outside must not name keys on this machine.
   *
   * @throws IllegalArgumentException if it does
   */
  void requireReachableFrom(ClientIdUrl document) {
    if (isLoopback() && !document.isLoopback()) {
      throw new IllegalArgumentException("jwks_uri must not be a loopback address");
    }
  }

  boolean isLoopback() {
    return address != null && Loopback.host(address);
  }

  @Nullable PublishedKeys atHand() {
    return atHand;
  }

  @Nullable URI address() {
    return address;
  }

  /** {@code token_endpoint_auth_signing_alg}, or null where any asymmetric algorithm will do. */
  @Nullable String algorithm() {
    return algorithm;
  }

  @Override
  public String toString() {
    return "ClientKeys[" + (address == null ? "at hand" : address.toString()) + "]";
  }
}
