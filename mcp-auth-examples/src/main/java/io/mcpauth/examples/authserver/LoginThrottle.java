package io.mcpauth.examples.authserver;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often a password may be wrong in a minute: for one account, so that nobody guesses it, and
 * from one address, so that nobody tries one password on all of them. A name that nobody has counts
 * as any other. What is counted is bounded: the counts that were used least recently give way.
 */
final class LoginThrottle {
  static final int MOST_OF_AN_ACCOUNT = 10;
  static final int MOST_OF_AN_ADDRESS = 60;
  private static final int MOST_KEPT = 10_000;
  private static final int LONGEST_NAME = 255;
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

  LoginThrottle(Clock clock) {
    this.clock = clock;
  }

  /** What was tried since a minute began. */
  private static final class Window {
    private final long since;
    private int count;

    Window(long since) {
      this.since = since;
    }
  }

  /**
   * Counts a try before its password is checked, so that many at once are not more.
   *
   * @return 0 where it may be checked, else the seconds until the next may
   */
  synchronized long admit(String user, String address) {
    long now = clock.millis();
    Window source = window(addressKey(address), now);
    if (source.count >= MOST_OF_AN_ADDRESS) { // first: names it invents push out no other's count
      return left(source, now);
    }
    Window account = window(accountKey(user), now);
    if (account.count >= MOST_OF_AN_ACCOUNT) {
      return left(account, now);
    }
    account.count++;
    source.count++;
    return 0;
  }

  /** The password was right, or was not checked: neither is held against anybody. */
  synchronized void takeBack(String user, String address, boolean right) {
    Window account = windows.get(accountKey(user));
    if (account != null) {
      account.count = right ? 0 : account.count - 1;
      if (account.count <= 0) {
        windows.remove(accountKey(user));
      }
    }
    Window source = windows.get(addressKey(address));
    if (source != null) {
      source.count = Math.max(0, source.count - 1); // its minute may be another by now
    }
  }

  private Window window(String key, long now) {
    Window window = windows.get(key);
    if (window == null || now - window.since >= WINDOW_MILLIS || now < window.since) {
      window = new Window(now);
      windows.put(key, window);
    }
    return window;
  }

  private static long left(Window window, long now) {
    return Math.max(1, (WINDOW_MILLIS - (now - window.since) + 999) / 1000);
  }

  private static String accountKey(String user) {
    return "account " + (user.length() > LONGEST_NAME ? "" : user); // nobody has one so long
  }

  private static String addressKey(String address) {
    // On Linux whoever is on this machine has all addresses of this block.
    return "address " + (address.startsWith("127.") ? "127.0.0.1" : address);
  }
}
