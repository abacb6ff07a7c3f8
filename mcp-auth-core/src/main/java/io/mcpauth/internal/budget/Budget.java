package io.mcpauth.internal.budget;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * An amount that requests share while they need it: so much in all, and so much for one owner. What
 * is beyond is refused at once; nobody waits, so a budget that is used up costs no thread.
 *
 * <p>Close to a limit a request may be refused that would just have fitted, where others ask at the
 * same instant; never is more taken than there is.
 */
public final class Budget {
  private final long total;
  private final long mostSmall;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong takenSmall = new AtomicLong();
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
   * A budget with a part beside it for small amounts.
   *
   * @param total what there is
   * @param mostSmall what there is beside it
   */
  public Budget(long total, long mostSmall) {
    this.total = total;
    this.mostSmall = mostSmall;
  }

  /**
   * Takes an amount of the part beside, of which nobody is told whose it is: to know that costs
   * more than most requests take. False where too little of it is left; then {@link #take} is to be
   * asked.
   */
  public boolean takeSmall(long amount) {
    if (takenSmall.addAndGet(amount) > mostSmall) {
      takenSmall.addAndGet(-amount);
      return false;
    }
    return true;
  }

  /** Gives back what was taken of the part beside. */
  public void giveBackSmall(long amount) {
    takenSmall.addAndGet(-amount);
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
    return taken.get() + takenSmall.get();
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
