package io.mcpauth.internal.jose;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a published key may sign with.
 *
 * @param exact what its {@code alg} says (RFC 7517 section 4.4, RFC 8725 section 3.1), or all that
 *     its type can where it says nothing
 * @param family all that are as good for who publishes other algorithms than he signs with
 */
record KeyAlgorithms(Set<String> exact, Set<String> family) {
  private static final Set<String> PKCS1 = Set.of("RS256", "RS384", "RS512");
  private static final Set<String> PSS = Set.of("PS256", "PS384", "PS512");
  private static final Set<String> ECDSA = Set.of("ES256", "ES384", "ES512");
  private static final Set<String> ALL_OF_RSA =
      Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512");

  /** Two names of one algorithm (RFC 9864 section 2.2). */
  private static final Set<String> ED25519 = Set.of("EdDSA", "Ed25519");

  static KeyAlgorithms ofRsa(@Nullable String alg) {
    if (alg == null) {
      return new KeyAlgorithms(ALL_OF_RSA, ALL_OF_RSA);
    }
    Set<String> family = PKCS1.contains(alg) ? PKCS1 : PSS.contains(alg) ? PSS : Set.of();
    return new KeyAlgorithms(family.isEmpty() ? Set.of() : Set.of(alg), family);
  }

  /**
   * Of an elliptic curve, which has one algorithm (RFC 7518 section 3.4).
   *
   * @param ofCurve that algorithm
   */
  static KeyAlgorithms ofEc(String ofCurve, @Nullable String alg) {
    Set<String> only = Set.of(ofCurve);
    boolean exact = alg == null || alg.equals(ofCurve);
    boolean family = alg == null || ECDSA.contains(alg);
    return new KeyAlgorithms(exact ? only : Set.of(), family ? only : Set.of());
  }

  static KeyAlgorithms ofEd25519(@Nullable String alg) {
    Set<String> both = alg == null || ED25519.contains(alg) ? ED25519 : Set.of();
    return new KeyAlgorithms(both, both);
  }

  /** Whether it says that it is for something else, such as encryption. */
  boolean areNone() {
    return family.isEmpty();
  }

  KeyAlgorithms byFamily() {
    return new KeyAlgorithms(family, family);
  }

  boolean has(String algorithm) {
    return exact.contains(algorithm);
  }
}
