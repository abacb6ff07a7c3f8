package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Cuts off tokens that would be good otherwise: by issuer, key, client, subject or any combination,
 * altogether or those issued before an instant. Takes effect with the next request, also on tokens
 * that were verified before. In memory, for this process; used by all threads.
 *
 * <p>Does not check: that the issuer knows of it; a refresh token lives on there. A key does not
 * reach the tokens of an application's own verifier, which names none.
 */
public final class Revocations {
  /**
   * What is cut off; null stands for any.
   *
   * @param issuer the {@code iss} of the tokens, which may not be the advertised issuer (Entra v1)
   * @param subject the {@code sub}, or null for every user
   * @param clientId the client, or null for every client
   * @param keyId the {@code kid} of the signing key, or null for every key
   */
  public record Target(
      String issuer, @Nullable String subject, @Nullable String clientId, @Nullable String keyId) {
    /** Every token of an issuer. */
    public static Target issuer(String issuer) {
      return new Target(issuer, null, null, null);
    }

    /** Every token of a user. */
    public static Target subject(String issuer, String subject) {
      return new Target(issuer, subject, null, null);
    }

    /** Every token of a client. */
    public static Target client(String issuer, String clientId) {
      return new Target(issuer, null, clientId, null);
    }

    /** The tokens that a client has for a user. */
    public static Target clientOfSubject(String issuer, String subject, String clientId) {
      return new Target(issuer, subject, clientId, null);
    }

    /**
     * Every token signed with a key, by the id that its issuer publishes. A key with several ids
     * has to be cut off under each; one without an id cannot be.
     */
    public static Target key(String issuer, String keyId) {
      return new Target(issuer, null, null, keyId);
    }
  }

  private final Map<Target, Instant> cutOffs = new ConcurrentHashMap<>();

  /** Nothing is cut off. */
  public Revocations() {}

  /** Cuts off a target until {@link #restore}, whenever its tokens were issued. */
  public void revoke(Target target) {
    cutOffs.put(target, Instant.MAX);
  }

  /**
   * Cuts off the tokens of a target that were issued before an instant; a token that does not say
   * when is among them, and so is one of the same second, since {@code iat} has whole seconds.
   * Newer ones are good: what a user does to end all sessions.
   */
  public void revokeIssuedBefore(Target target, Instant instant) {
    cutOffs.merge(target, instant, (known, other) -> known.isAfter(other) ? known : other);
  }

  /** Ends a cut-off. */
  public void restore(Target target) {
    cutOffs.remove(target);
  }

  /** The number of cut-offs that were not restored. */
  public int size() {
    return cutOffs.size();
  }

  void requireNotCut(McpPrincipal principal, @Nullable String keyId, @Nullable Instant issuedAt) {
    if (cutOffs.isEmpty()) {
      return;
    }
    String subject = principal.subject();
    String client = principal.clientId();
    for (int mask = 0; mask < 8; mask++) {
      Target target =
          new Target(
              principal.issuer(),
              (mask & 1) == 0 ? null : subject,
              (mask & 2) == 0 ? null : client,
              (mask & 4) == 0 ? null : keyId);
      Instant before = cutOffs.get(target);
      if (before != null && (issuedAt == null || issuedAt.isBefore(before))) {
        throw new AuthException(
            ReasonCode.TOKEN_REVOKED,
            Map.of("client", String.valueOf(client), "kid", String.valueOf(keyId)));
      }
    }
  }
}
