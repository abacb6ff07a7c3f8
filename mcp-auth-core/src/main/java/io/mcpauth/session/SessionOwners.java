package io.mcpauth.session;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.store.Feed;
import io.mcpauth.store.Follower;
import io.mcpauth.store.Store;
import java.security.Principal;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Binds each MCP session to the identity that opened it, for the protocol revisions that have
 * sessions (Streamable HTTP, Session Management). An {@code Mcp-Session-Id} that is stolen or
 * guessed is then of no use: another caller gets the 404 that an unknown session gets.
 *
 * <p>The owner is the name of its principal, not the token: a refreshed token, one with more scopes
 * or one for another client of the same user goes on with the session.
 *
 * <p>A session that an anonymous caller opened, as a policy with anonymous tools permits, belongs
 * to whoever has its id. The first authenticated caller who uses it becomes its owner for good: a
 * client that logs in at a step-up goes on with its session, and it has no other way to. The risk:
 * whoever has the id of an anonymous session may claim it and lock its user out, or may have filled
 * it with something before its user claims it. Streams that were opened without a login end then,
 * on every node. A server that keeps something worth protecting in sessions should have no
 * anonymous {@code initialize}.
 *
 * <p>Does not bind: the sessions of the transport before Streamable HTTP, whose ids are in the
 * query; {@link MessageEndpoints} does.
 *
 * <p>Part of the machinery behind {@code ResourceServer}. Does not check: whether a request needs a
 * session, and whether the server behind still has it.
 */
public final class SessionOwners implements AutoCloseable {
  /** Enough for a JWT, which the specification names as a possible id. */
  private static final int MAX_ID_LENGTH = 2048;

  private final Sessions sessions;
  private final Map<Object, Runnable> onClaim = new ConcurrentHashMap<>();

  private SessionOwners(Store store, SessionLimits limits, Clock clock) {
    this.sessions =
        store.outlivesProcess()
            ? new StoredSessions(store, limits, clock, System::nanoTime, this::tellOfClaim)
            : new InMemorySessions(limits, clock);
  }

  /** With sessions of a test's own. */
  SessionOwners(Sessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Owners that are kept in a store where that outlives the process, else in memory.
   *
   * @param clock the clock of the idle time
   */
  public static SessionOwners in(Store store, SessionLimits limits, Clock clock) {
    return new SessionOwners(store, limits, clock);
  }

  /**
   * The session of a request, to be required before it is handed on.
   *
   * @param headerLines every line of the {@code Mcp-Session-Id} header
   * @param caller who is asking, null for an anonymous caller
   */
  public Bound bound(List<String> headerLines, @Nullable Principal caller) {
    return new Bound(this, headerLines, caller, false);
  }

  /**
   * The session of a request that opens one, whatever id it names: a client that repeats the id of
   * a session that is over (Streamable HTTP, Session Management, has it start a new one) would
   * never get out of it. Nothing is asked or claimed for that id, and nobody behind may see it.
   *
   * @param caller who is asking, null for an anonymous caller
   */
  public Bound anew(@Nullable Principal caller) {
    return new Bound(this, List.of(), caller, true);
  }

  /**
   * Has a listener called whenever an anonymous session finds its owner, on the thread of that
   * request: streams that were opened without a login must not go on.
   *
   * @return ends it
   */
  public Runnable onClaim(Runnable listener) {
    Object place = new Object();
    onClaim.put(place, listener);
    return () -> onClaim.remove(place);
  }

  /**
   * What is to hear of the feed of the store: of sessions that were claimed on other nodes. It asks
   * nothing on the thread that tells it.
   */
  public Follower.Listener claims() {
    return new Follower.Listener() {
      @Override
      public void changed(List<Feed.Change> changes) {
        changes.stream()
            .filter(change -> change.collection().equals(StoredSessions.CLAIMS))
            .forEach(change -> heard(change.key()));
      }

      @Override
      public void readAnew(List<Feed.Change> entries) {
        heard("");
      }
    };
  }

  private void heard(String beginning) {
    if (sessions instanceof StoredSessions stored) {
      stored.heard(beginning);
    }
  }

  private void tellOfClaim() {
    onClaim.values().forEach(Runnable::run);
  }

  /** Ends the thread that asks for sessions, where there is one. */
  @Override
  public void close() {
    sessions.close();
  }

  /** The session of one request: that which it names, and that which the server opens for it. */
  public static final class Bound {
    private final SessionOwners owners;
    private final List<String> named;
    private final @Nullable Principal caller;
    private final boolean anew;
    private volatile Sessions.@Nullable Watch watch;
    private volatile boolean own;

    private Bound(
        SessionOwners owners, List<String> named, @Nullable Principal caller, boolean anew) {
      this.owners = owners;
      this.named = List.copyOf(named);
      this.caller = caller;
      this.anew = anew;
    }

    /** Whether the id that the request names has to be kept from the server behind. */
    public boolean isAnew() {
      return anew;
    }

    /**
     * Says that the answer may be a stream without end: where the caller is anonymous, its session
     * is watched until {@link #over}. To be said before {@link #refusal} is asked for, so that no
     * claim is missed.
     */
    public void watch() {
      if (caller == null && named.size() == 1 && problem(named.get(0)) == null) {
        watch = owners.sessions.watch(hash(named.get(0)));
      }
    }

    /**
     * Why a request is refused that names a session which is not its caller's own; null for all
     * others. An anonymous session is the caller's from here on.
     */
    public @Nullable Refusal refusal() {
      try {
        if (owners.require(named, caller)) {
          owners.tellOfClaim();
        }
        own = caller != null && !named.isEmpty();
        return null;
      } catch (AuthException e) {
        over();
        return Refusal.of(e);
      }
    }

    /**
     * The server opened a session for the caller. One that the request names is the caller's
     * already: many servers repeat it with each answer.
     *
     * @param id its {@code Mcp-Session-Id}
     */
    public void opened(String id) {
      if (!named.contains(id)) {
        owners.open(id, caller);
      }
    }

    /** The server ended the session that the request names. */
    public void ended() {
      for (String id : named) { // one at most, or the request had been refused
        owners.end(id, caller);
      }
    }

    /**
     * Whether the request names a session that is its caller's already; false for an anonymous
     * caller. Where {@link #refusal} has found that, it is not asked for again: whoever ends many
     * streams cannot wait for a store, and an owner never changes.
     *
     * @throws AuthException SESSIONS_UNAVAILABLE if the store fails; SESSION_NOT_FOUND if the id
     *     has a form that no session may have
     */
    public boolean isOwn() {
      return own || (caller != null && named.size() == 1 && owners.isOf(named.get(0), caller));
    }

    /**
     * Whether the session of an anonymous stream belongs to somebody by now, or nobody knows. Waits
     * for no store.
     */
    public boolean isLost() {
      Sessions.Watch watching = watch;
      return watching != null && watching.isLost();
    }

    /** The answer is over; once or more often. */
    public void over() {
      Sessions.Watch watching = watch;
      if (watching != null) {
        watching.close();
      }
    }
  }

  /**
   * Binds a session that the server opened to its caller, null for an anonymous one.
   *
   * @throws AuthException SESSIONS_UNAVAILABLE if the store fails or is full, or the session is
   *     another's; OVER_LIMIT if the caller asks for too much; SESSION_NOT_FOUND if the id has a
   *     form that no session may have. The session can then not be used
   */
  void open(String id, @Nullable Principal caller) {
    String key = key(id);
    String owner = mark(caller);
    ask(
        () -> {
          sessions.put(key, owner);
          return true;
        });
  }

  /**
   * Requires that a request names no session, or one of its caller's own.
   *
   * @param headerLines every line of the {@code Mcp-Session-Id} header
   * @param caller who is asking, null for an anonymous caller
   * @return whether the caller became the owner of an anonymous session by it
   * @throws AuthException SESSION_NOT_FOUND for a session that is unknown, over or another's, more
   *     than one line, and an id that is empty, longer than 2,048 or has characters outside 0x21 to
   *     0x7E; SESSIONS_UNAVAILABLE if the store fails
   */
  boolean require(List<String> headerLines, @Nullable Principal caller) {
    if (headerLines.isEmpty()) {
      return false;
    }
    if (headerLines.size() > 1) {
      throw notFound("more than one Mcp-Session-Id");
    }
    String key = key(headerLines.get(0));
    String asking = mark(caller);
    String owner = ownerOf(key, asking);
    if (Sessions.NOBODY.equals(owner) && caller != null) {
      if (ask(() -> sessions.claim(key, asking))) {
        return true;
      }
      owner =
          ownerOf(key, asking); // claimed meanwhile, maybe by another request of this very caller
    }
    if (owner == null) {
      throw notFound("unknown or over");
    }
    if (!owner.equals(asking)) {
      throw notFound("the session of another caller");
    }
    return false;
  }

  private boolean isOf(String id, Principal caller) {
    String asking = mark(caller);
    return asking.equals(ownerOf(key(id), asking));
  }

  /**
   * Forgets a session that its owner ended, so that nobody uses it any more. {@link #require} has
   * to come first.
   *
   * @throws AuthException SESSIONS_UNAVAILABLE if the store fails; SESSION_NOT_FOUND if the id has
   *     a form that no session may have
   */
  void end(String id, @Nullable Principal caller) {
    String key = key(id);
    String asking = mark(caller);
    ask(
        () -> {
          sessions.remove(key, asking);
          return true;
        });
  }

  private String mark(@Nullable Principal caller) {
    return sessions.mark(owner(caller));
  }

  private @Nullable String ownerOf(String key, String asking) {
    try {
      return sessions.owner(key, asking);
    } catch (Exception e) {
      throw unavailable(e);
    }
  }

  private static boolean ask(Supplier<Boolean> question) {
    try {
      return question.get();
    } catch (Exception e) {
      throw unavailable(e);
    }
  }

  /** The name of a caller; empty for an anonymous one. */
  static String owner(@Nullable Principal caller) {
    if (caller == null) {
      return Sessions.NOBODY;
    }
    if (caller.getName().isEmpty()) { // of another maker than this library
      throw new IllegalArgumentException("A caller without a name would be taken for everybody");
    }
    return caller.getName();
  }

  private static String key(String id) {
    String problem = problem(id);
    if (problem != null) {
      throw notFound(problem);
    }
    return hash(id);
  }

  private static String hash(String id) {
    return HexFormat.of().formatHex(Opaque.sha256(id));
  }

  /** Streamable HTTP, Session Management: visible ASCII only. */
  private static @Nullable String problem(String id) {
    if (id.isEmpty()) {
      return "an empty Mcp-Session-Id";
    }
    return id.length() > MAX_ID_LENGTH || !id.chars().allMatch(c -> c >= 0x21 && c <= 0x7E)
        ? "an Mcp-Session-Id that no server may give"
        : null;
  }

  private static AuthException notFound(String problem) {
    return new AuthException(ReasonCode.SESSION_NOT_FOUND, Map.of("problem", problem));
  }

  /** The class alone: a store's message may quote its password. */
  private static AuthException unavailable(Exception problem) {
    if (problem instanceof AuthException refusal && refusal.reason() == ReasonCode.OVER_LIMIT) {
      return refusal;
    }
    return new AuthException(
        ReasonCode.SESSIONS_UNAVAILABLE, Map.of("problem", problem.getClass().getName()));
  }
}
