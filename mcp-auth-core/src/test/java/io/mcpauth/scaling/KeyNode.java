package io.mcpauth.scaling;

import io.mcpauth.error.AuthException;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.SeededKeys;
import java.util.Random;

/** One node with real {@link IssuerKeys}, and what becomes of the requests that reach it. */
final class KeyNode {
  private final ScriptedProvider provider;
  private final Random random;
  private final VirtualTime time = new VirtualTime();
  private final IssuerKeys keys;
  private int forged;
  private long refused;
  private long firstRefused = -1;
  private long newKeySeen = -1;
  private long newKeyTaken = -1;

  KeyNode(ScriptedProvider provider, long seed) {
    this.provider = provider;
    random = new Random(seed);
    keys = SeededKeys.of(() -> provider.keys(time.micros()), time, random);
  }

  /**
   * Has requests reach it from the start on, the first at once.
   *
   * @param good with a good token, so many a second on average
   * @param unknown with the id of a key that nobody has, each with another
   */
  void serve(double good, double unknown, long until) {
    long nextGood = 0;
    long nextUnknown = unknown == 0 ? Long.MAX_VALUE : Chance.untilNext(random, unknown);
    while (Math.min(nextGood, nextUnknown) < until) {
      if (nextGood <= nextUnknown) {
        good(nextGood);
        nextGood += Chance.untilNext(random, good);
      } else {
        boolean unused = finds(nextUnknown, "forged-" + ++forged);
        nextUnknown += Chance.untilNext(random, unknown);
      }
    }
  }

  private void good(long at) {
    String kid = provider.signsWith(at);
    boolean isNew = kid.equals("new");
    if (isNew && newKeySeen < 0) {
      newKeySeen = at;
    }
    if (finds(at, kid)) {
      if (isNew && newKeyTaken < 0) {
        newKeyTaken = at;
      }
    } else {
      refused++;
      firstRefused = firstRefused < 0 ? at : firstRefused;
    }
  }

  private boolean finds(long at, String kid) {
    time.passTo(at);
    try {
      return !keys.find("RS256", kid).isEmpty();
    } catch (AuthException e) {
      return false; // a 503: nobody knows now
    }
  }

  /** Good requests that were not let in. */
  long refused() {
    return refused;
  }

  /** When the first good request was not let in, or -1. */
  long firstRefused() {
    return firstRefused;
  }

  /** From the first token of the new key that it saw to the first that it let in. */
  long untilNewKey() {
    if (newKeyTaken < 0) {
      throw new IllegalStateException("The new key was never taken");
    }
    return newKeyTaken - newKeySeen;
  }
}
