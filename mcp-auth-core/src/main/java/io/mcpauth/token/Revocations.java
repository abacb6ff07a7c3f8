package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off tokens that would be good otherwise: by issuer, key, client, subject or any combination,
 * altogether or those issued before an instant. Takes effect with the next request, also on tokens
 * that were verified before. In memory, for this process; used by all threads.
 *
 * <p>Resource servers that use it tell it the issuers that they accept, and from then on a cut-off
 * for another issuer throws: it would cut off nothing. While there is none, every issuer is taken,
 * and one that the first server does not accept is a warning at its start.
 *
 * <p>At most 100,000 are kept. A cut-off of what was issued before an instant is let go when no
 * token that it means can be good any more: after the longest lifetime that the servers accept,
 * their clock skew included. What is left of it is one instant for each issuer: a token from
 * before, which lasts longer than the servers accept of a new one, is cut off, whosever it is. (One
 * without {@code iat} that lasts so long may come back.) Every other cut-off stays until {@link
 * #restore}.
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

  /** Nothing gives way: each of them was made because it is needed. */
  static final int MOST = 100_000;

  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

  /** Changed only under the lock; read by anybody. */
  private final Map<CutOff, Instant> cutOffs = new ConcurrentHashMap<>();

  /** For an issuer, the last instant of those that were let go. */
  private final Map<String, Instant> letGo = new ConcurrentHashMap<>();

  private final Map<Registration, Runnable> listeners = new ConcurrentHashMap<>();
  private final Map<Object, User> users = new ConcurrentHashMap<>();
  private final Object lock = new Object();
  private Instant sweptAt = Instant.EPOCH; // under the lock

  /**
   * A server that uses it.
   *
   * @param issuers whose tokens it accepts
   * @param keep how long after the instant of a cut-off a token from before may still be good there
   * @param clock by which it judges
   */
  record User(Set<String> issuers, Duration keep, Clock clock) {}

  /** Nothing is cut off. */
  public Revocations() {}

  /**
   * Cuts off a target until {@link #restore}, whenever its tokens were issued.
   *
   * @throws IllegalArgumentException if no server that uses this accepts tokens of the issuer
   * @throws IllegalStateException if there are 100,000 cut-offs
   */
  public void revoke(CutOff target) {
    put(target, Instant.MAX);
  }

  /**
   * Cuts off the tokens of a target that may have been issued before an instant: what a user does
   * to end all sessions. A token that does not say when it was issued is among them, one of the
   * same second too, since {@code iat} has whole seconds, and one whose {@code iat} is later by no
   * more than the clock skew of the resource server, since the issuer's clock may be ahead by so
   * much. Newer ones are good. So whoever logs in again within that skew, 60 seconds unless the
   * server says otherwise, has to do it once more: nobody could tell that token from one before.
   *
   * @throws IllegalArgumentException if no server that uses this accepts tokens of the issuer
   * @throws IllegalStateException if there are 100,000 cut-offs
   */
  public void revokeIssuedBefore(CutOff target, Instant instant) {
    put(target, instant);
  }

  private void put(CutOff target, Instant instant) {
    synchronized (lock) {
      requireKnown(target.issuer());
      sweep();
      if (cutOffs.size() >= MOST && !cutOffs.containsKey(target)) {
        throw new IllegalStateException(
            "There are "
                + MOST
                + " cut-offs already. Restore those that are not needed, or cut off the client or"
                + " the issuer as a whole.");
      }
      cutOffs.merge(target, instant, Revocations::later);
    }
    tell();
  }

  /** Ends a cut-off. */
  public void restore(CutOff target) {
    synchronized (lock) {
      cutOffs.remove(target);
    }
  }

  /**
   * A server uses this from now on.
   *
   * @return ends it
   */
  Runnable usedBy(User user) {
    Object place = new Object();
    synchronized (lock) {
      users.put(place, user);
      Set<String> foreign = new TreeSet<>();
      cutOffs.keySet().forEach(target -> foreign.add(target.issuer()));
      foreign.removeAll(issuers());
      if (!foreign.isEmpty()) {
        LOG.warn(
            "There are cut-offs for {}, and no server that uses them accepts tokens of these"
                + " issuers so far; accepted are {}.",
            foreign,
            issuers());
      }
    }
    return () -> users.remove(place);
  }

  private Set<String> issuers() {
    Set<String> all = new TreeSet<>();
    users.values().forEach(user -> all.addAll(user.issuers()));
    return all;
  }

  private void requireKnown(String issuer) {
    if (!users.isEmpty() && users.values().stream().noneMatch(u -> u.issuers().contains(issuer))) {
      throw new IllegalArgumentException(
          "No authorization server is configured whose tokens have the issuer '"
              + AuthException.fitForLog(issuer)
              + "', so nothing would be cut off. Write one of "
              + issuers()
              + ".");
    }
  }

  /** Under the lock. What the server needs that keeps tokens good for longest. */
  private void sweep() {
    Instant now = Instant.MAX;
    Instant needed = Instant.MAX;
    for (User user : users.values()) {
      now = earlier(now, user.clock().instant());
      needed = earlier(needed, user.clock().instant().minus(user.keep()));
    }
    boolean early =
        cutOffs.size() < MOST && Duration.between(sweptAt, now).abs().compareTo(BETWEEN_SWEEPS) < 0;
    if (users.isEmpty() || early) {
      return; // without a server nobody knows how long a token may last
    }
    sweptAt = now;
    Instant first = needed;
    Set<String> accepted = issuers(); // others wait for a server that may be started again
    Predicate<Map.Entry<CutOff, Instant>> over =
        cutOff -> cutOff.getValue().isBefore(first) && accepted.contains(cutOff.getKey().issuer());
    cutOffs.entrySet().stream()
        .filter(over)
        .forEach(old -> letGo.merge(old.getKey().issuer(), old.getValue(), Revocations::later));
    cutOffs.entrySet().removeIf(over);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
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

  /** The number of cut-offs that were neither restored nor let go. */
  public int size() {
    return cutOffs.size();
  }

  /**
   * Requires that a token is not cut off.
   *
   * @param surelyIssuedAt the earliest time that it may have been issued, null for any
   */
  void requireNotCut(
      McpPrincipal principal, @Nullable String keyId, @Nullable Instant surelyIssuedAt) {
    if (isCut(principal, keyId, surelyIssuedAt)) {
      throw new AuthException(
          ReasonCode.TOKEN_REVOKED,
          Map.of("client", String.valueOf(principal.clientId()), "kid", String.valueOf(keyId)));
    }
  }

  boolean isCut(McpPrincipal principal, @Nullable String keyId, @Nullable Instant surelyIssuedAt) {
    Instant forgotten = letGo.get(principal.issuer());
    if (forgotten != null && surelyIssuedAt != null && !surelyIssuedAt.isAfter(forgotten)) {
      return true;
    }
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
      if (before != null && (surelyIssuedAt == null || !surelyIssuedAt.isAfter(before))) {
        return true;
      }
    }
    return false;
  }
}
