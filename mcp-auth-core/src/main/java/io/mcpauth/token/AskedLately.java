package io.mcpauth.token;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * About whom an authorization server was asked in the last minute for callers who had not proven
 * themselves before: so often in a second, and so often about one account. Exact, and bounded by
 * what it allows.
 */
final class AskedLately {
  static final int IN_A_SECOND = 20;
  static final int ABOUT_ONE_IN_A_MINUTE = 5;

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final LastSecond second = new LastSecond(IN_A_SECOND);
  private final Deque<Asked> minute = new ArrayDeque<>();
  private final Map<String, Integer> times = new HashMap<>();

  private record Asked(String account, Instant at) {}

  /**
   * Whether the server may be asked about an account now; then it counts as asked.
   *
   * @param id of the account; case and space around it make no other account, as at some providers
   */
  synchronized boolean mayAsk(String id, Instant now) {
    String account = id.strip().toLowerCase(Locale.ROOT);
    forget(now);
    int before = times.getOrDefault(account, 0);
    if (second.isFull(now.toEpochMilli()) || before >= ABOUT_ONE_IN_A_MINUTE) {
      return false;
    }
    second.take(now.toEpochMilli());
    minute.add(new Asked(account, now));
    times.put(account, before + 1);
    return true;
  }

  /** How many accounts are remembered. */
  synchronized int accounts() {
    return times.size();
  }

  private void forget(Instant now) {
    while (!minute.isEmpty() && isOver(minute.getFirst().at(), now)) {
      times.computeIfPresent(
          minute.removeFirst().account(), (account, count) -> count == 1 ? null : count - 1);
    }
  }

  /** In either direction: a clock that is set back must keep nobody out for longer. */
  private static boolean isOver(Instant then, Instant now) {
    return Duration.between(then, now).abs().compareTo(MINUTE) >= 0;
  }
}
