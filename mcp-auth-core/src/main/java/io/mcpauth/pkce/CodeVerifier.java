package io.mcpauth.pkce;

import io.mcpauth.internal.jose.Opaque;
import java.util.regex.Pattern;

/**
 * The secret that proves that whoever redeems an authorization code also asked for it (RFC 7636
 * section 4.1). Immutable; nothing prints the value.
 *
 * <pre>{@code
 * CodeVerifier verifier = CodeVerifier.generate(); // kept by the client, for the token request
 * CodeChallenge challenge = verifier.challenge(); // sent with the authorization request
 * }</pre>
 */
public final class CodeVerifier {
  /** RFC 7636 section 4.1: unreserved characters only. */
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

  private static final int RANDOM_BYTES = 32;

  private final String value;

  private CodeVerifier(String value) {
    this.value = value;
  }

  /** A new one: 256 random bits as base64url, 43 characters (RFC 7636 section 7.1). */
  public static CodeVerifier generate() {
    return new CodeVerifier(Opaque.random(RANDOM_BYTES));
  }

  /**
   * One that was kept.
   *
   * @throws IllegalArgumentException if it is not 43 to 128 unreserved characters; the message does
   *     not repeat it
   */
  public static CodeVerifier parse(String value) {
    if (!isWellFormed(value)) {
      throw new IllegalArgumentException(
          "A code verifier has 43 to 128 characters of A-Z, a-z, 0-9 and '-._~'."
              + " Write the one that CodeVerifier.generate() made.");
    }
    return new CodeVerifier(value);
  }

  static boolean isWellFormed(String value) {
    return FORM.matcher(value).matches();
  }

  /** The value, for the {@code code_verifier} of a token request; a secret. */
  public String value() {
    return value;
  }

  /** Its S256 challenge. */
  public CodeChallenge challenge() {
    return CodeChallenge.of(this);
  }

  /** BASE64URL(SHA256(ASCII(code_verifier))), RFC 7636 section 4.2. */
  String hash() {
    return Opaque.hash(value);
  }

  /** No value. */
  @Override
  public String toString() {
    return "CodeVerifier[...]";
  }
}
