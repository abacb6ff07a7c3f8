package io.mcpauth.internal.jose;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the key that made one signature, at a bounded cost: whoever sends a token chooses its
 * {@code kid}, and may publish as many keys under it as it likes. No key is tried twice, whichever
 * answer of the issuer it is from.
 */
public final class SignerSearch {
  /** For all its checks together. */
  private static final long LONGEST_WAIT_NANOS = 1_000_000_000;

  private final SignatureChecks checks;
  private final Jwt jwt;
  private final String algorithm;
  private final @Nullable String kid;
  private final int most;
  private @Nullable Predicate<VerificationKey> only;
  private final Set<String> seen = new HashSet<>();
  private int tried;
  private long patience = LONGEST_WAIT_NANOS;
  private @Nullable String digest;

  /**
   * A search.
   *
   * @param checks tries a key
   * @param algorithm {@code alg} of the header
   * @param kid that of the header, or null
   * @param most how many keys are tried
   */
  SignerSearch(SignatureChecks checks, Jwt jwt, String algorithm, @Nullable String kid, int most) {
    this.checks = checks;
    this.jwt = jwt;
    this.algorithm = algorithm;
    this.kid = kid;
    this.most = most;
  }

  /** The same search, among those keys alone. */
  public SignerSearch only(Predicate<VerificationKey> those) {
    only = those;
    return this;
  }

  /**
   * The candidate that made the signature, or null where none did that was tried. Where no id says
   * which, one after the other is tried (RFC 7515 appendix D), as far as the bound goes.
   *
   * @throws AuthException KEY_NOT_FOUND where there is no candidate; OVER_LIMIT where too many
   *     checks run
   */
  @Nullable VerificationKey among(List<VerificationKey> fitting) {
    List<VerificationKey> candidates = candidates(fitting);
    if (candidates.isEmpty()) {
      throw new AuthException(ReasonCode.KEY_NOT_FOUND, facts());
    }
    for (VerificationKey key : candidates) {
      // One that is known to have failed counts too: an attacker's keys must not be had in turns.
      if (seen.size() < most && seen.add(key.thumbprint()) && made(key)) {
        return key;
      }
    }
    return null;
  }

  /** Those of the keys that it is among. */
  List<VerificationKey> candidates(List<VerificationKey> fitting) {
    Predicate<VerificationKey> those = only;
    return those == null ? fitting : fitting.stream().filter(those).toList();
  }

  private boolean made(VerificationKey key) {
    if (checks.hasFailed(this, key)) {
      return false;
    }
    boolean made = checks.verifies(this, key);
    tried++;
    return made;
  }

  /** How many keys were tried. */
  int checks() {
    return tried;
  }

  /** How long it may wait for its turn, in nanoseconds. */
  long patience() {
    return patience;
  }

  void waited(long nanos) {
    patience -= nanos;
  }

  Jwt jwt() {
    return jwt;
  }

  String algorithm() {
    return algorithm;
  }

  @Nullable String kid() {
    return kid;
  }

  /** SHA-256 (FIPS 180-4) of the JWT with its signature. */
  String digest() {
    if (digest == null) {
      byte[] whole = Arrays.copyOf(jwt.signed(), jwt.signed().length + jwt.signature().length);
      System.arraycopy(jwt.signature(), 0, whole, jwt.signed().length, jwt.signature().length);
      // With the length of the signature, so that no two are cut differently; nobody reads it.
      digest =
          new String(Opaque.sha256(whole), StandardCharsets.ISO_8859_1) + jwt.signature().length;
    }
    return digest;
  }

  /** What to throw where none was found. */
  AuthException failed() {
    return new AuthException(ReasonCode.SIGNATURE_INVALID, facts());
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("alg", algorithm);
    facts.put("kid", String.valueOf(kid));
    return facts;
  }
}
