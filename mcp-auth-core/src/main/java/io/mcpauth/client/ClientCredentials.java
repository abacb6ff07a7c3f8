package io.mcpauth.client;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.DaemonThread;
import io.mcpauth.internal.http.OutboundHttp;
import java.time.Clock;
import java.util.concurrent.ThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's own token (RFC 6749 section 4.4, client credentials), kept and renewed: for calls that
 * a server makes in its own name. Used by all threads.
 *
 * <pre>{@code
 * TokenEndpoint endpoint =
 *     TokenEndpoint.discovered(
 *         "https://login.example.com", ClientAuthentication.secretBasic("job", secret));
 * TokenTarget target =
 *     TokenTarget.unnamed()
 *         .withScopes("files:list")
 *         .withResource(URI.create("https://mcp.example.com/mcp"));
 * try (ClientCredentials own = new ClientCredentials(endpoint, target)) {
 *   String header = own.token().authorization();
 * }
 * }</pre>
 *
 * <p>The first call asks for a token, once for any number of threads. When a fifth of its life is
 * left, 60 seconds at most, the next call has it renewed in the background, while the old one is
 * still given out; also during an outage, until it ends. A failure is repeated to every caller for
 * a second before the endpoint is asked again. A request has the limits of its endpoint's
 * connections, and follows no redirect. A token whose life the server does not tell is taken to
 * last 60 seconds; one of more than 366 days counts as one of these.
 *
 * <p>Does not check: that the token has the scopes that were asked for; see {@link
 * AccessToken#scopes()}.
 */
public final class ClientCredentials implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientCredentials.class);

  private final TokenTransport transport;
  private final ThreadPoolExecutor executor;
  private final RenewedToken token;

  /**
   * The token of the endpoint's client; makes no request yet.
   *
   * @throws IllegalArgumentException if the client has no secret: then anybody could have its token
   *     (RFC 6749 section 4.4)
   */
  public ClientCredentials(TokenEndpoint endpoint, TokenTarget target) {
    this(endpoint, target, Clock.systemUTC());
  }

  /**
   * The same with a clock of the application's own.
   *
   * @throws IllegalArgumentException if the client has no secret
   */
  public ClientCredentials(TokenEndpoint endpoint, TokenTarget target, Clock clock) {
    this(endpoint, target, TokenTransport.limits(endpoint), clock, LOG);
  }

  ClientCredentials(
      TokenEndpoint endpoint,
      TokenTarget target,
      OutboundHttp.Limits limits,
      Clock clock,
      Logger log) {
    if (endpoint.authentication().method() == ClientAuthentication.Method.NONE) {
      throw new IllegalArgumentException(
          "Client '"
              + endpoint.authentication().clientId()
              + "' has no secret, so it cannot have a token of its own."
              + " Write ClientAuthentication.secretBasic(id, secret).");
    }
    transport = new TokenTransport(endpoint, target, limits, clock);
    executor = DaemonThread.pool(number -> "mcp-auth-token", 1, Integer.MAX_VALUE, 5);
    token =
        new RenewedToken(
            endpoint.issuer(), () -> transport.ask(new Grant.Own()), executor, clock, log);
  }

  /**
   * The token, from memory as long as it is good.
   *
   * @throws ClientException if there is none and none can be had at the moment
   */
  public AccessToken token() throws ClientException {
    return token.get();
  }

  /**
   * Takes note that the target refused a token with a 401: the next call waits for a new one, and
   * falls back to the old one where none can be had. Has no effect on a token that is no longer the
   * kept one, and within 5 seconds of the last time.
   */
  public void forget(AccessToken refused) {
    token.forget(refused);
  }

  /** Ends the request that runs and every thread; later calls throw {@code CLOSED}. */
  @Override
  public void close() {
    token.close();
    executor.shutdownNow();
    transport.close();
  }

  /** The issuer. */
  @Override
  public String toString() {
    return "ClientCredentials[" + transport.issuer() + "]";
  }
}
