package io.mcpauth.authserver;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.text.ParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The keys that a client may register: public ones, and strong enough (RFC 7591 section 2). */
final class PublicKeys {
  private static final int MAX_KEYS = 20;
  private static final int LEAST_RSA_BITS = 2048;
  private static final int MOST_RSA_BITS = 8192;
  private static final int MOST_EXPONENT_BITS = 64;

  /** The set, its keys, a key and a list in it; deeper, the store could not be read again. */
  private static final int MOST_LEVELS = 8;

  private PublicKeys() {}

  /** Refuses a {@code jwks} that is none, or has a key that is private, symmetric or weak. */
  static void require(Map<String, Object> jwks) {
    if (!(jwks.get("keys") instanceof List<?> listed)
        || listed.isEmpty()
        || listed.size() > MAX_KEYS) {
      throw MetadataRefusal.metadata(
          "jwks must have 1 to " + MAX_KEYS + " keys in its member keys.");
    }
    if (isDeeper(jwks, MOST_LEVELS)) {
      throw MetadataRefusal.metadata("jwks has values within values; leave out what no key has.");
    }
    List<JWK> keys = parsed(jwks);
    // The library passes over types of keys that it does not know.
    if (keys.size() != listed.size() || !keys.stream().allMatch(PublicKeys::isPublic)) {
      throw MetadataRefusal.metadata(
          "jwks has a private, a symmetric or an unknown key; register public keys of RSA, EC or"
              + " Ed25519 only.");
    }
    if (!keys.stream().allMatch(PublicKeys::isStrong)) {
      throw MetadataRefusal.metadata(
          "jwks has an RSA key of less than 2048 or more than 8192 bits, or a long exponent.");
    }
  }

  private static List<JWK> parsed(Map<String, Object> jwks) {
    try {
      return JWKSet.parse(jwks).getKeys();
    } catch (ParseException | RuntimeException e) {
      // The library's message quotes the key; a number where it expects a text is a class cast.
      throw MetadataRefusal.metadata("jwks is not a valid JWK Set.");
    }
  }

  private static boolean isPublic(JWK key) {
    return !key.isPrivate()
        && (key instanceof RSAKey || key instanceof ECKey || key instanceof OctetKeyPair);
  }

  private static boolean isStrong(JWK key) {
    return !(key instanceof RSAKey rsa)
        || (key.size() >= LEAST_RSA_BITS
            && key.size() <= MOST_RSA_BITS
            && rsa.getPublicExponent().decodeToBigInteger().bitLength() <= MOST_EXPONENT_BITS);
  }

  private static boolean isDeeper(@Nullable Object value, int levels) {
    Collection<?> inner =
        value instanceof Map<?, ?> map
            ? map.values()
            : value instanceof Collection<?> list ? list : List.of();
    return inner.stream().anyMatch(one -> levels == 0 || isDeeper(one, levels - 1));
  }
}
