package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  public record CutOff(
      String issuer, @Nullable String subject, @Nullable String clientId, @Nullable String keyId) {
    /** Every token of an issuer. */
    public static CutOff issuer(String issuer) {
      return new CutOff(issuer, null, null, null);
    }

    /** Every token of a user. */
    public static CutOff subject(String issuer, String subject) {
      return new CutOff(issuer, subject, null, null);
    }

    /** Every token of a client. */
    public static CutOff client(String issuer, String clientId) {
      return new CutOff(issuer, null, clientId, null);
    }

    /** The tokens that a client has for a user. */
    public static CutOff clientOfSubject(String issuer, String subject, String clientId) {
      return new CutOff(issuer, subject, clientId, null);
    }

    /**
     * Every token signed with a key, by the id that its issuer publishes. A key with several ids
     * has to be cut off under each; one without an id cannot be.
     */
    public static CutOff key(String issuer, String keyId) {
      return new CutOff(issuer, null, null, keyId);
    }
  }

  /** A listener's place, given up by closing it. */
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Revocations.class);

  private final Map<CutOff, Instant> cutOffs = new ConcurrentHashMap<>();
  private final Map<Registration, Runnable> listeners = new ConcurrentHashMap<>();

  /** Nothing is cut off. */
  public Revocations() {}

  /** Cuts off a target until {@link #restore}, whenever its tokens were issued. */
  public void revoke(CutOff target) {
    cutOffs.put(target, Instant.MAX);
    tell();
  }

  /**
   * Cuts off the tokens of a target that were issued before an instant; a token that does not say
   * when is among them, and so is one of the same second, since {@code iat} has whole seconds.
   * Newer ones are good: what a user does to end all sessions.
   */
  public void revokeIssuedBefore(CutOff target, Instant instant) {
    cutOffs.merge(target, instant, (known, other) -> known.isAfter(other) ? known : other);
    tell();
  }

  /** Ends a cut-off. */
  public void restore(CutOff target) {
    cutOffs.remove(target);
  }

  /**
   * Has a listener called after each new cut-off, on the thread that makes it. One that throws
   * hinders neither the cut-off nor the other listeners.
   */
  public Registration onChange(Runnable listener) {
    Registration registration =
        new Registration() {
          @Override
          public void close() {
            listeners.remove(this);
          }
        };
    listeners.put(registration, listener);
    return registration;
  }

  private void tell() {
    for (Runnable listener : listeners.values()) {
      try {
        listener.run();
      } catch (RuntimeException | Error e) {
        if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
          throw fatal;
        }
        // Without its message, which may be anything.
        LOG.error("A listener for cut-offs failed; the cut-off stands: {}", e.getClass().getName());
      }
    }
  }

  /** The number of cut-offs that were not restored. */
  public int size() {
    return cutOffs.size();
  }

  void requireNotCut(McpPrincipal principal, @Nullable String keyId, @Nullable Instant issuedAt) {
    if (isCut(principal, keyId, issuedAt)) {
      throw new AuthException(
          ReasonCode.TOKEN_REVOKED,
          Map.of("client", String.valueOf(principal.clientId()), "kid", String.valueOf(keyId)));
    }
  }

  boolean isCut(McpPrincipal principal, @Nullable String keyId, @Nullable Instant issuedAt) {
    if (cutOffs.isEmpty()) {
      return false;
    }
    String subject = principal.subject();
    String client = principal.clientId();
    for (int mask = 0; mask < 8; mask++) {
      CutOff target =
          new CutOff(
              principal.issuer(),
              (mask & 1) == 0 ? null : subject,
              (mask & 2) == 0 ? null : client,
              (mask & 4) == 0 ? null : keyId);
      Instant before = cutOffs.get(target);
      if (before != null && (issuedAt == null || issuedAt.isBefore(before))) {
        return true;
      }
    }
    return false;
  }
}
