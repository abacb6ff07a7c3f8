package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often somebody may ask in a minute. Who cannot be told from others is not counted here: what
 * strangers cost together is bounded where it is paid.
 */
final class Rates {
  private static final int MOST_KEPT = 10_000;
  private static final long WINDOW_MILLIS = 60_000;

  private final Clock clock;
  private final Map<String, Window> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
          return size() > MOST_KEPT;
        }
      };

  Rates(Clock clock) {
    this.clock = clock;
  }

  /** What was asked since a minute began. */
  private static final class Window {
    private final long since;
    private int count;

    Window(long since) {
      this.since = since;
    }
  }

  /**
   * Counts one.
   *
   * @param what the endpoint
   * @param who a source or a proven client; null for nobody who can be told
   * @param most in a minute
   * @throws AuthException TOO_MANY_REQUESTS, with the seconds until the minute is over
   */
  void count(String what, @Nullable String who, int most) {
    if (who == null) {
      return;
    }
    long now = clock.millis();
    long left;
    synchronized (windows) {
      String key = what + " " + who;
      Window window = windows.get(key);
      if (window == null || now - window.since >= WINDOW_MILLIS || now < window.since) {
        window = new Window(now);
        windows.put(key, window);
      }
      if (window.count < most) {
        window.count++;
        return;
      }
      left = WINDOW_MILLIS - (now - window.since);
    }
    throw new AuthException(
        ReasonCode.TOO_MANY_REQUESTS,
        Map.of(OAuthErrors.RETRY_AFTER, Long.toString(Math.max(1, (left + 999) / 1000))));
  }
}
