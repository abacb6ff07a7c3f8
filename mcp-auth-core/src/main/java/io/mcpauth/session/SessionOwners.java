package io.mcpauth.session;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.Opaque;
import java.security.Principal;
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
 * it with something before its user claims it. On this node, streams that were opened without a
 * login end then. A server that keeps something worth protecting in sessions should have no
 * anonymous {@code initialize}.
 *
 * <p>Does not bind: the sessions of the transport before Streamable HTTP, whose ids are in the
 * query.
 *
 * <p>Part of the machinery behind {@code ResourceServer}. Does not check: whether a request needs a
 * session, and whether the server behind still has it.
 */
public final class SessionOwners {
  private static final String ANONYMOUS = "";

  /** Enough for a JWT, which the specification names as a possible id. */
  private static final int MAX_ID_LENGTH = 2048;

  private final SessionStore store;
  private final Map<Object, Runnable> onClaim = new ConcurrentHashMap<>();

  /** Owners that are kept in a store. */
  public SessionOwners(SessionStore store) {
    this.store = store;
  }

  /**
   * The session of a request, to be required before it is handed on.
   *
   * @param headerLines every line of the {@code Mcp-Session-Id} header
   * @param caller who is asking, null for an anonymous caller
   */
  public Bound bound(List<String> headerLines, @Nullable Principal caller) {
    return new Bound(this, headerLines, caller);
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

  /** The session of one request: that which it names, and that which the server opens for it. */
  public static final class Bound {
    private final SessionOwners owners;
    private final List<String> named;
    private final @Nullable Principal caller;

    private Bound(SessionOwners owners, List<String> named, @Nullable Principal caller) {
      this.owners = owners;
      this.named = List.copyOf(named);
      this.caller = caller;
    }

    /**
     * Why a request is refused that names a session which is not its caller's own; null for all
     * others. An anonymous session is the caller's from here on.
     */
    public @Nullable Refusal refusal() {
      try {
        if (owners.require(named, caller)) {
          owners.onClaim.values().forEach(Runnable::run);
        }
        return null;
      } catch (AuthException e) {
        return Refusal.of(e);
      }
    }

    /**
     * The server opened a session for the caller.
     *
     * @param id its {@code Mcp-Session-Id}
     */
    public void opened(String id) {
      owners.open(id, caller);
    }

    /** The server ended the session that the request names. */
    public void ended() {
      for (String id : named) { // one at most, or the request had been refused
        owners.end(id);
      }
    }

    /** Whether the session of an anonymous request belongs to somebody by now. */
    public boolean isLost() {
      try {
        return caller == null && !named.isEmpty() && !owners.isAnonymous(named.get(0));
      } catch (AuthException e) {
        return true; // a store that does not answer: whose session it is, nobody knows
      }
    }
  }

  /**
   * Binds a session that the server opened to its caller, null for an anonymous one.
   *
   * @throws AuthException SESSIONS_UNAVAILABLE if the store fails or is full, or the session is
   *     another's; SESSION_NOT_FOUND if the id has a form that no session may have. The session can
   *     then not be used
   */
  void open(String id, @Nullable Principal caller) {
    String key = key(id);
    ask(
        () -> {
          store.put(key, owner(caller));
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
    String asking = owner(caller);
    String owner = ownerOf(key);
    if (ANONYMOUS.equals(owner) && caller != null) {
      if (ask(() -> store.replaceOwner(key, ANONYMOUS, asking))) {
        return true;
      }
      owner = ownerOf(key); // claimed meanwhile, maybe by another request of this very caller
    }
    if (owner == null) {
      throw notFound("unknown or over");
    }
    if (!owner.equals(asking)) {
      throw notFound("the session of another caller");
    }
    return false;
  }

  /** Whether a session is still everybody's who has its id; false where nobody knows it. */
  boolean isAnonymous(String id) {
    return ANONYMOUS.equals(ownerOf(key(id)));
  }

  /**
   * Forgets a session that its owner ended, so that nobody uses it any more. {@link #require} has
   * to come first.
   *
   * @throws AuthException SESSIONS_UNAVAILABLE if the store fails; SESSION_NOT_FOUND if the id has
   *     a form that no session may have
   */
  void end(String id) {
    String key = key(id);
    ask(
        () -> {
          store.remove(key);
          return true;
        });
  }

  private @Nullable String ownerOf(String key) {
    try {
      return store.owner(key);
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

  private static String owner(@Nullable Principal caller) {
    if (caller == null) {
      return ANONYMOUS;
    }
    if (caller.getName().isEmpty()) { // of another maker than this library
      throw new IllegalArgumentException("A caller without a name would be taken for everybody");
    }
    return caller.getName();
  }

  /** Streamable HTTP, Session Management: visible ASCII only. */
  private static String key(String id) {
    if (id.isEmpty()) {
      throw notFound("an empty Mcp-Session-Id");
    }
    if (id.length() > MAX_ID_LENGTH || !id.chars().allMatch(c -> c >= 0x21 && c <= 0x7E)) {
      throw notFound("an Mcp-Session-Id that no server may give");
    }
    return HexFormat.of().formatHex(Opaque.sha256(id));
  }

  private static AuthException notFound(String problem) {
    return new AuthException(ReasonCode.SESSION_NOT_FOUND, Map.of("problem", problem));
  }

  /** The class alone: a store's message may quote its password. */
  private static AuthException unavailable(Exception problem) {
    return new AuthException(
        ReasonCode.SESSIONS_UNAVAILABLE, Map.of("problem", problem.getClass().getName()));
  }
}
