package io.mcpauth.edge;

import io.mcpauth.internal.net.QuotedWord;
import io.mcpauth.internal.net.SetOnce;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The user of a browser's session, as the application knows it: who has logged in there, and what
 * it says of that user. Immutable: each method gives another one.
 *
 * <p>Does not check: that the user has logged in. Who makes one vouches for it.
 */
public final class SessionUser {
  /** What the library says itself, and what tells one kind of token from another. */
  private static final Set<String> NOT_THE_APPLICATIONS =
      Set.copyOf(
          List.of(
              ("iss sub aud exp nbf iat jti sid scope scp client_id azp appid cid cnf act events"
                      + " typ token_use tokenType TokenType at_hash c_hash")
                  .split(" ", -1)));

  private final String subject;
  private @Nullable Set<String> scopes;
  private Map<String, Object> claims = Map.of();
  private @Nullable Instant since;
  private @Nullable Instant until;

  private SessionUser(String subject) {
    this.subject = subject;
  }

  private SessionUser(SessionUser other) {
    this(other.subject);
    scopes = other.scopes;
    claims = other.claims;
    since = other.since;
    until = other.until;
  }

  /**
   * A user.
   *
   * @param subject its id: the same in every session, and never that of somebody else, also of
   *     nobody who comes later; not the id of the session
   * @throws IllegalArgumentException if it is empty or has control characters
   */
  public static SessionUser of(String subject) {
    if (subject.isEmpty() || subject.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "The id of a session's user is empty, or has control characters.");
    }
    return new SessionUser(subject);
  }

  /**
   * With these scopes, and no others; a session has none by default, and no login gives it more.
   *
   * @throws IllegalArgumentException if one is no scope token (RFC 6749 section 3.3)
   */
  public SessionUser scopes(String... granted) {
    SetOnce.require(scopes == null, "The set of a session's scopes");
    for (String scope : granted) {
      if (!QuotedWord.is(scope)) {
        throw new IllegalArgumentException(
            "Scopes " + Arrays.toString(granted) + " have one that is no scope token.");
      }
    }
    SessionUser user = new SessionUser(this);
    user.scopes = Collections.unmodifiableSet(new LinkedHashSet<>(List.of(granted)));
    return user;
  }

  /**
   * With a claim, such as {@code roles}: what rules of the policy ask for and tools can be shown,
   * as of the claims of a token. None by default.
   *
   * @param value a string, a boolean, an integer, or a list or map of such
   * @throws IllegalArgumentException if it is a claim that the library sets itself, such as {@code
   *     sub}, or another value
   */
  public SessionUser claim(String name, Object value) {
    if (NOT_THE_APPLICATIONS.contains(name)) {
      throw new IllegalArgumentException(
          "The claim '" + name + "' cannot be set for a session. Write one of the user's own.");
    }
    SetOnce.require(!claims.containsKey(name), "The claim '" + name + "'");
    Map<String, Object> all = new LinkedHashMap<>(claims);
    all.put(name, frozen(name, value));
    SessionUser user = new SessionUser(this);
    user.claims = Collections.unmodifiableMap(all);
    return user;
  }

  /**
   * Since when the user is logged in, so that a cut-off of what began before an instant does not
   * keep out who has logged in again. Not known by default: then a cut-off that means this user
   * does so whenever it logged in.
   */
  public SessionUser since(Instant login) {
    SetOnce.require(since == null, "The beginning of a session");
    SessionUser user = new SessionUser(this);
    user.since = login;
    return user;
  }

  /**
   * When the session ends at the latest, as far as it is known now. Long streams end then; an hour
   * after they began in any case, because nobody tells of a logout. Not known by default.
   */
  public SessionUser until(Instant end) {
    SetOnce.require(until == null, "The end of a session");
    SessionUser user = new SessionUser(this);
    user.until = end;
    return user;
  }

  /** The id of the user. */
  public String subject() {
    return subject;
  }

  /** The scopes of the session. */
  public Set<String> scopes() {
    return scopes == null ? Set.of() : scopes;
  }

  /** What the application says of the user; nobody can change it. */
  public Map<String, Object> claims() {
    return claims;
  }

  /** Since when the user is logged in, or null. */
  public @Nullable Instant since() {
    return since;
  }

  /** When the session ends, or null. */
  public @Nullable Instant until() {
    return until;
  }

  @Override
  public String toString() {
    return "SessionUser[elided]";
  }

  /** As JSON has it: rules compare integers as {@code Long}. */
  private static Object frozen(String claim, @Nullable Object value) {
    if (value instanceof String || value instanceof Boolean || value instanceof Long) {
      return value;
    }
    if (value instanceof Integer number) {
      return number.longValue();
    }
    if (value instanceof Collection<?> items) {
      List<Object> copy = new ArrayList<>();
      items.forEach(item -> copy.add(frozen(claim, item)));
      return Collections.unmodifiableList(copy);
    }
    if (value instanceof Map<?, ?> members) {
      Map<String, Object> copy = new LinkedHashMap<>();
      members.forEach((name, item) -> copy.put(String.valueOf(name), frozen(claim, item)));
      return Collections.unmodifiableMap(copy);
    }
    throw new IllegalArgumentException(
        "The claim '"
            + claim
            + "' of a session has a value that no token has. Write a string, a boolean, an integer,"
            + " or a list or map of such.");
  }
}
