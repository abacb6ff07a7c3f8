package io.mcpauth.client;

import io.mcpauth.discovery.ClientReadiness;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundHttp;
import java.net.URI;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client at the token endpoint of one authorization server: one request for each call. Keeps no
 * token; {@link RefreshedTokens}, {@link ClientCredentials} and {@link TokenExchange} do.
 *
 * <p>A request has 5 seconds and 50 KiB, 8 may run at a time, and none follows a redirect or is
 * repeated, but for one repetition where the server wants its DPoP nonce. Used by all threads.
 *
 * <p>Does not check: what the tokens say, and that they have the scopes that were asked for.
 */
public final class TokenClient implements AutoCloseable {
  private final TokenEndpoint endpoint;
  private final EndpointLookup.@Nullable Location revocation;
  private final @Nullable DpopKey dpop;
  private final TokenTransport transport;

  private TokenClient(
      TokenEndpoint endpoint,
      EndpointLookup.@Nullable Location revocation,
      @Nullable DpopKey dpop,
      OutboundHttp.Limits limits,
      Clock clock) {
    this.endpoint = endpoint;
    this.revocation = revocation;
    this.dpop = dpop;
    this.transport = new TokenTransport(endpoint, TokenTarget.unnamed(), limits, clock);
  }

  /**
   * A client for bearer tokens at an authorization server whose metadata was found, by the system's
   * clock.
   *
   * @throws ClientException if there is no token endpoint, or an endpoint is no web address
   */
  public static TokenClient of(DiscoveredMetadata server, ClientAuthentication authentication)
      throws ClientException {
    return of(server, authentication, null, Clock.systemUTC());
  }

  /**
   * A client at an authorization server whose metadata was found. An endpoint may be at a private
   * address only where the metadata came from one.
   *
   * @param server the metadata; its URLs are checked here
   * @param dpop the key to bind tokens to, or null for bearer tokens
   * @throws ClientException if there is no token endpoint, or an endpoint is no web address
   */
  public static TokenClient of(
      DiscoveredMetadata server,
      ClientAuthentication authentication,
      @Nullable DpopKey dpop,
      Clock clock)
      throws ClientException {
    ClientReadiness.requireTokenEndpoint(server.metadata());
    String issuer = server.metadata().issuer();
    AddressPolicy policy = AddressPolicy.ofWhatIsNamedAt(server.address());
    EndpointLookup.Location token =
        new EndpointLookup.Location(
            URI.create(Objects.requireNonNull(server.metadata().tokenEndpoint(), "checked")),
            policy);
    String revocation = server.metadata().revocationEndpoint();
    return new TokenClient(
        TokenEndpoint.found(issuer, unused -> token, authentication),
        revocation == null ? null : new EndpointLookup.Location(URI.create(revocation), policy),
        dpop,
        TokenTransport.LIMITS,
        clock);
  }

  /**
   * A client at an endpoint that the operator knows; it cannot revoke.
   *
   * @param dpop the key to bind tokens to, or null for bearer tokens
   */
  public static TokenClient of(TokenEndpoint endpoint, @Nullable DpopKey dpop, Clock clock) {
    return new TokenClient(endpoint, null, dpop, TokenTransport.LIMITS, clock);
  }

  /** The issuer of the authorization server. */
  public String issuer() {
    return endpoint.issuer();
  }

  /** The endpoint and the client, for {@link ClientCredentials} and {@link TokenExchange}. */
  public TokenEndpoint endpoint() {
    return endpoint;
  }

  /**
   * Redeems a code (RFC 6749 section 4.1.3), with its verifier, redirect URI and {@code resource}.
   *
   * @throws ClientException if there are no tokens for it
   * @throws IllegalStateException if the code is from another issuer or for another client: then
   *     nothing is sent, since that would be the mix-up (RFC 9700 section 4.4)
   */
  public TokenSet redeem(AuthorizationCode code) throws ClientException {
    if (!code.pending().clientId().equals(endpoint.authentication().clientId())) {
      throw new IllegalStateException("The code is for another client. Ask with this one.");
    }
    requireOwn(code.issuer());
    return ask(new Grant.Code(code), code.pending().target());
  }

  /**
   * Refreshes tokens (RFC 6749 section 6) for the same scopes. The answer has the new refresh
   * token, or the old one where the server keeps it.
   *
   * @param tokens tokens of this issuer
   * @param resource the {@code resource} that they are for, or null
   * @throws ClientException AUTHORIZATION_ENDED if there is no refresh token, or it was refused
   *     with {@code invalid_grant}; others if the server cannot be asked
   * @throws IllegalStateException if the tokens are of another issuer; then nothing is sent
   */
  public TokenSet refresh(TokenSet tokens, @Nullable URI resource) throws ClientException {
    requireOwn(tokens.issuer());
    TokenSet.RefreshToken token = tokens.refreshToken();
    if (token == null) {
      throw ClientException.authorizationEnded(issuer(), null);
    }
    Set<String> scopes = tokens.accessToken().scopes();
    TokenTarget same = TokenTarget.unnamed().withScopes(scopes.toArray(String[]::new));
    try {
      TokenSet fresh =
          ask(new Grant.Refresh(token), resource == null ? same : same.withResource(resource));
      return fresh.refreshToken() == null
          ? new TokenSet(fresh.issuer(), fresh.accessToken(), token)
          : fresh;
    } catch (ClientException e) {
      boolean over =
          e.reason() == ClientException.Reason.REFUSED
              && TokenAnswer.INVALID_GRANT.equals(e.error());
      throw over ? ClientException.authorizationEnded(issuer(), e) : e;
    }
  }

  /**
   * Asks for a token for the client itself (RFC 6749 section 4.4), once.
   *
   * @throws ClientException if there is none
   * @throws IllegalStateException if the client has neither secret nor key
   */
  public TokenSet clientCredentials(TokenTarget target) throws ClientException {
    if (endpoint.authentication().method() == ClientAuthentication.Method.NONE) {
      throw new IllegalStateException("A client without secret or key has no token of its own.");
    }
    return ask(new Grant.Own(), target);
  }

  /**
   * Asks for a token with an assertion as the grant (RFC 7523 section 2.1): of a workload, or of an
   * enterprise's identity provider. A refusal is final; nothing else is tried.
   *
   * @throws ClientException if there is none
   */
  public TokenSet jwtBearer(JwtAssertion assertion, TokenTarget target) throws ClientException {
    return ask(new Grant.Asserted(assertion), target);
  }

  /**
   * Exchanges a user's ID token at this identity provider for an identity assertion, which is the
   * grant of a token request to another server (Identity Assertion JWT Authorization Grant draft,
   * section 4.3).
   *
   * @param target {@code audience} is the issuer of the other server, {@code resource} the MCP
   *     server
   * @throws ClientException if there is none
   */
  public JwtAssertion identityAssertion(JwtAssertion idToken, TokenTarget target)
      throws ClientException {
    return transport.ask(
        new Grant.IdentityAsserted(idToken),
        target,
        dpop,
        (answer, response, asked) -> answer.readAssertion(response));
  }

  /**
   * Revokes the refresh token, or the access token where there is none (RFC 7009).
   *
   * @return false if the server has no revocation endpoint; then nothing is sent
   * @throws ClientException if the server did not take note
   * @throws IllegalStateException if the tokens are of another issuer; then nothing is sent
   */
  public boolean revoke(TokenSet tokens) throws ClientException {
    requireOwn(tokens.issuer());
    if (revocation == null) {
      return false;
    }
    TokenSet.RefreshToken refresh = tokens.refreshToken();
    if (refresh == null) {
      transport.revoke(revocation, tokens.accessToken().value(), "access_token");
    } else {
      transport.revoke(revocation, refresh.value(), "refresh_token");
    }
    return true;
  }

  /** Ends the requests that run; later calls throw {@code CLOSED}. */
  @Override
  public void close() {
    transport.close();
  }

  /** The issuer and the client. */
  @Override
  public String toString() {
    return "TokenClient[" + endpoint + "]";
  }

  private TokenSet ask(Grant grant, TokenTarget target) throws ClientException {
    return transport.ask(
        grant,
        target,
        dpop,
        (answer, response, asked) -> answer.readSet(response, asked, dpop != null));
  }

  private void requireOwn(String issuer) {
    if (!issuer.equals(issuer())) {
      throw new IllegalStateException(
          "What " + issuer + " issued is not sent to " + issuer() + ". Use a client for each.");
    }
  }
}
