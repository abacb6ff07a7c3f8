package io.mcpauth.access;

import io.mcpauth.store.Feed;
import io.mcpauth.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Closes access, cuts callers off, and undoes it: on the store that all nodes share, so that it
 * works from any of them, and from a program beside them while none runs. {@code
 * ResourceServer.access()} gives that of a server, where a change holds from the next request on;
 * the other nodes follow within a second.
 *
 * <pre>{@code
 * AccessControl access = server.access(); // in another program AccessControl.on(store)
 * AccessTarget mallory = AccessTarget.subject("https://login.example.com", "mallory");
 * AccessRule rule = access.deny(mallory); // on every node, within a second
 * boolean undone = access.undo(rule.id());
 * }</pre>
 *
 * <p>Two who change something at once both do; of two that set the status the later stays. All
 * threads may use it.
 *
 * <p>Does not check: that the issuer knows of it. A refresh token lives on there, and what it
 * brings is newer than a cut-off; who must stay out is denied.
 */
public final class AccessControl {
  /** When rules end that do not end: the last instant that a store keeps. */
  static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private static final int LONGEST_MESSAGE = 200;
  private static final Duration LONGEST_RETRY = Duration.ofDays(7);
  private static final Duration DEFAULT_RETRY = Duration.ofMinutes(1);

  private final Feed feed;
  private final Set<String> issuers;
  private final String madeBy;
  private final Runnable afterChange;

  private AccessControl(Feed feed, Set<String> issuers, String madeBy, Runnable afterChange) {
    this.feed = feed;
    this.issuers = issuers;
    this.madeBy = madeBy;
    this.afterChange = afterChange;
  }

  /**
   * That of a store.
   *
   * @throws UnsupportedOperationException if the store has no feed
   */
  public static AccessControl on(Store store) {
    return new AccessControl(store.feed(), Set.of(), "API", () -> {});
  }

  /** That of a node. */
  static AccessControl of(Feed feed, Runnable afterChange) {
    return new AccessControl(feed, Set.of(), "API", afterChange);
  }

  /**
   * Only for the tokens of these issuers: a rule for another would change nothing, so it throws.
   * One for all issuers does not.
   */
  public AccessControl forIssuers(Collection<String> accepted) {
    return new AccessControl(feed, new LinkedHashSet<>(accepted), madeBy, afterChange);
  }

  /** In the name of somebody, for {@link AccessRule#madeBy}. */
  public AccessControl by(String name) {
    requirePlain("name", name);
    return new AccessControl(feed, issuers, name, afterChange);
  }

  /** Lets everybody in who has what the policy asks for, which is so from the start. */
  public AccessStatus open() {
    return set(AccessStatus.AccessMode.OPEN, "", null);
  }

  /** Lets only known clients in: those that {@link #allow} names, and sessions that are open. */
  public AccessStatus knownOnly() {
    return set(AccessStatus.AccessMode.KNOWN, "", null);
  }

  /** Lets nobody in, and says nothing of its own; to be tried again after a minute. */
  public AccessStatus close() {
    return close("", DEFAULT_RETRY);
  }

  /**
   * Lets nobody in: every request gets a 503, and what runs is ended.
   *
   * @param message what the refused are told, at most 200 characters without control characters
   * @param retryAfter when they may come again (RFC 9110 section 10.2.3), one second to 7 days
   * @throws IllegalArgumentException if one of them is none
   */
  public AccessStatus close(String message, Duration retryAfter) {
    requirePlain("message", message);
    if (retryAfter.compareTo(Duration.ofSeconds(1)) < 0
        || retryAfter.compareTo(LONGEST_RETRY) > 0) {
      throw new IllegalArgumentException(
          "They cannot come again after " + retryAfter + ". Write one second to 7 days.");
    }
    return set(AccessStatus.AccessMode.CLOSED, message, retryAfter);
  }

  /**
   * Cuts off what may have been issued before now, in the time of the store. A token that does not
   * say when it was issued is among it, one of the same second too, since {@code iat} has whole
   * seconds, and one whose {@code iat} is later by no more than the clock skew of the resource
   * server, since the issuer's clock may be ahead by so much. So whoever logs in again within that
   * skew, 60 seconds unless the server says otherwise, has to do it once more.
   *
   * @throws IllegalArgumentException if the target is a token, which is {@linkplain #deny denied},
   *     or of an issuer that is not accepted
   */
  public AccessRule cutOff(AccessTarget target) {
    return cutOffBefore(target, null);
  }

  /**
   * As {@link #cutOff(AccessTarget)}, of what may have been issued before an instant. A later one
   * for the same target stays; one in the future stands for now.
   *
   * @throws IllegalArgumentException as there, or if the instant is before 1970
   */
  public AccessRule cutOff(AccessTarget target, Instant before) {
    if (before.isBefore(Instant.EPOCH)) {
      throw new IllegalArgumentException(
          "Nothing was issued before " + before + ". Write an instant since 1970.");
    }
    return cutOffBefore(target, before);
  }

  private AccessRule cutOffBefore(AccessTarget target, @Nullable Instant before) {
    if (target.isToken()) {
      throw new IllegalArgumentException("A single token is denied, and not cut off. Use deny.");
    }
    Instant now = storeNow();
    Instant instant = before == null || before.isAfter(now) ? now : before;
    return strengthen(
        AccessRule.Kind.CUT_OFF,
        target,
        before == null ? null : instant, // the time of the change then, which is no earlier
        NEVER,
        // Where that of the store was set back, what is there may be later than now.
        known -> known.before() != null && known.before().isAfter(instant));
  }

  private Instant storeNow() {
    return feed.after(Long.MAX_VALUE, 1).now();
  }

  /** Writes a rule, unless one that is there says as much or more: two may do it at once. */
  private AccessRule strengthen(
      AccessRule.Kind kind,
      AccessTarget target,
      @Nullable Instant before,
      Instant end,
      Predicate<AccessRule> saysAsMuch) {
    requireAccepted(target.issuer());
    String id = Wire.id(kind, target);
    String value = Wire.rule(kind, target, before, madeBy);
    while (true) {
      Feed.Change known = feed.find(Wire.RULES, id);
      AccessRule rule = known == null ? null : Wire.rule(known);
      if (rule != null && saysAsMuch.test(rule)) {
        return rule;
      }
      long seen = known == null ? 0 : known.number();
      Feed.Change change = feed.replace(Wire.RULES, id, seen, value, end);
      if (change != null) {
        afterChange.run();
        return Wire.rule(change);
      }
    }
  }

  /**
   * Keeps the callers of a target out until it is undone, whatever they bring.
   *
   * @throws IllegalArgumentException if it is of an issuer that is not accepted
   */
  public AccessRule deny(AccessTarget target) {
    return put(AccessRule.Kind.DENY, target);
  }

  /**
   * As {@link #deny(AccessTarget)}, until an instant, such as the end of a token. One for the same
   * target that lasts longer stays.
   *
   * @throws IllegalArgumentException as there, or if the instant has passed by the clock of the
   *     store
   */
  public AccessRule deny(AccessTarget target, Instant until) {
    if (!until.isAfter(storeNow())) {
      throw new IllegalArgumentException(
          "A denial until " + until + " has ended already. Write a later instant, or none.");
    }
    return strengthen(
        AccessRule.Kind.DENY,
        target,
        null,
        until,
        known -> known.endsAt() == null || !known.endsAt().isBefore(until));
  }

  /**
   * Makes callers known, for {@link #knownOnly}: by issuer, client, subject or group.
   *
   * @throws IllegalArgumentException if the target is a key, a session, what has none, or a token,
   *     or of an issuer that is not accepted
   */
  public AccessRule allow(AccessTarget target) {
    if (target.keyId() != null
        || target.sessionId() != null
        || target.withoutSession()
        || target.isToken()) {
      throw new IllegalArgumentException(
          "Known are issuers, clients, subjects and groups. Name one of them.");
    }
    return put(AccessRule.Kind.ALLOW, target);
  }

  /**
   * Undoes a rule.
   *
   * @param id as {@link #list} has it
   * @return whether there was one
   */
  public boolean undo(String id) {
    boolean removed = !id.isEmpty() && id.length() <= 64 && feed.remove(Wire.RULES, id) != null;
    afterChange.run();
    return removed;
  }

  /** Every rule, those that were made first before others. */
  public List<AccessRule> list() {
    return feed.entries().stream()
        .filter(change -> change.collection().equals(Wire.RULES))
        .map(Wire::rule)
        .toList();
  }

  /** Whether access is open. */
  public AccessStatus status() {
    return feed.entries().stream()
        .filter(change -> change.collection().equals(Wire.STATUS))
        .map(Wire::status)
        .reduce(AccessStatus.INITIAL, (before, last) -> last);
  }

  private AccessStatus set(
      AccessStatus.AccessMode mode, String message, @Nullable Duration retryAfter) {
    String value = Wire.status(mode, message, retryAfter, madeBy);
    Feed.Change change = feed.put(Wire.STATUS, Wire.STATUS_KEY, value, NEVER);
    afterChange.run();
    return Wire.status(change);
  }

  private AccessRule put(AccessRule.Kind kind, AccessTarget target) {
    requireAccepted(target.issuer());
    String value = Wire.rule(kind, target, null, madeBy);
    Feed.Change change = feed.put(Wire.RULES, Wire.id(kind, target), value, NEVER);
    afterChange.run();
    return Wire.rule(change);
  }

  private void requireAccepted(@Nullable String issuer) {
    if (issuer != null && !issuers.isEmpty() && !issuers.contains(issuer)) {
      throw new IllegalArgumentException(
          "No authorization server is configured whose tokens have the issuer '"
              + issuer
              + "', so nothing would change. Write one of "
              + issuers
              + ".");
    }
  }

  private static void requirePlain(String what, String text) {
    if (text.length() > LONGEST_MESSAGE || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " has to have at most "
              + LONGEST_MESSAGE
              + " characters, and no control characters.");
    }
  }
}
