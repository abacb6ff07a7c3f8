package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what a token is good for (RFC 7662), to clients that the operator entered for it. */
final class IntrospectionEndpoint implements Endpoint {
  private final ServerSetup setup;
  private final Clients clients;
  private final Grants grants;
  private final Rates rates;

  IntrospectionEndpoint(ServerSetup setup, Clients clients, Grants grants, Rates rates) {
    this.rates = rates;
    this.setup = setup;
    this.clients = clients;
    this.grants = grants;
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    rates.count("introspect", setup.source(request), TokenEndpoint.MOST_A_MINUTE);
    Parameters form = Forms.read(request);
    String token = Forms.required(form, "token");
    Client client = clients.authenticate(request, form, id -> false);
    if (!client.introspects() || client.isPublic()) {
      throw new AuthException(ReasonCode.GRANT_TYPE_NOT_ALLOWED);
    }
    return OAuthAnswer.json(200, Json.write(said(grants.find(token))));
  }

  /** Section 2.2: of a token that is not good nothing else is said. */
  private Map<String, Object> said(Grants.@Nullable Issued issued) {
    return issued == null || !clients.mayHave(issued)
        ? Map.of("active", false)
        : claims(setup.issuer(), issued, true);
  }

  /**
   * What an access token says.
   *
   * @param active whether {@code active} is said first
   */
  static Map<String, Object> claims(String issuer, Grants.Issued issued, boolean active) {
    Grant grant = issued.grant();
    User user = grant.user();
    Map<String, Object> claims = new LinkedHashMap<>();
    if (active) {
      claims.put("active", true);
      claims.put("token_type", KeyBinding.tokenType(grant));
    }
    claims.putAll(user == null ? Map.of() : user.claims());
    claims.put("iss", issuer);
    if (user != null) { // a client for itself is nobody's namesake (RFC 9700 section 4.15)
      claims.put("sub", user.id());
    }
    claims.put("aud", grant.resource());
    claims.put("client_id", grant.clientId());
    claims.put("scope", String.join(" ", issued.scopes()));
    claims.put("iat", issued.issuedAt().getEpochSecond());
    claims.put("exp", issued.expiresAt().getEpochSecond());
    claims.put("sid", grant.id());
    if (grant.dpopKey() != null) { // RFC 9449 sections 6.1 and 6.2
      claims.put("cnf", Map.of("jkt", grant.dpopKey()));
    }
    if (issued.id() != null) {
      claims.put("jti", issued.id());
    }
    if (grant.authTime() != null) {
      claims.put("auth_time", grant.authTime().getEpochSecond());
    }
    return claims;
  }
}
