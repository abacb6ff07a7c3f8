package io.mcpauth.pkce;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The S256 hash of a {@link CodeVerifier}, as an authorization request carries it (RFC 7636 section
 * 4.2). Not a secret; kept with the code and compared at the token endpoint.
 *
 * <pre>{@code
 * CodeChallenge kept = CodeChallenge.parse(codeChallenge, codeChallengeMethod); // beside the code
 * CodeChallenge.verify(kept, codeVerifier); // at the token endpoint: throws where they do not fit
 * }</pre>
 *
 * @param value BASE64URL(SHA256(verifier)), 43 characters
 */
public record CodeChallenge(String value) {
  /** The {@code code_challenge_method}; {@code plain} is none here (RFC 9700 section 2.1.1). */
  public static final String METHOD = "S256";

  /** 32 bytes are 43 characters; the unused bits of the last are looked at in {@link #isHash}. */
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{43}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if it is not the base64url form of 32 bytes
   */
  public CodeChallenge {
    if (!isHash(value)) {
      throw new IllegalArgumentException(
          "A code challenge is the base64url form of 32 bytes, without padding."
              + " Take it from CodeVerifier.challenge().");
    }
  }

  static CodeChallenge of(CodeVerifier verifier) {
    return new CodeChallenge(verifier.hash());
  }

  /**
   * The challenge of an authorization request, for a server.
   *
   * @param challenge the {@code code_challenge}, or null where it is missing
   * @param method the {@code code_challenge_method}, or null where it is missing: that means {@code
   *     plain} (RFC 7636 section 4.3), which is refused
   * @throws AuthException CODE_CHALLENGE_INVALID unless it is a well-formed S256 challenge
   */
  public static CodeChallenge parse(@Nullable String challenge, @Nullable String method) {
    if (challenge == null) {
      throw new AuthException(ReasonCode.CODE_CHALLENGE_INVALID, Map.of("missing", "challenge"));
    }
    if (!METHOD.equals(method)) { // exact: RFC 7636 section 4.2 names are case-sensitive
      throw new AuthException(
          ReasonCode.CODE_CHALLENGE_INVALID, Map.of("method", method == null ? "none" : method));
    }
    if (!isHash(challenge)) {
      throw new AuthException(ReasonCode.CODE_CHALLENGE_INVALID, Map.of("challenge", "malformed"));
    }
    return new CodeChallenge(challenge);
  }

  /**
   * Judges the verifier of a token request, in constant time (RFC 7636 section 4.6).
   *
   * @param stored the challenge that the code was asked for with, or null where there was none
   * @param verifier the {@code code_verifier}, or null where it is missing
   * @throws AuthException CODE_CHALLENGE_MISSING where there is no challenge: whoever took it out
   *     of the authorization request holds a code that no verifier protects (RFC 9700 section
   *     4.8.2, CVE-2025-4144), so a code without one is never redeemed; CODE_VERIFIER_INVALID where
   *     the verifier is missing, malformed or another one
   */
  public static void verify(@Nullable CodeChallenge stored, @Nullable String verifier) {
    if (stored == null) {
      throw new AuthException(
          ReasonCode.CODE_CHALLENGE_MISSING,
          Map.of("verifier", verifier == null ? "missing" : "sent"));
    }
    if (verifier == null) {
      throw new AuthException(ReasonCode.CODE_VERIFIER_INVALID, Map.of("verifier", "missing"));
    }
    if (!CodeVerifier.isWellFormed(verifier)) {
      throw new AuthException(ReasonCode.CODE_VERIFIER_INVALID, Map.of("verifier", "malformed"));
    }
    byte[] expected = stored.value().getBytes(StandardCharsets.US_ASCII);
    byte[] found = CodeVerifier.parse(verifier).hash().getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(expected, found)) {
      throw new AuthException(ReasonCode.CODE_VERIFIER_INVALID, Map.of("verifier", "another one"));
    }
  }

  private static boolean isHash(String value) {
    if (!FORM.matcher(value).matches()) {
      return false;
    }
    byte[] bytes = Base64.getUrlDecoder().decode(value);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(value);
  }
}
