package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.json.Json;
import io.mcpauth.pkce.CodeChallenge;
import io.mcpauth.token.TokenRequestProofs;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The token endpoint (OAuth 2.1 section 3.2): codes, refresh tokens, and clients themselves. */
final class TokenEndpoint implements Endpoint {
  static final String CODE = "authorization_code";
  static final String REFRESH = "refresh_token";
  static final String CLIENT = "client_credentials";

  /**
   * Of one proven client, or one source: a hosted client has all its users behind few addresses.
   */
  static final int MOST_A_MINUTE = 6_000;

  /** Of a client that acts for itself: each is an entry of its own, where a refresh has one. */
  static final int MOST_FOR_ITSELF = 600;

  private final ServerSetup setup;
  private final Clients clients;
  private final Grants grants;
  private final Entrance entrance;
  private final Asking asking;
  private final KeyBinding binding;
  private final Rates rates;
  private final EventLog events;

  TokenEndpoint(
      ServerSetup setup,
      Clients clients,
      Grants grants,
      Entrance entrance,
      Asking asking,
      Rates rates,
      EventLog events) {
    this.setup = setup;
    this.clients = clients;
    this.grants = grants;
    this.entrance = entrance;
    this.asking = asking;
    this.binding = new KeyBinding(setup);
    this.rates = rates;
    this.events = events;
  }

  /** What an event tells, as far as it is known. */
  private static final class Told {
    private AuthorizationEvent.Kind kind = AuthorizationEvent.Kind.ISSUE;
    private @Nullable String clientId;
    private @Nullable String subject;
    private @Nullable String grantId;
    private Set<String> scopes = Set.of();

    void of(Grant grant) {
      User user = grant.user();
      subject = user == null ? null : user.id();
      grantId = grant.id();
    }
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    Told told = new Told();
    try {
      Grants.Tokens tokens = tokens(request, told);
      told.of(tokens.grant());
      told.scopes = tokens.scopes();
      tell(told, null);
      return written(tokens);
    } catch (AuthException e) {
      if (e.reason() == ReasonCode.CODE_REUSED || e.reason() == ReasonCode.REFRESH_TOKEN_REUSED) {
        told.kind = AuthorizationEvent.Kind.REUSE;
      }
      tell(told, e);
      throw e;
    } catch (RuntimeException e) {
      tell(told, EventLog.refusal(e));
      throw e;
    }
  }

  private void tell(Told told, @Nullable AuthException refusal) {
    events.tell(told.kind, refusal, told.clientId, told.subject, told.grantId, told.scopes);
  }

  private Grants.Tokens tokens(OAuthRequest request, Told told) {
    entrance.requireOpen();
    rates.count("token", setup.source(request), MOST_A_MINUTE);
    Parameters form = Forms.read(request);
    told.clientId = form.value("client_id");
    String type = Forms.required(form, "grant_type");
    return switch (type) {
      case CODE -> ofCode(request, form, told);
      case REFRESH -> ofRefreshToken(request, form, told);
      case CLIENT -> ofClient(request, form, told);
      default -> throw new AuthException(ReasonCode.GRANT_TYPE_NOT_SUPPORTED);
    };
  }

  /**
   * A client that is not at hand and has nothing here is told that, and none of its own is fetched:
   * "unknown client" would have it throw its registration away.
   */
  private void requireNoStranger(
      OAuthRequest request, Parameters form, Clients.Known known, ReasonCode otherwise) {
    String stranger = clients.toBeFetched(request, form);
    if (stranger != null && !known.of(stranger)) {
      throw new AuthException(otherwise, Map.of("problem", "not issued to this client"));
    }
  }

  private Client authenticated(
      OAuthRequest request, Parameters form, Told told, String grantType, Clients.Known known) {
    Client client = clients.authenticate(request, form, known);
    told.clientId = client.id();
    if (!client.isPublic()) { // anybody can name one, and must not spend what its users need
      rates.count("token of client", client.id(), MOST_A_MINUTE);
    }
    if (!client.metadata().grantTypes().contains(grantType)) {
      throw new AuthException(ReasonCode.GRANT_TYPE_NOT_ALLOWED);
    }
    return client;
  }

  private Grants.Tokens ofCode(OAuthRequest request, Parameters form, Told told) {
    String code = Forms.required(form, "code");
    Clients.Known known = id -> grants.isOf(code, id);
    requireNoStranger(request, form, known, ReasonCode.CODE_INVALID);
    Client client = authenticated(request, form, told, CODE, known);
    TokenRequestProofs.Shown proof = binding.shown(request, client);
    if (proof != null && !grants.isOf(code, client.id())) { // no signature check for a stranger
      throw new AuthException(ReasonCode.CODE_INVALID, Map.of("problem", "not of this client"));
    }
    String key = KeyBinding.proven(proof);
    Code taken = grants.take(code); // whatever is wrong with the rest, it has had its one try
    told.subject = taken.user().id();
    told.scopes = taken.scopes();
    if (!taken.clientId().equals(client.id())) {
      throw new AuthException(ReasonCode.CODE_INVALID, Map.of("problem", "of another client"));
    }
    // OAuth 2.1 section 10.2: it may be absent, since the verifier does what it was for.
    String redirect = form.value("redirect_uri");
    if (redirect != null && !redirect.equals(taken.redirectUri())) {
      throw new AuthException(ReasonCode.CODE_INVALID, Map.of("problem", "another redirect_uri"));
    }
    KeyBinding.requireOf(taken, key);
    CodeChallenge.verify(new CodeChallenge(taken.challenge()), form.value("code_verifier"));
    requireResource(form, taken.resource());
    // Who was cut off since the user allowed it is out.
    Instant since = taken.createdAt() == null ? Instant.EPOCH : taken.createdAt();
    Refusal kept = entrance.refusal(client.id(), taken.user(), since);
    if (kept != null) {
      throw new AuthException(ReasonCode.CODE_INVALID, kept.facts());
    }
    Set<String> scopes = within(taken.scopes(), client);
    told.scopes = scopes;
    boolean refresh = client.metadata().grantTypes().contains(REFRESH);
    Grants.Tokens tokens = grants.begin(code, taken.taken(scopes, key), lifetime(client), refresh);
    clients.used(client);
    return tokens;
  }

  private Grants.Tokens ofRefreshToken(OAuthRequest request, Parameters form, Told told) {
    told.kind = AuthorizationEvent.Kind.REFRESH;
    String token = Forms.required(form, "refresh_token");
    Clients.Known known = id -> grants.isOf(token, id);
    requireNoStranger(request, form, known, ReasonCode.REFRESH_TOKEN_INVALID);
    Client client = authenticated(request, form, told, REFRESH, known);
    TokenRequestProofs.Shown proof = binding.shown(request, client);
    Grants.InUse found = grants.ofRefreshToken(token, client.id());
    Grant grant = found.grant();
    told.of(grant);
    requireNotKeptOut(grant, found);
    requireResource(form, grant.resource());
    Set<String> scopes = refreshed(form, grant, client);
    told.scopes = scopes;
    String shown = proof == null ? null : proof.thumbprint();
    Grant unused = KeyBinding.refreshed(grant, client, shown); // before it costs a signature check
    String key = KeyBinding.proven(proof);
    User user = userNow(grant);
    requireNotKeptOut(grant.withUser(user), found); // he may be in other groups
    Grants.Tokens tokens =
        grants.rotate(
            token,
            grant,
            scopes,
            lifetime(client),
            now -> KeyBinding.refreshed(now.withUser(user), client, key));
    clients.used(client);
    return tokens;
  }

  private void requireNotKeptOut(Grant grant, Grants.InUse found) {
    Refusal kept = entrance.refusal(grant, found.usedAt());
    if (kept != null) {
      throw new AuthException(ReasonCode.REFRESH_TOKEN_INVALID, kept.facts());
    }
  }

  /** The user of a grant as the application has him now; where it has not, the grant ends. */
  private @Nullable User userNow(Grant grant) {
    User before = grant.user();
    User now = before == null ? null : asking.now(before);
    if (before != null && now == null) {
      boolean unused = grants.end(grant.id());
      throw new AuthException(ReasonCode.USER_GONE, Map.of("grant", grant.id()));
    }
    return now;
  }

  /**
   * RFC 6749 section 6: those of the grant or fewer. What the client was limited to since holds.
   */
  private static Set<String> refreshed(Parameters form, Grant grant, Client client) {
    Set<String> left = within(grant.scopes(), client);
    Set<String> asked = Forms.scopes(form);
    if (!left.containsAll(asked)) {
      throw new AuthException(ReasonCode.SCOPE_NOT_OFFERED);
    }
    return asked.isEmpty() ? left : asked;
  }

  /** What is left of what was granted, since the operator limited the client. */
  private static Set<String> within(Set<String> granted, Client client) {
    Set<String> left = new LinkedHashSet<>(granted);
    Set<String> limit = client.scopes();
    if (limit != null) {
      left.retainAll(limit);
    }
    if (left.isEmpty() && !granted.isEmpty()) {
      throw new AuthException(ReasonCode.SCOPE_NOT_OFFERED);
    }
    return left;
  }

  private Grants.Tokens ofClient(OAuthRequest request, Parameters form, Told told) {
    Client client = authenticated(request, form, told, CLIENT, id -> false);
    TokenRequestProofs.Shown proof = binding.shown(request, client);
    Set<String> own = client.scopes();
    if (client.way() != Client.Way.ENTERED || client.isPublic() || own == null) {
      throw new AuthException(ReasonCode.GRANT_TYPE_NOT_ALLOWED);
    }
    rates.count("token for itself", client.id(), MOST_FOR_ITSELF);
    Refusal kept = entrance.refusal(client.id(), null, null);
    if (kept != null) {
      throw new AuthException(ReasonCode.CLIENT_UNKNOWN, kept.facts());
    }
    Set<String> asked = Forms.scopes(form);
    if (!own.containsAll(asked)) {
      throw new AuthException(ReasonCode.SCOPE_NOT_OFFERED);
    }
    List<String> resources = form.values("resource");
    String resource = setup.resource(resources);
    String key = KeyBinding.proven(proof);
    Set<String> scopes = asked.isEmpty() ? own : asked;
    return grants.ofClient(client, scopes, resource, lifetime(client), key);
  }

  private Duration lifetime(Client client) {
    Duration own = client.lifetime();
    return own == null ? setup.accessTokenLifetime() : own;
  }

  /** RFC 8707 section 2.2: none, or the one that was allowed. */
  private void requireResource(Parameters form, String granted) {
    List<String> named = form.values("resource");
    for (String resource : named) {
      if (!setup.resource(List.of(resource)).equals(granted)) {
        throw new AuthException(ReasonCode.RESOURCE_NOT_SERVED);
      }
    }
  }

  private static OAuthAnswer written(Grants.Tokens tokens) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("access_token", tokens.accessToken());
    body.put("token_type", KeyBinding.tokenType(tokens.grant()));
    body.put("expires_in", tokens.lifetime().toSeconds());
    String refresh = tokens.refreshToken();
    if (refresh != null) {
      body.put("refresh_token", refresh);
    }
    body.put("scope", String.join(" ", tokens.scopes()));
    return OAuthAnswer.json(200, Json.write(body)).with("Pragma", "no-cache");
  }
}
