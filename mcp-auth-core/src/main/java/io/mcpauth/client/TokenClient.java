package io.mcpauth.client;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.ClientReadiness;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.outbound.OutboundConnections;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client at the token endpoint of one authorization server: one request for each call. Keeps no
 * token; {@link RefreshedTokens}, {@link ClientCredentials} and {@link TokenExchange} do.
 *
 * <pre>{@code
 * try (TokenClient client = TokenClient.of(provider, ClientAuthentication.none("my-client"))) {
 *   AuthorizationCode code = pending.accept(redirectedTo, Instant.now()); // state, iss and error
 *   TokenSet tokens = client.redeem(code);
 *   String header = tokens.accessToken().authorization();
 * }
 * }</pre>
 *
 * <p>A request has the limits of its {@link OutboundConnections}, 8 may run at a time, and none
 * follows a redirect or is repeated, but for one repetition where the server wants its DPoP nonce.
 * Used by all threads.
 *
 * <p>Does not check: what the tokens say, and that they have the scopes that were asked for.
 */
public final class TokenClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TokenClient.class);

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
   * @throws ClientException if there is no token endpoint, or it is no web address
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
   * @throws ClientException if there is no token endpoint, or it is no web address
   */
  public static TokenClient of(
      DiscoveredMetadata server,
      ClientAuthentication authentication,
      @Nullable DpopKey dpop,
      Clock clock)
      throws ClientException {
    return of(server, authentication, dpop, clock, OutboundConnections.defaults());
  }

  /**
   * The same through connections of the application's own.
   *
   * @throws ClientException if there is no token endpoint, or it is no web address
   */
  public static TokenClient of(
      DiscoveredMetadata server,
      ClientAuthentication authentication,
      @Nullable DpopKey dpop,
      Clock clock,
      OutboundConnections connections)
      throws ClientException {
    ClientReadiness.requireTokenEndpoint(server.metadata());
    String issuer = server.metadata().issuer();
    AddressPolicy policy = AddressPolicy.ofWhatIsNamedAt(server.address(), server.steered());
    EndpointLookup.Location token =
        new EndpointLookup.Location(
            URI.create(Objects.requireNonNull(server.metadata().tokenEndpoint(), "checked")),
            policy);
    TokenEndpoint endpoint =
        TokenEndpoint.found(issuer, unused -> token, authentication, connections);
    return new TokenClient(
        endpoint,
        revocation(server.metadata(), policy),
        dpop,
        TokenTransport.limits(endpoint),
        clock);
  }

  /** Null where there is none that may be asked: logging in needs none. */
  private static EndpointLookup.@Nullable Location revocation(
      AuthorizationServerMetadata metadata, AddressPolicy policy) {
    String endpoint = metadata.revocationEndpoint();
    try {
      if (endpoint != null) {
        ClientReadiness.requireWebAddress(metadata, "revocation_endpoint", endpoint);
        return new EndpointLookup.Location(URI.create(endpoint), policy);
      }
    } catch (ClientException e) {
      LOG.warn("Tokens cannot be revoked: {}", e.getMessage());
    }
    return null;
  }

  /**
   * A client at an endpoint that the operator knows, through its connections; it cannot revoke.
   *
   * @param dpop the key to bind tokens to, or null for bearer tokens
   */
  public static TokenClient of(TokenEndpoint endpoint, @Nullable DpopKey dpop, Clock clock) {
    return new TokenClient(endpoint, null, dpop, TokenTransport.limits(endpoint), clock);
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
   * <p>Where an answer is refused although it had a new refresh token, that is lost to the caller
   * of this method; {@link RefreshedTokens} keeps it.
   *
   * @param tokens tokens of this issuer
   * @param resource the {@code resource} that they are for, or null
   * @throws ClientException AUTHORIZATION_ENDED if there is no refresh token, or it was refused for
   *     good: with {@code invalid_grant} and every other code that would be the same the next time;
   *     REFUSED with {@code invalid_client}, which is about the client; others if the server cannot
   *     be asked
   * @throws IllegalStateException if the tokens are of another issuer; then nothing is sent
   */
  public TokenSet refresh(TokenSet tokens, @Nullable URI resource) throws ClientException {
    return refreshed(renew(tokens, resource));
  }

  /**
   * Refreshes tokens with a request that names what the target names, for providers that need more
   * or take less: {@code scope}, without which Entra refuses; no {@code resource}, where one is
   * refused in a refresh. Without {@code resource} the server alone decides whom the token is for
   * (RFC 8707 section 2.2): leave it out for a provider that has one audience for this client. What
   * {@link #refresh} says of an answer that is refused holds here too.
   *
   * @param target what to name; a server may refuse scopes that were not granted before (RFC 6749
   *     section 6)
   * @throws ClientException as {@link #refresh} does
   * @throws IllegalStateException if the tokens are of another issuer; then nothing is sent
   */
  public TokenSet refreshNaming(TokenSet tokens, TokenTarget target) throws ClientException {
    return refreshed(renewNaming(tokens, target));
  }

  /** A refresh for the same scopes, which are not named. */
  Renewal renew(TokenSet old, @Nullable URI resource) {
    TokenTarget unnamed = TokenTarget.unnamed();
    return renewNaming(old, resource == null ? unnamed : unnamed.withResource(resource));
  }

  /** A refresh that names what the target names; without scopes it is for the same. */
  Renewal renewNaming(TokenSet old, TokenTarget target) {
    if (!target.scopes().isEmpty()) {
      return renew(old, target, true);
    }
    Set<String> scopes = old.accessToken().scopes();
    TokenTarget same = TokenTarget.unnamed().withScopes(scopes.toArray(String[]::new));
    URI resource = target.resource();
    String audience = target.audience();
    same = resource == null ? same : same.withResource(resource);
    return renew(old, audience == null ? same : same.withAudience(audience), false);
  }

  private Renewal renew(TokenSet old, TokenTarget target, boolean namesScopes) {
    requireOwn(old.issuer());
    TokenSet.RefreshToken token = old.refreshToken();
    if (token == null) {
      return new Renewal(old, ClientException.authorizationEnded(issuer(), null));
    }
    try {
      Renewal renewal =
          transport.ask(
              new Grant.Refresh(token, namesScopes), target, dpop, new RenewalReader(old, dpop));
      ClientException problem = renewal.problem();
      if (problem != null) {
        transport.forgetIfMoved(problem);
      }
      return renewal;
    } catch (ClientException e) {
      return new Renewal(old, e);
    }
  }

  /** Reads the answer to a refresh. */
  private record RenewalReader(TokenSet old, @Nullable DpopKey dpop)
      implements TokenTransport.Reader<Renewal> {
    @Override
    public Renewal read(TokenAnswer answer, OutboundResponse response, Instant asked) {
      return answer.readRenewal(response, asked, dpop != null, old);
    }

    /** The refresh token is spent, and its successor is in an answer that nobody can read. */
    @Override
    public Renewal unread(ClientException problem) {
      return new Renewal(
          new TokenSet(old.issuer(), old.accessToken(), null),
          ClientException.authorizationEnded(old.issuer(), problem));
    }

    @Override
    public String toString() {
      return "RenewalReader[" + old.issuer() + "]";
    }
  }

  private static TokenSet refreshed(Renewal renewal) throws ClientException {
    ClientException problem = renewal.problem();
    if (problem != null) {
      throw problem;
    }
    return renewal.tokens();
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
