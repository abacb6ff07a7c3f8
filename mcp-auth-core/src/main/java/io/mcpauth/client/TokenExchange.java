package io.mcpauth.client;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundHttp;
import java.time.Clock;
import java.time.Instant;

/**
 * Exchanges the token of a caller for one that is meant for another server (RFC 8693), so that a
 * call there is still the caller's. The caller's token goes to its own issuer's token endpoint and
 * nowhere else. Used by all threads.
 *
 * <pre>{@code
 * TokenEndpoint endpoint =
 *     TokenEndpoint.discovered(
 *         "https://login.example.com", ClientAuthentication.secretBasic("my-server", secret));
 * TokenTarget calendar = TokenTarget.unnamed().withAudience("https://calendar.example.com");
 * try (TokenExchange exchange = new TokenExchange(endpoint, calendar)) {
 *   String header = exchange.exchange(subjectToken, caller.expiresAt()).authorization();
 * }
 * }</pre>
 *
 * <p>An answer is kept for as long as the caller's token and the new one both last, the latter less
 * a tenth, 5 seconds at most; 10,000 at a time, by the SHA-256 of the caller's token. Threads that
 * bring one token share a request. A refusal is repeated to the same caller for a second, and to no
 * other, so that nobody can have others refused. A request has the limits of its endpoint's
 * connections, 8 may run at a time, and none follows a redirect. A token whose life the server does
 * not tell is taken to last 60 seconds.
 *
 * <p>Does not check: that the caller's token is still good, which the filter does with every
 * request; and what the new token says.
 */
public final class TokenExchange implements AutoCloseable {
  private final TokenEndpoint endpoint;
  private final TokenTransport transport;
  private final ExchangedTokens tokens;
  private volatile boolean closed;

  /** Exchanges at an endpoint; makes no request yet. */
  public TokenExchange(TokenEndpoint endpoint, TokenTarget target) {
    this(endpoint, target, Clock.systemUTC());
  }

  /** The same with a clock of the application's own. */
  public TokenExchange(TokenEndpoint endpoint, TokenTarget target, Clock clock) {
    this(endpoint, target, TokenTransport.limits(endpoint), clock);
  }

  TokenExchange(
      TokenEndpoint endpoint, TokenTarget target, OutboundHttp.Limits limits, Clock clock) {
    this.endpoint = endpoint;
    this.transport = new TokenTransport(endpoint, target, limits, clock);
    this.tokens = new ExchangedTokens(endpoint.issuer(), clock);
  }

  /**
   * The token for calls in the name of a caller, from memory as long as it is good.
   *
   * @param subject the token that the caller sent with the request at hand
   * @param goodUntil when the caller's token ends; no answer is kept for longer
   * @throws ClientException if none can be had at the moment
   * @throws IllegalStateException if the caller's token is of another issuer than the endpoint;
   *     then nothing is sent
   */
  public AccessToken exchange(SubjectToken subject, Instant goodUntil) throws ClientException {
    if (!subject.issuer().equals(endpoint.issuer())) {
      throw new IllegalStateException(
          "A token of "
              + AuthException.fitForLog(subject.issuer())
              + " is not sent to the token endpoint of "
              + endpoint.issuer()
              + ": configure an exchange for each issuer, and choose it by SubjectToken.issuer().");
    }
    if (closed) {
      throw ClientException.noToken(
          ClientException.Reason.CLOSED, endpoint.issuer(), "the exchange was closed");
    }
    return tokens.get(subject, goodUntil, () -> transport.ask(new Grant.Exchanged(subject)));
  }

  /** Ends the requests that run and forgets every token; later calls throw {@code CLOSED}. */
  @Override
  public void close() {
    closed = true;
    transport.close();
    tokens.clear();
  }

  /** The issuer. */
  @Override
  public String toString() {
    return "TokenExchange[" + endpoint.issuer() + "]";
  }

  /** How many tokens are kept. */
  long size() {
    return tokens.size();
  }
}
