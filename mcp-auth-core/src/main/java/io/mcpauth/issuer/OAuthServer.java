package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.budget.Budget;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.token.AuthorizationServer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * An OAuth 2.1 authorization server for MCP clients, on the login of an application: metadata,
 * authorization, consent, token, revocation, introspection and registration endpoints, and a page
 * where users see what they have connected.
 *
 * <pre>{@code
 * OAuthServer own =
 *     OAuthServer.builder("https://mcp.example.com", store, login)
 *         .resource("https://mcp.example.com/mcp", policy)
 *         .build();
 * ResourceServer server =
 *     ResourceServer.builder("https://mcp.example.com/mcp", own.authorizationServer(), policy)
 *         .store(store)
 *         .build();
 * }</pre>
 *
 * <p>Built once, used by all threads, closed with the application. Everything that lasts is in the
 * store: nodes that share it share logins, clients and grants.
 */
public final class OAuthServer implements AutoCloseable {
  /** That are read or answered at one time. */
  static final int MOST_FORMS = 100;

  private final ServerSetup setup;
  private final OpenStore opened;
  private final Rooms rooms;
  private final Map<String, Door> doors = new LinkedHashMap<>();
  private final Budget forms = new Budget(MOST_FORMS);

  /**
   * Where an endpoint is entered.
   *
   * @param methods that it has, beside OPTIONS
   * @param isPage whether people see what it says
   */
  record Door(Endpoint endpoint, Set<String> methods, boolean isPage) {}

  OAuthServer(ServerSetup setup, OpenStore opened) {
    this.setup = setup;
    this.opened = opened;
    this.rooms = Rooms.of(setup);
    doors.putAll(rooms.doors());
  }

  /**
   * A builder with everything that a server cannot do without.
   *
   * @param issuer its issuer identifier (RFC 8414 section 2), without a slash at its end: https, or
   *     http on loopback; the endpoints are below it
   * @param store where clients, grants and tokens are kept
   * @param login who the user is
   * @throws IllegalArgumentException if it is no issuer identifier
   */
  public static OAuthServerBuilder builder(String issuer, Store store, Login login) {
    return new OAuthServerBuilder(issuer, () -> OpenStore.of(store), login);
  }

  /**
   * As {@link #builder(String, Store, Login)}, with a store that {@link OAuthServerBuilder#build()}
   * opens and {@link #close()} closes, so that a server that was never built leaves nothing open.
   *
   * @throws IllegalArgumentException if it is no issuer identifier
   */
  public static OAuthServerBuilder builder(
      String issuer, Supplier<OpenStore> opening, Login login) {
    return new OAuthServerBuilder(issuer, opening, login);
  }

  ServerSetup setup() {
    return setup;
  }

  /** The issuer identifier. */
  public String issuer() {
    return setup.issuer();
  }

  /** The raw paths on the host whose requests are for this server. */
  public Set<String> paths() {
    return Collections.unmodifiableSet(doors.keySet());
  }

  /** Answers a request. Never throws for anything in it, and never grants after a fault. */
  public OAuthAnswer answer(OAuthRequest request) {
    Door door = doors.get(request.path());
    if (door == null) {
      return OAuthAnswer.empty(404);
    }
    try {
      OAuthAnswer answer = answer(door, request);
      return door.isPage() || answer.written()
          ? answer
          : answer.with("Access-Control-Allow-Origin", "*");
    } catch (AuthException e) {
      return refused(door, request, e);
    } catch (StoreException e) {
      rooms.events().fault(e);
      return refused(door, request, new AuthException(ReasonCode.STORE_UNAVAILABLE));
    } catch (RuntimeException | StackOverflowError e) {
      rooms.events().fault(e);
      return refused(door, request, new AuthException(ReasonCode.INTERNAL_FAULT));
    }
  }

  private OAuthAnswer answer(Door door, OAuthRequest request) {
    String method = request.method().equals("HEAD") ? "GET" : request.method();
    String allow = String.join(", ", new TreeSet<>(door.methods())) + ", OPTIONS";
    if (method.equals("OPTIONS")) {
      OAuthAnswer answer = OAuthAnswer.empty(204).with("Allow", allow);
      return door.isPage()
          ? answer
          : answer
              .with("Access-Control-Allow-Methods", allow)
              .with(
                  "Access-Control-Allow-Headers",
                  "Authorization, Content-Type, DPoP, MCP-Protocol-Version, Accept")
              .with("Access-Control-Max-Age", "600");
    }
    if (!door.methods().contains(method)) {
      return OAuthAnswer.empty(405).with("Allow", allow); // RFC 9110 section 15.5.6
    }
    return method.equals("POST") ? withPlace(door, request) : door.endpoint().answer(request);
  }

  /**
   * Each form holds a thread for as long as its sender likes, and nobody is known before it was
   * read: a source may have a part of the places, and all of them together are few.
   */
  private OAuthAnswer withPlace(Door door, OAuthRequest request) {
    String source = setup.source(request);
    Object owner = source == null ? "" : source;
    if (!forms.take(owner, 1, source == null ? MOST_FORMS : MOST_FORMS / 4)) {
      throw new AuthException(ReasonCode.OVER_LIMIT, Map.of("limit", "forms"));
    }
    try {
      return door.endpoint().answer(request);
    } finally {
      forms.giveBack(owner, 1);
    }
  }

  private OAuthAnswer refused(Door door, OAuthRequest request, AuthException refusal) {
    return door.isPage()
        ? page(refusal)
        : OAuthErrors.json(refusal, request).with("Access-Control-Allow-Origin", "*");
  }

  /** It may be the pages of the application that failed. */
  private OAuthAnswer page(AuthException refusal) {
    try {
      return rooms.pages().problem(refusal);
    } catch (RuntimeException | StackOverflowError e) {
      rooms.events().fault(e);
      return OAuthAnswer.of(503, "text/plain; charset=utf-8", new byte[0]);
    }
  }

  /**
   * What a {@code ResourceServer} in the same process accepts the tokens of this server by: it asks
   * nobody, and what has ended here has ended there within a second, on every node that shares the
   * store. The resource server has to be given the same store ({@code
   * ResourceServerBuilder.store}): with another one it takes an ended token for good for up to five
   * minutes.
   */
  public AuthorizationServer authorizationServer() {
    return AuthorizationServer.of(setup.issuer()).verifiedBy(rooms.verifier());
  }

  /** Enters clients, and changes them, for all nodes that share the store. */
  public ClientControl clients() {
    return ClientControl.on(setup.store());
  }

  /** Lists and ends what users have granted; what it ends is refused here at once. */
  public GrantControl grants() {
    return rooms.grantControl();
  }

  /** Ends its threads, and closes the store where it has opened it. May be called twice. */
  @Override
  public void close() {
    try (opened) {
      rooms.close();
    }
  }
}
