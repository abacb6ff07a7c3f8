package io.mcpauth.signals;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * What a proven signal does: it cuts off what was issued before, on the store that all nodes share,
 * and is remembered by its id, so that it is taken once.
 */
final class SignalEffect {
  private static final String USED = "signal.jti";

  /** The limit of which only a proven signal hears. */
  static final String RULES = "rules of access";

  /** Of the 200,000 that a store takes: operators need room while a provider ends everything. */
  static final int MOST_RULES = 150_000;

  private final AccessControl access;
  private final IntSupplier rules;
  private final Store store;
  private final Duration clockSkew;

  SignalEffect(AccessControl access, IntSupplier rules, Store store, Duration clockSkew) {
    this.access = access;
    this.rules = rules;
    this.store = store;
    this.clockSkew = clockSkew;
  }

  /**
   * Takes a signal.
   *
   * <p>It is remembered after it was taken: of a node that fails between the two its sender hears
   * nothing good, and what he sends again does the same once more. The other way round it would be
   * lost.
   *
   * @return the ids of the rules; none where it was received before
   * @throws AuthException SIGNAL_REPLAYED where it was received before and that is to be refused;
   *     OVER_LIMIT where there are too many rules
   * @throws io.mcpauth.store.StoreException if the store cannot do it; nothing is acknowledged then
   */
  List<String> take(Signal signal, boolean refusesRepetition) {
    String key = StoreKey.hash(signal.issuer() + ' ' + signal.tokenId());
    if (store.find(USED, key) != null) {
      return repeated(signal, refusesRepetition);
    }
    if (rules.getAsInt() >= MOST_RULES) {
      throw new AuthException(ReasonCode.OVER_LIMIT, Map.of("limit", RULES));
    }
    List<String> made = new ArrayList<>();
    for (AccessTarget target : signal.targets()) {
      AccessRule rule = access.by("signal: " + signal.name()).cutOff(target, signal.before());
      made.add(rule.id());
    }
    // Longer than it is accepted here: a node or a database with another clock has to know it too.
    Instant until = signal.goodUntil().plus(clockSkew).plus(clockSkew).plusSeconds(1);
    boolean first = store.create(USED, key, "", signal.name(), until);
    return first ? made : repeated(signal, refusesRepetition);
  }

  private static List<String> repeated(Signal signal, boolean refused) {
    if (refused) {
      throw new AuthException(ReasonCode.SIGNAL_REPLAYED, Map.of("issuer", signal.issuer()));
    }
    return List.of();
  }
}
