package io.mcpauth.access;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.store.Feed;
import io.mcpauth.store.Follower;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one node knows of the rules of access, asked on each request and for each answer that goes
 * on: a copy of the store's that follows it, so that no request waits for a database. Where the
 * copy is too old, or has something in it that cannot be read, nobody gets in. Part of the
 * machinery behind {@code ResourceServer}; applications use {@link AccessControl}.
 */
public final class AccessGate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessGate.class);

  private final Following setup;
  private final CutOffFold fold;
  private final Map<Object, Runnable> listeners = new ConcurrentHashMap<>();
  private volatile AccessIndex index = new AccessIndex();
  private volatile AccessStatus status = AccessStatus.INITIAL;
  private volatile @Nullable Follower follower;
  private boolean tooOld; // of the thread that looks

  /**
   * What a gate is made of.
   *
   * @param store that all nodes share
   * @param maxAge how old the copy of it may be
   * @param issuers whose tokens are accepted
   * @param onGroupRule called before the first rule for a group takes effect: groups have to be
   *     kept from then on; may be called again
   * @param also who else hears of the changes in the store, so that one question does for all
   */
  public record Following(
      Store store,
      Duration maxAge,
      Set<String> issuers,
      Runnable onGroupRule,
      List<Follower.Listener> also) {
    /** Where principals keep their groups, and nobody else hears of changes. */
    public static Following alone(Store store, Duration maxAge, Set<String> issuers) {
      return new Following(store, maxAge, issuers, () -> {}, List.of());
    }
  }

  private AccessGate(Following setup) {
    this.setup = setup;
    this.fold = new CutOffFold(setup.store().feed(), CutOffFold.MOST);
  }

  /**
   * Reads all rules, and follows their changes.
   *
   * @throws StoreException if the store does not answer
   * @throws UnsupportedOperationException if it has no feed
   */
  public static AccessGate start(Following setup) {
    AccessGate gate = new AccessGate(setup);
    Follower follower = Follower.start(setup.store().feed(), gate.new Copy());
    gate.follower = follower;
    gate.warnOfForeign();
    gate.foldOld(follower);
    return gate;
  }

  /** Changes the rules; what it changes holds here when it returns. */
  public AccessControl control() {
    return AccessControl.of(setup.store().feed(), this::afterChange).forIssuers(setup.issuers());
  }

  /** How many rules this node has. */
  public int rules() {
    return index.all().size();
  }

  private void afterChange() {
    Follower following = follower;
    if (following != null) {
      following.catchUp();
      foldOld(following);
    }
  }

  /** What somebody has just changed holds, whatever becomes of this. */
  private void foldOld(Follower following) {
    try {
      fold.run(index, following.now());
    } catch (StoreException e) {
      LOG.warn("Old cut-offs were not put together: {}", e.getMessage());
    }
  }

  /** Why nobody gets in at the moment; null where access is not closed. */
  public @Nullable Refusal entrance() {
    Follower following = follower;
    if (following == null || following.age().compareTo(setup.maxAge()) > 0) {
      return Refusal.of(
          ReasonCode.STATE_UNAVAILABLE, Map.of("problem", "the store has not answered"));
    }
    Map<String, Instant> unreadable = index.unreadable();
    if (!unreadable.isEmpty()) {
      return Refusal.of(
          ReasonCode.STATE_UNAVAILABLE,
          Map.of("problem", "cannot be read", "entries", some(unreadable)));
    }
    AccessStatus now = status;
    if (now.mode() != AccessStatus.AccessMode.CLOSED) {
      return null;
    }
    Duration retry = now.retryAfter();
    return Refusal.of(ReasonCode.ACCESS_CLOSED)
        .saying(new Refusal.Notice(now.message(), retry == null ? 60 : retry.toSeconds()));
  }

  /** Their number and one of them: there may be many, and each request is told. */
  private static String some(Map<String, Instant> places) {
    Iterator<String> any = places.keySet().iterator();
    return places.size() + ", such as " + (any.hasNext() ? any.next() : "one that is gone");
  }

  /** Why a proven caller is kept out by a rule; null where none does. */
  public @Nullable Refusal refusal(AccessFacts caller) {
    AccessIndex.Match match = index.refusing(caller, this::now);
    if (match == null) {
      return null;
    }
    return switch (match.effect()) {
      case DENIED ->
          Refusal.of(
              ReasonCode.ACCESS_DENIED,
              Map.of("client", String.valueOf(caller.clientId()), "access_rule", match.rule()));
      case CUT_OFF ->
          Refusal.of(
              ReasonCode.TOKEN_REVOKED,
              Map.of(
                  "client", String.valueOf(caller.clientId()),
                  "kid", String.valueOf(caller.keyId()),
                  "access_rule", match.rule()));
      case UNKNOWN -> // judged by a policy of before a rule for groups; the next try is by another
          Refusal.of(ReasonCode.STATE_UNAVAILABLE, Map.of("problem", "groups are not known yet"));
    };
  }

  /** Whether only known clients get in. */
  public boolean isKnownOnly() {
    return status.mode() == AccessStatus.AccessMode.KNOWN;
  }

  /**
   * Whether a caller needs to name a session of its own: only known clients get in, and no rule
   * allows it.
   */
  public boolean needsSession(AccessFacts caller) {
    return isKnownOnly() && !index.allows(caller, this::now);
  }

  /**
   * Whether an answer must not go on: its request would be refused now.
   *
   * @param caller null for an anonymous one
   * @param inSession whether the request is in a session that is its caller's
   */
  public boolean refusesNow(@Nullable AccessFacts caller, BooleanSupplier inSession) {
    if (entrance() != null) {
      return true;
    }
    if (caller == null) {
      return isKnownOnly();
    }
    return !caller.isStillGood()
        || index.refusing(caller, this::now) != null
        || (needsSession(caller) && !inSession.getAsBoolean());
  }

  /**
   * Has a listener called whenever somebody may be refused who was not, on the thread that learns
   * of it. One that throws hinders neither the change nor the other listeners.
   *
   * @return ends it
   */
  public Runnable onChange(Runnable listener) {
    Object place = new Object();
    listeners.put(place, listener);
    return () -> listeners.remove(place);
  }

  /** Ends its thread; then it knows nothing new, and gets too old. */
  @Override
  public void close() {
    Follower following = follower;
    if (following != null) {
      following.close();
    }
  }

  private Instant now() {
    Follower following = follower;
    return following == null ? Instant.EPOCH : following.now();
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

  /** In a store that servers share others may accept them; here they were written for nobody. */
  private void warnOfForeign() {
    Set<String> foreign = new TreeSet<>();
    for (AccessIndex.Held held : index.all()) {
      String issuer = held.rule().target().issuer();
      if (issuer != null && !setup.issuers().contains(issuer)) {
        foreign.add(AuthException.fitForLog(issuer));
      }
    }
    if (!foreign.isEmpty() && !setup.store().isShared()) {
      LOG.warn(
          "There are rules of access for {}, whose tokens are not accepted here; accepted are {}.",
          foreign,
          new TreeSet<>(setup.issuers()));
    }
  }

  /** Takes over what the store says. */
  private final class Copy implements Follower.Listener {
    private int found; // that cannot be read, in what is being told
    private String problem = "";

    @Override
    public void changed(List<Feed.Change> changes) {
      boolean any = false;
      for (Feed.Change change : changes) {
        any |= take(change, index);
      }
      tellOfUnreadable();
      sweep();
      setup.also().forEach(one -> one.changed(changes));
      if (any) {
        tell();
      }
    }

    /** Not by a guess: a clock that steps forward would end rules that hold, for good. */
    private void sweep() {
      Follower following = follower;
      if (following != null && following.age().compareTo(setup.maxAge()) <= 0) {
        index.sweep(following.now());
      }
    }

    @Override
    public void readAnew(List<Feed.Change> entries) {
      AccessIndex fresh = new AccessIndex();
      boolean told = false;
      for (Feed.Change entry : entries) {
        take(entry, fresh);
        told |= entry.collection().equals(Wire.STATUS) && entry.value() != null;
      }
      tellOfUnreadable();
      if (!told) {
        status = AccessStatus.INITIAL;
      }
      index = fresh;
      setup.also().forEach(one -> one.readAnew(entries));
      tell();
    }

    @Override
    public void looked() {
      setup.also().forEach(Follower.Listener::looked);
      Follower following = follower;
      boolean now = following != null && following.age().compareTo(setup.maxAge()) > 0;
      if (now && !tooOld) {
        LOG.error(
            "The store has not answered for more than {}: who is cut off is not known any more, and"
                + " nobody gets in until it answers.",
            setup.maxAge());
        tell();
      }
      if (following != null && !now) {
        index.sweepUnreadable(following.now());
      }
      tooOld = now;
    }

    /** Whether it is about access. */
    private boolean take(Feed.Change change, AccessIndex into) {
      boolean rule = change.collection().equals(Wire.RULES);
      if (!rule && !change.collection().equals(Wire.STATUS)) {
        return false;
      }
      String place = change.collection() + "/" + change.key();
      try {
        if (rule) {
          takeRule(change, into);
        } else {
          status = change.value() == null ? AccessStatus.INITIAL : Wire.status(change);
        }
        into.unreadable().remove(place);
      } catch (StoreException e) {
        into.unreadable().put(place, change.expiresAt());
        found++;
        problem = String.valueOf(e.getMessage());
      }
      return true;
    }

    /** Once for all, which may be many after the next release has run. */
    private void tellOfUnreadable() {
      if (found > 0) {
        LOG.error("Nobody gets in, {} entries cannot be read: {}", found, problem);
      }
      found = 0;
    }

    private void takeRule(Feed.Change change, AccessIndex into) {
      if (change.value() == null) {
        into.remove(change.key());
        return;
      }
      AccessRule rule = Wire.rule(change);
      if (rule.target().group() != null) {
        setup.onGroupRule().run(); // before the rule is there, or it would mean nobody who is known
      }
      into.put(rule, change.number());
    }
  }
}
