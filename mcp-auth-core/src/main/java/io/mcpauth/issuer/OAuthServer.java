package io.mcpauth.issuer;

import io.mcpauth.store.Store;
import io.mcpauth.token.AuthorizationServer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * An OAuth 2.1 authorization server for MCP clients, on the login of an application: metadata,
 * authorization, consent, token, revocation, introspection and registration endpoints, and a page
 * where users see what they have connected.
 *
 * <p>Built once, used by all threads, closed with the application. Everything that lasts is in the
 * store: nodes that share it share logins, clients and grants.
 */
public final class OAuthServer implements AutoCloseable {
  private final ServerSetup setup;
  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();

  OAuthServer(ServerSetup setup) {
    this.setup = setup;
  }

  /**
   * A builder with everything that a server cannot do without.
   *
   * @param issuer its issuer identifier (RFC 8414 section 2): https, or http on loopback; the
   *     endpoints are below it
   * @param store where clients, grants and tokens are kept
   * @param login who the user is
   */
  public static OAuthServerBuilder builder(String issuer, Store store, Login login) {
    return new OAuthServerBuilder(issuer, store, login);
  }

  /** The issuer identifier. */
  public String issuer() {
    return setup.issuer();
  }

  /** The raw paths on the host whose requests are for this server. */
  public Set<String> paths() {
    return Set.copyOf(endpoints.keySet());
  }

  /** Answers a request. Never throws for anything in it, and never grants after a fault. */
  public OAuthAnswer answer(OAuthRequest request) {
    throw new UnsupportedOperationException();
  }

  /** What a {@code ResourceServer} in the same process accepts its tokens by, without a request. */
  public AuthorizationServer authorizationServer() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
