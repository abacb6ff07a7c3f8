package io.mcpauth.client;

import io.mcpauth.internal.jose.JwtSigner;
import io.mcpauth.internal.jose.Opaque;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key that a client binds its tokens to (RFC 9449): EC on P-256, ES256. It remembers the latest
 * nonce of each server, of 100 at most. Used by all threads; nothing prints the key.
 */
public final class DpopKey {
  /** RFC 9449 section 8.1. */
  private static final Pattern NONCE = Pattern.compile("[!#-\\[\\]-~]{1,1024}");

  private static final int MAX_SERVERS = 100;

  private final JwtSigner signer;
  private final Map<String, String> nonces = new LinkedHashMap<>();

  private DpopKey(JwtSigner signer) {
    this.signer = signer;
  }

  /** A new key. */
  public static DpopKey generate() {
    return new DpopKey(JwtSigner.generate());
  }

  /**
   * A key that was kept, from {@link #toJwk()}.
   *
   * @throws IllegalArgumentException if it is no JWK with a private EC key on P-256; the message
   *     does not repeat it
   */
  public static DpopKey parse(String jwk) {
    JwtSigner signer = JwtSigner.ofJwk(jwk);
    if (!signer.isEs256()) {
      throw new IllegalArgumentException("A DPoP key is an EC key on P-256: use toJwk().");
    }
    return new DpopKey(signer);
  }

  /** The key as a JWK, to be kept sealed; a secret. */
  public String toJwk() {
    return signer.jwk();
  }

  /** The SHA-256 thumbprint (RFC 7638), the {@code dpop_jkt} of an authorization request. */
  public String thumbprint() {
    return signer.thumbprint();
  }

  /**
   * A new proof for one request, the value of its {@code DPoP} header (RFC 9449 section 4.2), with
   * the nonce that the server last asked for.
   *
   * @param method the HTTP method
   * @param target the URL of the request; its query and fragment are left out
   * @param token the access token that goes with it; null for a token request
   * @param now the time of the request
   */
  public String proof(String method, URI target, @Nullable AccessToken token, Instant now) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("jti", Opaque.random(16));
    claims.put("htm", method);
    claims.put("htu", target.toString().replaceFirst("[?#].*", ""));
    claims.put("iat", now.getEpochSecond());
    if (token != null) {
      claims.put("ath", Opaque.hash(token.value()));
    }
    synchronized (nonces) {
      String nonce = nonces.get(origin(target));
      if (nonce != null) {
        claims.put("nonce", nonce);
      }
    }
    return signer.sign("dpop+jwt", true, claims);
  }

  /**
   * Takes note of the {@code DPoP-Nonce} header of an answer (RFC 9449 section 8.2).
   *
   * @param target the URL that was asked
   * @param nonce the value of the header
   * @return whether it is a new one. A request that was refused with {@code use_dpop_nonce} is
   *     worth another try then, once; the same nonce again is not.
   */
  public boolean rememberNonce(URI target, String nonce) {
    if (!NONCE.matcher(nonce).matches()) {
      return false;
    }
    synchronized (nonces) {
      String before = nonces.remove(origin(target));
      if (before == null && nonces.size() >= MAX_SERVERS) {
        nonces.remove(nonces.keySet().iterator().next());
      }
      nonces.put(origin(target), nonce);
      return !nonce.equals(before);
    }
  }

  /** No key. */
  @Override
  public String toString() {
    return "DpopKey[...]";
  }

  /** RFC 9449 section 8.2: a nonce is for the server that sent it. */
  private static String origin(URI uri) {
    return (uri.getScheme() + "://" + uri.getRawAuthority()).toLowerCase(Locale.ROOT);
  }
}
