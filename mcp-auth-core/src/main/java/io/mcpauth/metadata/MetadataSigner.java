package io.mcpauth.metadata;

import io.mcpauth.internal.jose.SigningKey;
import io.mcpauth.internal.json.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Signs the metadata of a resource with a key of the resource (RFC 9728 section 2.2), for consumers
 * that want to know it unchanged by whoever serves it.
 *
 * <p>The resource is the one that attests: {@code iss} is the resource identifier. How consumers
 * find the key is between you and them; publishing {@link #publicJwk()} in the key set that the
 * member {@code jwks_uri} names is the usual way.
 *
 * <p>Does not check: that the key is published. The JWT has no {@code exp}; it is as old as its
 * {@code iat}, which is the start of the server.
 */
public final class MetadataSigner {
  /** RFC 7519 section 4.1: as claims they speak of the JWT, not of the resource. */
  private static final Set<String> JWT_CLAIMS =
      Set.of("iss", "sub", "aud", "exp", "nbf", "iat", "jti");

  private final SigningKey key;

  private MetadataSigner(SigningKey key) {
    this.key = key;
  }

  /**
   * A signer with a private key.
   *
   * @param json the JWK (RFC 7517) of a private key: RSA of 2048 to 8192 bits, EC with P-256, P-384
   *     or P-521, or OKP with Ed25519. Signed is with its {@code alg}; by default with RS256, the
   *     algorithm of its curve, or EdDSA. The {@code kid} of the header is the key's, by default
   *     its thumbprint (RFC 7638).
   * @throws IllegalArgumentException if it is no such key; without any part of it in the message
   */
  public static MetadataSigner ofPrivateJwk(String json) {
    return new MetadataSigner(SigningKey.of(json));
  }

  /** The public half as a JWK, with {@code kid} and {@code alg}: what a key set may publish. */
  public String publicJwk() {
    return key.publicJwk();
  }

  /**
   * The JWT for the member {@code signed_metadata}: every member as a claim, {@code iss} and {@code
   * iat}.
   *
   * @throws IllegalArgumentException if the metadata is signed already (RFC 9728 section 2.2: it
   *     should be no claim), or a member has the name of a registered claim of a JWT
   */
  public String sign(ProtectedResourceMetadata metadata, Instant now) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", metadata.resource());
    claims.put("iat", now.getEpochSecond());
    metadata
        .members()
        .forEach(
            (name, value) -> {
              requireClaim(name);
              claims.put(name, value);
            });
    return key.sign(Json.write(claims));
  }

  private static void requireClaim(String name) {
    if (name.equals("signed_metadata")) {
      throw new IllegalArgumentException(
          "Metadata member 'signed_metadata' is set, and the metadata is to be signed. Do one of"
              + " the two.");
    }
    if (JWT_CLAIMS.contains(name)) {
      throw new IllegalArgumentException(
          "Metadata member '"
              + name
              + "' would be the claim of that name in signed_metadata. Give it another name.");
    }
  }

  /** The id of the key and the algorithm, nothing of the key. */
  @Override
  public String toString() {
    return "MetadataSigner[kid=" + key.kid() + ", alg=" + key.algorithm() + "]";
  }
}
