package io.mcpauth.issuer;

import java.util.Set;

/** Ends what a client no longer needs (RFC 7009). */
final class RevocationEndpoint implements Endpoint {
  private final Clients clients;
  private final Grants grants;
  private final EventLog events;

  RevocationEndpoint(Clients clients, Grants grants, EventLog events) {
    this.clients = clients;
    this.grants = grants;
    this.events = events;
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    Parameters form = Forms.read(request);
    String token = Forms.required(form, "token");
    Client client = clients.authenticate(request, form, id -> grants.isOf(token, id));
    if (grants.revoke(token, client.id())) {
      events.tell(AuthorizationEvent.Kind.REVOCATION, null, client.id(), null, null, Set.of());
    }
    return OAuthAnswer.empty(200); // section 2.2: also for one that nobody knows
  }
}
