package io.mcpauth.internal.budget;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * An amount that requests share while they need it: so much in all, and so much for one owner. What
 * is beyond is refused at once; nobody waits, so a budget that is used up costs no thread.
 *
 * <p>Close to a limit a request may be refused that would just have fitted, where others ask at the
 * same instant; never is more taken than there is, and than there is beside it.
 */
public final class Budget {
  /** What is smaller than this is not divided. */
  private static final long LEAST_DIVIDED = 24;

  private static final int PLACES = 8;

  /** Numbers between two places, so that no two share a line of a processor's cache. */
  private static final int APART = 16;

  private final long total;
  private final long besideOfAPlace;
  private final int places;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLongArray takenBeside;
  private final ConcurrentMap<Object, Long> shares = new ConcurrentHashMap<>();
  private final LongAdder refusals = new LongAdder();

  /**
   * A budget.
   *
   * @param total what there is
   */
  public Budget(long total) {
    this(total, 0);
  }

  /**
   * A budget with a part beside it that is not counted by owners.
   *
   * @param total what there is
   * @param beside what there is beside it
   */
  public Budget(long total, long beside) {
    this.total = total;
    this.places = beside < LEAST_DIVIDED ? 1 : PLACES;
    this.besideOfAPlace = beside / places;
    this.takenBeside = new AtomicLongArray(places * APART);
  }

  /**
   * Takes an amount of the part beside, which is not counted by owners: to count costs more than
   * most requests do. It is divided, and each thread asks at one place only, so that threads do not
   * wait for each other.
   *
   * @return where it is to be given back; negative where too little is left there, and {@link
   *     #take} is to be asked
   */
  public int takeBeside(long amount) {
    int place = ((int) Thread.currentThread().getId() & (places - 1)) * APART;
    if (takenBeside.addAndGet(place, amount) > besideOfAPlace) {
      takenBeside.addAndGet(place, -amount);
      return -1;
    }
    return place;
  }

  /**
   * Gives back what was taken of the part beside.
   *
   * @param place where it was taken
   */
  public void giveBackBeside(int place, long amount) {
    takenBeside.addAndGet(place, -amount);
  }

  /**
   * Takes an amount, to be given back; false where there is too little left.
   *
   * @param owner for whom: what is equal is one
   * @param share the most that this owner may have
   */
  public boolean take(Object owner, long amount, long share) {
    if (taken.addAndGet(amount) > total) {
      taken.addAndGet(-amount);
      refusals.increment();
      return false;
    }
    if (shares.merge(owner, amount, Long::sum) > share) {
      giveBack(owner, amount);
      refusals.increment();
      return false;
    }
    return true;
  }

  /** Gives back what was taken. */
  public void giveBack(Object owner, long amount) {
    shares.computeIfPresent(owner, (same, had) -> had == amount ? null : had - amount);
    taken.addAndGet(-amount);
  }

  /** What is taken now, with the part beside. */
  public long taken() {
    long all = taken.get();
    for (int place = 0; place < takenBeside.length(); place += APART) {
      all += takenBeside.get(place);
    }
    return all;
  }

  /** How often there was too little left. */
  public long refusals() {
    return refusals.sum();
  }

  /** How many have a share now. */
  int owners() {
    return shares.size();
  }
}
