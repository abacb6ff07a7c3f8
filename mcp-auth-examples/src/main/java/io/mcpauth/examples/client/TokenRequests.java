package io.mcpauth.examples.client;

import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.DpopKey;
import io.mcpauth.client.JwtAssertion;
import io.mcpauth.client.ScopeSelection;
import io.mcpauth.client.TokenClient;
import io.mcpauth.client.TokenEndpoint;
import io.mcpauth.client.TokenSet;
import io.mcpauth.client.TokenTarget;
import io.mcpauth.discovery.BearerChallenge;
import io.mcpauth.error.ClientException;
import io.mcpauth.examples.client.ClientSettings.Enterprise;
import io.mcpauth.examples.client.ClientSettings.Grant;
import java.net.URI;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks for tokens on the ground that the settings name. */
final class TokenRequests {
  private final ClientSettings settings;
  private final ClientIdentity identity;
  private final UserAgent userAgent;
  private final Clock clock;

  TokenRequests(
      ClientSettings settings, ClientIdentity identity, UserAgent userAgent, Clock clock) {
    this.settings = settings;
    this.identity = identity;
    this.userAgent = userAgent;
    this.clock = clock;
  }

  /**
   * This client at one authorization server.
   *
   * @param id its client id there
   * @param tokens its way to the token endpoint
   */
  record Client(String id, TokenClient tokens) {}

  /** This client at the authorization server of a place. */
  Client client(AuthorizationPlace place, @Nullable DpopKey dpop) throws ClientFailure {
    URI redirectUri = settings.grant() == Grant.USER ? userAgent.redirectUri() : null;
    ClientAuthentication authentication = identity.at(place.server(), redirectUri);
    try {
      return new Client(
          authentication.clientId(),
          TokenClient.of(place.server(), authentication, dpop, clock, settings.connections()));
    } catch (ClientException e) {
      throw new ClientFailure(e);
    }
  }

  /** Whether a user logs in for them. */
  boolean areOfAUser() {
    return settings.grant() == Grant.USER;
  }

  /**
   * New tokens, from the beginning.
   *
   * @param login the challenge that says what the login has to be, or null
   */
  TokenSet tokens(
      AuthorizationPlace place,
      Client client,
      ScopeSelection scopes,
      @Nullable DpopKey dpop,
      @Nullable BearerChallenge login)
      throws ClientFailure {
    try {
      return switch (settings.grant()) {
        case USER -> ofTheUser(place, client, scopes.scopes(), dpop, login);
        case CLIENT_CREDENTIALS -> client.tokens().clientCredentials(target(place, scopes));
        case WORKLOAD ->
            client
                .tokens()
                .jwtBearer(
                    Objects.requireNonNull(settings.workload(), "read"), target(place, scopes));
        case ENTERPRISE ->
            client
                .tokens()
                .jwtBearer(
                    identityAssertion(
                        Objects.requireNonNull(settings.enterprise(), "read"), place, scopes),
                    target(place, scopes));
      };
    } catch (ClientException e) {
      throw new ClientFailure(e);
    }
  }

  /** What a refresh names. */
  TokenTarget inRefresh(AuthorizationPlace place, ScopeSelection scopes) {
    boolean named = settings.provider().scopesInRefresh();
    return target(place, named ? scopes : new ScopeSelection(Set.of()));
  }

  private TokenSet ofTheUser(
      AuthorizationPlace place,
      Client client,
      Set<String> scopes,
      @Nullable DpopKey dpop,
      @Nullable BearerChallenge login)
      throws ClientFailure, ClientException {
    AuthorizationRequest request =
        place.request(client.id(), userAgent.redirectUri(), scopes, dpop, login, clock.instant());
    return client.tokens().redeem(userAgent.authorize(request));
  }

  /** The enterprise's identity provider vouches for the user at the other server. */
  private JwtAssertion identityAssertion(
      Enterprise enterprise, AuthorizationPlace place, ScopeSelection scopes)
      throws ClientException {
    TokenEndpoint endpoint =
        TokenEndpoint.of(
            enterprise.issuer(),
            enterprise.tokenEndpoint(),
            ClientAuthentication.none(enterprise.clientId()),
            settings.connections());
    try (TokenClient provider = TokenClient.of(endpoint, null, clock)) {
      return provider.identityAssertion(
          enterprise.idToken(), target(place, scopes).withAudience(place.issuer()));
    }
  }

  private static TokenTarget target(AuthorizationPlace place, ScopeSelection scopes) {
    TokenTarget target = TokenTarget.unnamed().withScopes(scopes.scopes().toArray(String[]::new));
    URI resource = place.resource();
    return resource == null ? target : target.withResource(resource);
  }
}
