package io.mcpauth.examples.authserver;

import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged in in which browser, on all nodes that share the store, which has the hash of an id
 * alone. An id is made when somebody has logged in, and by nothing else, so that nobody can know it
 * before (session fixation). A user has some at a time: more end his own oldest.
 */
final class LoginSessions {
  /** Cookies ignore ports: a name of its own keeps it apart from other servers on localhost. */
  private static final String COOKIE = "dev_authorization_server";

  private static final String COLLECTION = "example.login";
  private static final Duration IDLE = Duration.ofMinutes(30);

  /** Not each page that somebody opens is a change of the store. */
  private static final Duration NOTED = Duration.ofMinutes(1);

  private static final int MOST_OF_A_USER = 20;
  private static final int ID_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final Store store;
  private final Clock clock;

  LoginSessions(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * Somebody who is logged in.
   *
   * @param at since when
   */
  record LoggedIn(String name, Instant at) {
    private String value() {
      return at.getEpochSecond() + " " + name;
    }

    private static LoggedIn of(String value) {
      String[] parts = value.split(" ", 2);
      return new LoggedIn(parts[1], Instant.ofEpochSecond(Long.parseLong(parts[0])));
    }
  }

  /** Who is logged in in the browser with these lines of {@code Cookie}; null for nobody. */
  @Nullable LoggedIn find(List<String> cookies) {
    String id = Cookies.value(cookies, COOKIE);
    Store.Entry entry = id == null ? null : store.find(COLLECTION, StoreKey.hash(id));
    if (id == null || entry == null) {
      return null;
    }
    Instant end = clock.instant().plus(IDLE);
    if (entry.expiresAt().plus(NOTED).isBefore(end)) {
      boolean unusedIfAnotherDid =
          store.replace(COLLECTION, StoreKey.hash(id), entry.version(), entry.value(), end);
    }
    return LoggedIn.of(entry.value());
  }

  /**
   * Logs somebody in, in the place of whoever was in that browser.
   *
   * @return the line of {@code Set-Cookie} for it
   */
  String open(List<String> cookies, String user) {
    end(cookies);
    String group = StoreKey.hash(user);
    while (store.count(COLLECTION, group) >= MOST_OF_A_USER) {
      String oldest = store.firstToEnd(COLLECTION, group);
      if (oldest == null || !store.remove(COLLECTION, oldest)) {
        break; // another has made room
      }
    }
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant now = clock.instant();
    String value = new LoggedIn(user, now).value();
    boolean isNew = store.create(COLLECTION, StoreKey.hash(id), group, value, now.plus(IDLE));
    if (!isNew) {
      throw new IllegalStateException("A random id was drawn twice.");
    }
    return Cookies.line(COOKIE, id);
  }

  /** Ends the login in a browser. */
  void end(List<String> cookies) {
    String id = Cookies.value(cookies, COOKIE);
    if (id != null) {
      boolean unused = store.remove(COLLECTION, StoreKey.hash(id));
    }
  }
}
