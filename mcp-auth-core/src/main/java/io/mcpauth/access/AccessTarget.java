package io.mcpauth.access;

import io.mcpauth.error.AuthException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link AccessRule} is about: callers, or a single token. What is null stands for any.
 *
 * @param issuer the {@code iss} of the tokens, which may not be the advertised issuer (Entra v1);
 *     null only for all issuers, or for a token that is named by its hash. Where one authorization
 *     server writes several, each needs a rule of its own
 * @param subject the {@code sub}, or null for every user
 * @param clientId the client, or null for every client
 * @param group a group that the token names, in the claim that the policy says, by itself alone
 * @param keyId the {@code kid} of the signing key, or null for every key
 * @param sessionId the {@code sid} of the login at the provider, by itself alone
 * @param tokenId the {@code jti} of a token, by itself alone
 * @param tokenHash the SHA-256 of a token in base64url without padding, by itself alone
 * @param withoutSession whether only those tokens of the subject are meant that carry no {@code
 *     sid}, and so do not say of which login they are
 */
public record AccessTarget(
    @Nullable String issuer,
    @Nullable String subject,
    @Nullable String clientId,
    @Nullable String group,
    @Nullable String keyId,
    @Nullable String sessionId,
    @Nullable String tokenId,
    @Nullable String tokenHash,
    boolean withoutSession) {
  /** What a token can have, since none is longer: whoever gets in by it can be kept out. */
  private static final int LONGEST = 16 * 1024;

  private static final int HASH_CHARS = 43;

  /**
   * Checks what there may be.
   *
   * @throws IllegalArgumentException if a part is empty, longer than 16,384 characters or has
   *     control characters, which no token may have either, is there without an issuer, or beside
   *     one that stands alone
   */
  public AccessTarget {
    Map<String, @Nullable String> parts = new LinkedHashMap<>();
    parts.put("subject", subject);
    parts.put("client", clientId);
    parts.put("key", keyId);
    parts.put("group", group);
    parts.put("session", sessionId);
    parts.put("token id", tokenId);
    requireForm("issuer", issuer);
    parts.forEach(AccessTarget::requireForm);
    if (issuer == null) {
      parts.forEach(AccessTarget::requireNoneWithoutIssuer);
    }
    int alone = count(group) + count(sessionId) + count(tokenId) + count(tokenHash);
    int together = count(subject) + count(clientId) + count(keyId);
    if (alone > 1 || (alone == 1 && together > 0) || (tokenHash != null && issuer != null)) {
      throw new IllegalArgumentException(
          "A group, a session, a token id and the hash of a token each stand alone. Write one rule"
              + " for each.");
    }
    if (tokenHash != null && !isHash(tokenHash)) {
      throw new IllegalArgumentException(
          "The hash of a token has to be its SHA-256 in base64url without padding, 43 characters.");
    }
    if (withoutSession && (subject == null || alone > 0)) {
      throw new IllegalArgumentException(
          "Tokens without a session are those of a subject. Name it, and nothing that stands"
              + " alone.");
    }
  }

  /** As the other, with the tokens of every session and those without one. */
  public AccessTarget(
      @Nullable String issuer,
      @Nullable String subject,
      @Nullable String clientId,
      @Nullable String group,
      @Nullable String keyId,
      @Nullable String sessionId,
      @Nullable String tokenId,
      @Nullable String tokenHash) {
    this(issuer, subject, clientId, group, keyId, sessionId, tokenId, tokenHash, false);
  }

  /** Every token of every issuer. */
  public static AccessTarget all() {
    return of(null, null, null, null);
  }

  /** Every token of an issuer. */
  public static AccessTarget issuer(String issuer) {
    return of(issuer, null, null, null);
  }

  /** Every token of a user. */
  public static AccessTarget subject(String issuer, String subject) {
    return of(issuer, subject, null, null);
  }

  /** Every token of a client. */
  public static AccessTarget client(String issuer, String clientId) {
    return of(issuer, null, clientId, null);
  }

  /** The tokens that a client has for a user. */
  public static AccessTarget clientOfSubject(String issuer, String subject, String clientId) {
    return of(issuer, subject, clientId, null);
  }

  /**
   * Every token signed with a key, by the id that its issuer publishes. A key with several ids has
   * to be named by each; one without an id cannot be. It does not reach the tokens of an
   * application's own verifier, which names none.
   */
  public static AccessTarget key(String issuer, String keyId) {
    return of(issuer, null, null, keyId);
  }

  /**
   * Every token that names a group, in the claim that the policy says ({@code groupClaim}). One
   * that names none is of no group, as where the provider leaves the claim out because there are
   * too many: deny the user by name.
   */
  public static AccessTarget group(String issuer, String group) {
    return new AccessTarget(issuer, null, null, group, null, null, null, null);
  }

  /** The tokens of one login at the provider, where they carry its {@code sid}. */
  public static AccessTarget session(String issuer, String sessionId) {
    return new AccessTarget(issuer, null, null, null, null, sessionId, null, null);
  }

  /**
   * The tokens of a user that carry no {@code sid}: beside a cut-off of one session, since nobody
   * can tell whether they are of it. Tokens of other sessions stay good.
   */
  public static AccessTarget subjectWithoutSession(String issuer, String subject) {
    return new AccessTarget(issuer, subject, null, null, null, null, null, null, true);
  }

  /** One token, by its {@code jti} (RFC 7519 section 4.1.7). */
  public static AccessTarget token(String issuer, String tokenId) {
    return new AccessTarget(issuer, null, null, null, null, null, tokenId, null);
  }

  /**
   * One token, by its hash.
   *
   * @param sha256 {@code StoreKey.hash} of the token
   */
  public static AccessTarget tokenHash(String sha256) {
    return new AccessTarget(null, null, null, null, null, null, null, sha256);
  }

  private static AccessTarget of(
      @Nullable String issuer,
      @Nullable String subject,
      @Nullable String clientId,
      @Nullable String keyId) {
    return new AccessTarget(issuer, subject, clientId, null, keyId, null, null, null);
  }

  /** Whether it is about one token alone, which ends some day. */
  public boolean isToken() {
    return tokenId != null || tokenHash != null;
  }

  private static int count(@Nullable String part) {
    return part == null ? 0 : 1;
  }

  private static void requireForm(String what, @Nullable String part) {
    if (part == null) {
      return;
    }
    boolean control = part.chars().anyMatch(Character::isISOControl);
    if (part.isEmpty() || part.length() > LONGEST || control) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " '"
              + AuthException.fitForLog(part)
              + "' is none that a token can have: write 1 to "
              + LONGEST
              + " characters, and no control characters.");
    }
  }

  private static void requireNoneWithoutIssuer(String what, @Nullable String part) {
    if (part != null) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " '"
              + AuthException.fitForLog(part)
              + "' needs the issuer that knows it.");
    }
  }

  private static boolean isHash(String text) {
    return text.length() == HASH_CHARS
        && text.chars()
            .allMatch(c -> (Character.isLetterOrDigit(c) && c < 0x80) || c == '-' || c == '_');
  }
}
