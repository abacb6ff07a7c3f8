package io.mcpauth.examples.authserver;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged in in which browser, in memory. An id is made when somebody has logged in, and by
 * nothing else, so that nobody can know it before (session fixation). A user has some at a time:
 * more end his own oldest.
 */
final class LoginSessions {
  /** Cookies ignore ports: a name of its own keeps it apart from other servers on localhost. */
  private static final String COOKIE = "dev_authorization_server";

  private static final Duration IDLE = Duration.ofMinutes(30);
  private static final int MOST_OF_A_USER = 20;
  private static final int ID_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final Clock clock;
  private final Map<String, Session> byId = new LinkedHashMap<>();

  LoginSessions(Clock clock) {
    this.clock = clock;
  }

  /** A login. */
  private static final class Session {
    private final LoggedIn user;
    private Instant used;

    Session(LoggedIn user) {
      this.user = user;
      this.used = user.at();
    }
  }

  /**
   * Somebody who is logged in.
   *
   * @param at since when
   */
  record LoggedIn(String name, Instant at) {}

  /** Who is logged in in the browser with these lines of {@code Cookie}; null for nobody. */
  synchronized @Nullable LoggedIn find(List<String> cookies) {
    String id = Cookies.value(cookies, COOKIE);
    Session session = id == null ? null : byId.get(id);
    if (session == null || isOver(session)) {
      return null;
    }
    session.used = clock.instant();
    return session.user;
  }

  /**
   * Logs somebody in, in the place of whoever was in that browser.
   *
   * @return the line of {@code Set-Cookie} for it
   */
  synchronized String open(List<String> cookies, String user) {
    end(cookies);
    byId.values().removeIf(this::isOver);
    long own = byId.values().stream().filter(one -> one.user.name().equals(user)).count();
    Iterator<Session> oldestFirst = byId.values().iterator();
    while (own >= MOST_OF_A_USER && oldestFirst.hasNext()) {
      if (oldestFirst.next().user.name().equals(user)) {
        oldestFirst.remove();
        own--;
      }
    }
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    byId.put(id, new Session(new LoggedIn(user, clock.instant())));
    return Cookies.line(COOKIE, id);
  }

  /** Ends the login in a browser. */
  synchronized void end(List<String> cookies) {
    String id = Cookies.value(cookies, COOKIE);
    if (id != null) {
      byId.remove(id);
    }
  }

  private boolean isOver(Session session) {
    return !clock.instant().isBefore(session.used.plus(IDLE));
  }
}
