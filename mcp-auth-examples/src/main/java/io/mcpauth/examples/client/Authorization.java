package io.mcpauth.examples.client;

import io.mcpauth.client.AccessToken;
import io.mcpauth.client.DpopKey;
import io.mcpauth.client.RefreshedTokens;
import io.mcpauth.client.ScopeSelection;
import io.mcpauth.client.TokenClient;
import io.mcpauth.client.TokenSet;
import io.mcpauth.discovery.BearerChallenge;
import io.mcpauth.error.ClientException;
import java.net.URI;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * This client's right to call one MCP server: none at first, then what its challenges ask for.
 * Tokens live as long as the process.
 */
final class Authorization implements AutoCloseable {
  private final URI mcpUrl;
  private final boolean alwaysDpop;
  private final boolean refreshable;
  private final AuthorizationPlace.Finder places;
  private final ClientIdentity identity;
  private final TokenRequests requests;
  private final Clock clock;
  private final DpopKey dpopKey = DpopKey.generate();
  private @Nullable Held held;
  private @Nullable AccessToken sent;

  /** What was granted, where, and for which scopes. */
  private record Held(
      AuthorizationPlace place,
      TokenClient client,
      ScopeSelection scopes,
      RefreshedTokens tokens,
      @Nullable DpopKey dpop) {
    void close() {
      tokens.close();
      client.close();
    }

    @Override
    public String toString() {
      return "Held[" + place.issuer() + "]";
    }
  }

  Authorization(ClientSettings settings, UserAgent userAgent, Clock clock) {
    this.mcpUrl = settings.url();
    this.alwaysDpop = settings.dpop();
    this.refreshable = settings.grant() == ClientSettings.Grant.USER;
    this.identity = new ClientIdentity(settings, clock);
    this.places = new AuthorizationPlace.Finder(settings, identity::chosenFrom);
    this.requests = new TokenRequests(settings, identity, userAgent, clock);
    this.clock = clock;
  }

  /** The headers that a request to the MCP server needs at the moment; secrets. */
  Map<String, String> headers(String method) throws ClientFailure {
    Held now = held;
    if (now == null) {
      return Map.of();
    }
    AccessToken token;
    try {
      token = now.tokens().token();
    } catch (ClientException e) {
      if (!needsLogin(e, now)) {
        throw new ClientFailure(e);
      }
      authorize(now.place(), now.scopes(), now.dpop());
      return headers(method);
    }
    sent = token;
    return headers(method, token);
  }

  /** The same with the token that was sent last, good or not: nobody is asked for another. */
  Map<String, String> lastHeaders(String method) {
    return sent == null ? Map.of() : headers(method, sent);
  }

  private Map<String, String> headers(String method, AccessToken token) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Authorization", token.authorization());
    if (token.isDpopBound()) {
      headers.put("DPoP", dpopKey.proof(method, mcpUrl, token, clock.instant()));
    }
    return headers;
  }

  /** Takes note of a nonce; whether a refusal for want of it is worth another try. */
  boolean learned(String nonce) {
    return dpopKey.rememberNonce(mcpUrl, nonce);
  }

  /** After a 401: other tokens than those that were refused, or the first ones. */
  void renew(@Nullable BearerChallenge challenge) throws ClientFailure {
    AuthorizationPlace place = places.find(challenge);
    Held refused = held;
    boolean moved = refused != null && !refused.place().issuer().equals(place.issuer());
    if (refused == null || moved) {
      ScopeSelection scopes = place.initialScopes(challenge);
      boolean bound =
          alwaysDpop || place.dpopRequired() || (challenge != null && challenge.isDpop());
      authorize(place, withOfflineAccess(scopes, place), bound ? dpopKey : null);
    } else if (!refreshed(refused)) {
      authorize(place, united(refused.scopes(), challenge), refused.dpop());
    }
  }

  /** After a 403 with {@code insufficient_scope}: what was granted, and what is missing. */
  void stepUp(BearerChallenge challenge) throws ClientFailure {
    Held now = held;
    if (now == null) {
      renew(challenge);
    } else {
      authorize(now.place(), united(now.scopes(), challenge), now.dpop());
    }
  }

  /**
   * After a 401 with {@code insufficient_user_authentication} (RFC 9470): what was granted, and a
   * login of the kind that the challenge asks for. A refresh would bring the same login again.
   */
  void logInAgain(BearerChallenge challenge) throws ClientFailure {
    Held now = held;
    if (now == null) {
      renew(challenge);
    } else if (!requests.areOfAUser()) {
      throw new ClientFailure(
          "The server asks for a user's login, which this grant has not (401).");
    } else {
      ScopeSelection scopes =
          united(now.scopes(), challenge).withOpenId(now.place().server().metadata());
      authorize(now.place(), scopes, now.dpop(), challenge);
    }
  }

  /** What an operation is counted under, when it is refused again and again. */
  URI resource() {
    return mcpUrl;
  }

  @Override
  public void close() {
    if (held != null) {
      held.close();
    }
    places.close();
    identity.close();
  }

  /** Whether there is another access token without asking anybody. */
  private boolean refreshed(Held held) throws ClientFailure {
    AccessToken refused = sent;
    if (refused == null) {
      return false;
    }
    try {
      return held.tokens().insteadOf(refused) != refused;
    } catch (ClientException e) {
      if (needsLogin(e, held)) {
        return false;
      }
      throw new ClientFailure(e);
    }
  }

  /** Whether a refresh that failed leaves nothing but a login, as the same client or as another. */
  private boolean needsLogin(ClientException e, Held held) {
    return e.reason() == ClientException.Reason.AUTHORIZATION_ENDED
        || identity.registersAnew(e.error(), held.place(), held.scopes());
  }

  /** Where the server has lost this client, or holds it to too few scopes, as another one, once. */
  private void authorize(AuthorizationPlace place, ScopeSelection scopes, @Nullable DpopKey dpop)
      throws ClientFailure {
    authorize(place, scopes, dpop, null);
  }

  private void authorize(
      AuthorizationPlace place,
      ScopeSelection scopes,
      @Nullable DpopKey dpop,
      @Nullable BearerChallenge login)
      throws ClientFailure {
    try {
      authorizeOnce(place, scopes, dpop, login);
    } catch (ClientFailure e) {
      if (!identity.registersAnew(e.error(), place, scopes)) {
        throw e;
      }
      authorizeOnce(place, scopes, dpop, login);
    }
  }

  private void authorizeOnce(
      AuthorizationPlace place,
      ScopeSelection scopes,
      @Nullable DpopKey dpop,
      @Nullable BearerChallenge login)
      throws ClientFailure {
    TokenRequests.Client client = requests.client(place, dpop);
    TokenSet tokens;
    try {
      tokens = requests.tokens(place, client, scopes, dpop, login);
    } catch (ClientFailure | RuntimeException e) {
      client.tokens().close();
      throw e;
    }
    if (held != null) {
      held.close();
    }
    RefreshedTokens kept =
        RefreshedTokens.naming(
            client.tokens(), tokens, requests.inRefresh(place, scopes), changed -> {}, clock);
    held = new Held(place, client.tokens(), scopes, kept, dpop);
  }

  private ScopeSelection withOfflineAccess(ScopeSelection scopes, AuthorizationPlace place) {
    return refreshable ? scopes.withOfflineAccess(place.server().metadata()) : scopes;
  }

  private static ScopeSelection united(ScopeSelection scopes, @Nullable BearerChallenge challenge) {
    return challenge == null ? scopes : scopes.stepUp(challenge);
  }
}
