package io.mcpauth.session;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Binds each session of HTTP+SSE, the transport of MCP 2024-11-05, to the identity that opened its
 * stream. Such a session has no {@code Mcp-Session-Id}: the first event of the stream, {@code
 * endpoint}, says where the client posts its messages, with the session's id in the query or the
 * path. That event is read in passing, so a message endpoint has an owner before its client knows
 * of it; a request for another caller's, or for one that nobody has, gets the 404 that an unknown
 * session gets.
 *
 * <p>A request is for a message endpoint only if it has the very query that was announced, and the
 * path up to a prefix that a proxy takes away or adds: what a server makes of other spellings,
 * nobody knows here.
 *
 * <p>A session lasts as long as its stream, and is known to the process that passes the stream on,
 * which is where the server behind has it too. So it needs no store, and there are never more than
 * open streams.
 *
 * <p>A session that was opened without a login belongs to whoever has its URL and no login either.
 * Nobody becomes its owner by using it, unlike one of {@link SessionOwners}: its answers would go
 * into a stream that somebody unknown has opened.
 *
 * <p>Part of the machinery behind {@code ResourceServer}. Does not check: events {@code endpoint}
 * that come after the first 8 KB of a stream, and what the server writes into them. A client that
 * goes by such an event is refused.
 */
public final class MessageEndpoints {
  private final String origin;
  private final String endpointPath;
  private final MessagePaths paths;

  /** Whether messages may be posted to the MCP endpoint itself. */
  private volatile boolean atEndpoint;

  private final ConcurrentMap<String, List<Session>> open = new ConcurrentHashMap<>();

  /** No record: two of one caller with one endpoint are two. */
  private static final class Session {
    private final MessageEndpoint endpoint;
    private final String owner;

    Session(MessageEndpoint endpoint, String owner) {
      this.endpoint = endpoint;
      this.owner = owner;
    }
  }

  /**
   * The message endpoints of a resource.
   *
   * @param origin of the resource
   * @param endpointPath of the MCP endpoint
   * @param declared the paths of message endpoints, as {@link #path} lets them pass
   */
  public MessageEndpoints(String origin, String endpointPath, List<String> declared) {
    this.origin = origin;
    this.endpointPath = endpointPath;
    this.paths = new MessagePaths(declared);
  }

  /**
   * The path of message endpoints as it is configured: {@code /message}, or {@code /messages/*} for
   * all below.
   *
   * @throws IllegalArgumentException if it is none, or all
   */
  public static String path(String configured) {
    return MessagePaths.checked(configured);
  }

  /**
   * What a request has to do with them, to be required before it is handed on.
   *
   * @param path as the request has it, raw; null where the adapter does not say
   * @param query raw; null where there is none
   * @param caller who is asking, null for an anonymous caller
   */
  public Asked asked(
      String method, @Nullable String path, @Nullable String query, @Nullable Principal caller) {
    return new Asked(this, method, path, MessageEndpoint.nonEmpty(query), caller);
  }

  /** How many sessions there are. */
  int size() {
    return open.values().stream().mapToInt(List::size).sum();
  }

  /** One request, and where it is a GET the session that its answer may open. */
  public static final class Asked {
    private final MessageEndpoints endpoints;
    private final String method;
    private final @Nullable String path;
    private final @Nullable String query;
    private final @Nullable Principal caller;

    /** What is still looked for in the answer to a GET. */
    private volatile @Nullable EndpointEvent wanted;

    private @Nullable Session mine;
    private @Nullable Session opened;
    private boolean ended;

    private Asked(
        MessageEndpoints endpoints,
        String method,
        @Nullable String path,
        @Nullable String query,
        @Nullable Principal caller) {
      this.endpoints = endpoints;
      this.method = method;
      this.path = path;
      this.query = query;
      this.caller = caller;
      this.wanted = method.equals("GET") ? new EndpointEvent() : null;
    }

    /** Why it is refused that is for a message endpoint which is not its caller's own, or null. */
    public @Nullable Refusal refusal() {
      List<Session> here = endpoints.at(path, query);
      mine = ofCaller(here);
      if (mine != null || (here.isEmpty() && !isForSome())) {
        return null;
      }
      String problem = here.isEmpty() ? "unknown or over" : "the session of another caller";
      return Refusal.of(
          ReasonCode.SESSION_NOT_FOUND, Map.of("problem", problem, "transport", "HTTP+SSE"));
    }

    /**
     * The message endpoint that it is for, as the server announced it; null for other requests.
     * {@link #refusal} has to come first.
     */
    public @Nullable String announced() {
      Session known = mine;
      return known == null ? null : known.endpoint.announced();
    }

    /**
     * Whether it is in a session of its caller's: for its message endpoint, or the stream that
     * opened it. {@link #refusal} has to come first.
     */
    public synchronized boolean isInSession() {
      return mine != null || opened != null;
    }

    /** Whether the beginning of the answer is to be shown. */
    public boolean watches() {
      return wanted != null;
    }

    /**
     * Shows the next bytes of the answer, before the client gets them.
     *
     * @throws AuthException SESSIONS_UNAVAILABLE if they announce a message endpoint that cannot be
     *     bound to the caller: then they must not pass, and the answer has to end
     */
    public synchronized void passes(byte[] bytes, int from, int length) {
      EndpointEvent event = wanted;
      for (int i = from; event != null && i < from + length; i++) {
        next(event, (char) (bytes[i] & 0xFF));
        event = wanted;
      }
    }

    /** As {@link #passes(byte[], int, int)}, with text that is yet to be encoded as UTF-8. */
    public synchronized void passes(CharSequence text) {
      EndpointEvent event = wanted;
      for (int i = 0; event != null && i < text.length(); i++) {
        next(event, text.charAt(i));
        event = wanted;
      }
    }

    /**
     * Says that the answer is an event stream that cannot be read here, because it is encoded: what
     * it may have announced is nobody's.
     */
    public void unreadable() {
      if (wanted != null) {
        wanted = null;
        endpoints.expectAnywhere();
      }
    }

    /** The answer is over, and with it the session. */
    public synchronized void ended() {
      wanted = null;
      ended = true;
      Session last = opened;
      if (last != null) {
        opened = null;
        endpoints.close(last);
      }
    }

    private void next(EndpointEvent event, char character) {
      switch (event.next(character)) {
        case NOT_YET -> {}
        case NONE -> {
          wanted = null;
          endpoints.paths.expect(); // one that comes later is seen by the client, and not here
        }
        case TOO_LONG -> throw unusable("it is longer than " + EndpointEvent.MOST);
        case ENDPOINT -> announce(event.data());
      }
    }

    private void announce(String data) {
      MessageEndpoint endpoint;
      try {
        String base = path == null ? endpoints.endpointPath : path;
        endpoint = MessageEndpoint.of(data, base, endpoints.origin);
      } catch (IllegalArgumentException e) {
        throw unusable(String.valueOf(e.getMessage()));
      }
      Session session = new Session(endpoint, SessionOwners.owner(caller));
      if (ended || !endpoints.open(session)) {
        throw unusable(ended ? "its stream is over" : "it is another caller's");
      }
      opened = session;
      wanted = null;
    }

    private AuthException unusable(String problem) {
      wanted = null;
      endpoints.expectAnywhere();
      return new AuthException(
          ReasonCode.SESSIONS_UNAVAILABLE, Map.of("problem", "the message endpoint: " + problem));
    }

    private @Nullable Session ofCaller(List<Session> here) {
      if (here.isEmpty()) {
        return null; // as for nearly all requests
      }
      String owner = SessionOwners.owner(caller);
      return here.stream().filter(one -> one.owner.equals(owner)).findFirst().orElse(null);
    }

    /** Whether it names a session of this transport, though none that there is. */
    private boolean isForSome() {
      if (path == null) {
        // Such an adapter does not show answers either: none has an owner.
        return endpoints.paths.namesSession(query, true);
      }
      if (!endpoints.paths.isExpected()) {
        return false; // as for every request where this transport is not spoken
      }
      boolean endpoint = MessageEndpoint.isSame(endpoints.endpointPath, path);
      if (endpoint && !endpoints.atEndpoint) {
        // Any other query there is for whoever else reads it.
        return endpoints.paths.namesSessionPlainly(query);
      }
      return endpoints.paths.namesSession(query, false)
          || (!endpoint && method.equals("POST") && endpoints.paths.has(path));
    }
  }

  /** A session may have any URL. */
  private void expectAnywhere() {
    atEndpoint = true;
    paths.expect();
  }

  private List<Session> at(@Nullable String path, @Nullable String query) {
    if (path == null || open.isEmpty()) {
      return List.of();
    }
    return open.getOrDefault(place(path, query), List.of()).stream()
        .filter(session -> session.endpoint.isAt(path))
        .toList();
  }

  /** False where it is another caller's: a server that has one for all cannot be told apart. */
  private boolean open(Session session) {
    MessageEndpoint endpoint = session.endpoint;
    atEndpoint |= endpoint.isAt(endpointPath);
    paths.announced(endpoint);
    List<Session> now =
        open.compute(
            place(endpoint.path(), endpoint.query()),
            (place, known) -> {
              List<Session> all = known == null ? List.of() : known;
              return all.stream().anyMatch(other -> isOfAnother(other, session))
                  ? all
                  : with(all, session);
            });
    return now.stream().anyMatch(one -> one == session);
  }

  private static boolean isOfAnother(Session other, Session session) {
    return !other.owner.equals(session.owner) && other.endpoint.isAt(session.endpoint.path());
  }

  private static List<Session> with(List<Session> all, Session session) {
    List<Session> more = new ArrayList<>(all);
    more.add(session);
    return List.copyOf(more);
  }

  private void close(Session session) {
    MessageEndpoint endpoint = session.endpoint;
    open.computeIfPresent(
        place(endpoint.path(), endpoint.query()),
        (place, all) -> {
          List<Session> others = all.stream().filter(one -> one != session).toList();
          return others.isEmpty() ? null : others;
        });
  }

  /** What of a URL is the same in front of a proxy and behind it, and mostly has the id. */
  private static String place(String path, @Nullable String query) {
    return query == null ? path.substring(path.lastIndexOf('/') + 1) : "?" + query;
  }
}
