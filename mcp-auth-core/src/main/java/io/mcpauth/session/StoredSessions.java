package io.mcpauth.session;

import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of all nodes that share a store. An entry has the hash of the owner for its value
 * and its group, so that nobody reads there who works with what; one without an owner is in a group
 * of its own.
 *
 * <p>A session in use is read every 30 seconds, and pushed on when a 24th of its idle time is over.
 * One that has no owner is read each time, since any node may give it one.
 */
final class StoredSessions implements Sessions {
  static final String COLLECTION = "session";

  /** In the feed: its keys are the beginnings of keys of sessions that were claimed. */
  static final String CLAIMS = "session-claim";

  /** No hash is so short. */
  private static final String ANONYMOUS_GROUP = "anonymous";

  private static final Duration LONGEST_KEPT = Duration.ofSeconds(30);

  /** Anonymous ones give way by their ends, so these have to tell which are used. */
  private static final Duration ANONYMOUS_PUSH = Duration.ofMinutes(1);

  private static final Duration CLAIM_TOLD = Duration.ofHours(1);
  private static final int PUSHES_IN_IDLE = 24;
  private static final int ATTEMPTS = 5;
  private static final int MOST_TRIMMED = 4;

  private final Store store;
  private final SessionLimits limits;
  private final Clock clock;
  private final KnownOwners known;
  private final Turns turns;
  private final Room room;
  private final Room anonymousRoom;
  private final ClaimWatch watch;
  private final ClaimWord word;

  /**
   * Sessions in a store.
   *
   * @param lost told when a session that is watched was claimed on another node
   */
  StoredSessions(
      Store store, SessionLimits limits, Clock clock, LongSupplier nanoTime, Runnable lost) {
    this.store = store;
    this.limits = limits;
    this.clock = clock;
    Duration push = limits.idle().dividedBy(PUSHES_IN_IDLE);
    this.known = new KnownOwners(clock, push.compareTo(LONGEST_KEPT) < 0 ? push : LONGEST_KEPT);
    this.turns = new Turns(nanoTime);
    this.room = new Room(limits.overall(), () -> store.count(COLLECTION), clock);
    this.anonymousRoom =
        new Room(limits.anonymous(), () -> store.count(COLLECTION, ANONYMOUS_GROUP), clock);
    this.watch = new ClaimWatch(key -> NOBODY.equals(read(key)), lost);
    this.word = new ClaimWord(this::tell);
  }

  @Override
  public String mark(String name) {
    return name.isEmpty() ? NOBODY : StoreKey.hash(name);
  }

  @Override
  public void put(String key, String owner) {
    if (owner.equals(known.owner(key))) {
      return;
    }
    boolean unused = turns.take(owner, Turns.CHANGE, () -> open(key, owner));
  }

  @Override
  public @Nullable String owner(String key, String asking) {
    String warm = known.owner(key);
    return warm != null ? warm : turns.<@Nullable String>take(asking, Turns.LOOK, () -> cold(key));
  }

  @Override
  public boolean claim(String key, String owner) {
    return turns.take(owner, Turns.CHANGE, () -> take(key, owner));
  }

  @Override
  public void remove(String key, String asking) {
    boolean unused = turns.take(asking, Turns.LOOK, () -> end(key));
  }

  @Override
  public Watch watch(String key) {
    return watch.watch(key);
  }

  /**
   * The feed says that sessions were claimed.
   *
   * @param beginning of their keys; empty or {@link ClaimWord#ANY} where it may be any
   */
  void heard(String beginning) {
    watch.heard(beginning.equals(ClaimWord.ANY) ? "" : beginning);
  }

  @Override
  public void close() {
    watch.close();
    word.close();
  }

  private @Nullable String cold(String key) {
    String meanwhile = known.owner(key); // by whoever had his turn before
    return meanwhile != null ? meanwhile : read(key);
  }

  private @Nullable String read(String key) {
    long endings = known.endings();
    Store.Entry entry = store.find(COLLECTION, key);
    if (entry == null) {
      known.absent(key);
      return null;
    }
    String owner = entry.value();
    Duration push =
        owner.equals(NOBODY) && ANONYMOUS_PUSH.compareTo(push()) < 0 ? ANONYMOUS_PUSH : push();
    if (Duration.between(clock.instant(), entry.expiresAt()).compareTo(limits.idle().minus(push))
        <= 0) {
      // Where it fails somebody else has just pushed it on, claimed or ended it.
      boolean unused = store.replace(COLLECTION, key, entry.version(), owner, end());
    }
    known.keep(key, owner, endings);
    return owner;
  }

  private boolean open(String key, String owner) {
    makeRoom(owner);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long endings = known.endings();
      if (store.create(COLLECTION, key, group(owner), owner, end())) {
        count(owner, 1);
        known.keep(key, owner, endings);
        trim(owner, key);
        return true;
      }
      String there = read(key);
      if (there != null && !there.equals(owner)) {
        throw new IllegalStateException("The session has another owner");
      }
      if (there != null) {
        return false;
      }
    }
    throw new IllegalStateException("The session was opened and ended by others meanwhile");
  }

  private boolean take(String key, String owner) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long endings = known.endings();
      Store.Entry entry = store.find(COLLECTION, key);
      if (entry == null || !entry.value().equals(NOBODY)) {
        return false;
      }
      if (store.replace(COLLECTION, key, entry.version(), group(owner), owner, end())) {
        anonymousRoom.changed(-1);
        known.keep(key, owner, endings);
        watch.claimed(key);
        word.claimed(key);
        trim(owner, key);
        return true;
      } // else it was pushed on, or claimed
    }
    throw new IllegalStateException("The session was changed by others all the time");
  }

  private void tell(String beginning) {
    var unused = store.feed().put(CLAIMS, beginning, "", clock.instant().plus(CLAIM_TOLD));
  }

  private boolean end(String key) {
    try {
      Store.Entry ended = store.take(COLLECTION, key);
      if (ended != null) {
        count(ended.value(), -1);
      }
      return ended != null;
    } finally {
      known.forget(key);
    }
  }

  private void makeRoom(String owner) {
    if (owner.equals(NOBODY) && anonymousRoom.isFull() && endFirst(ANONYMOUS_GROUP)) {
      return;
    }
    if (room.isFull()
        && !(hasAll(owner) && endFirst(owner))
        && !endFirst(ANONYMOUS_GROUP)
        && !endFirst(group(owner))) {
      throw new IllegalStateException("There are " + limits.overall() + " sessions already");
    }
  }

  /** Whether an owner has as many as it may have, so that one of its own has to give way. */
  private boolean hasAll(String owner) {
    return !owner.equals(NOBODY) && store.count(COLLECTION, owner) >= limits.perOwner();
  }

  private boolean endFirst(String group) {
    String first = store.firstToEnd(COLLECTION, group);
    if (first == null) {
      return false;
    }
    boolean unused = end(first); // or another node does
    return true;
  }

  /**
   * Afterwards, so that of two who open one at once both see it. What they leave too many is for
   * the next one.
   */
  private void trim(String owner, String newest) {
    if (owner.equals(NOBODY)) {
      return;
    }
    long beyond = store.count(COLLECTION, owner) - limits.perOwner();
    for (long i = Math.min(beyond, MOST_TRIMMED); i > 0; i--) {
      String first = store.firstToEnd(COLLECTION, owner);
      if (first == null || first.equals(newest)) {
        return;
      }
      boolean unused = end(first);
    }
  }

  private void count(String owner, int by) {
    room.changed(by);
    if (owner.equals(NOBODY)) {
      anonymousRoom.changed(by);
    }
  }

  private static String group(String owner) {
    return owner.equals(NOBODY) ? ANONYMOUS_GROUP : owner;
  }

  private Duration push() {
    return limits.idle().dividedBy(PUSHES_IN_IDLE);
  }

  private Instant end() {
    return clock.instant().plus(limits.idle());
  }
}
