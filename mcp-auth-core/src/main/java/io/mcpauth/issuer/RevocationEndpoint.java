package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ends what a client no longer needs (RFC 7009). */
final class RevocationEndpoint implements Endpoint {
  private final ServerSetup setup;
  private final Clients clients;
  private final Grants grants;
  private final Rates rates;
  private final EventLog events;

  RevocationEndpoint(
      ServerSetup setup, Clients clients, Grants grants, Rates rates, EventLog events) {
    this.setup = setup;
    this.rates = rates;
    this.clients = clients;
    this.grants = grants;
    this.events = events;
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    String clientId = null;
    try {
      rates.count("revoke", setup.source(request), TokenEndpoint.MOST_A_MINUTE);
      Parameters form = Forms.read(request);
      clientId = form.value("client_id");
      String token = Forms.required(form, "token");
      Client client = clients.authenticate(request, form, id -> grants.isOf(token, id));
      clientId = client.id();
      if (grants.revoke(token, clientId)) {
        tell(null, clientId);
      }
      return OAuthAnswer.empty(200); // section 2.2: also for one that nobody knows
    } catch (AuthException e) {
      tell(e, clientId);
      throw e;
    }
  }

  private void tell(@Nullable AuthException refusal, @Nullable String clientId) {
    events.tell(AuthorizationEvent.Kind.REVOCATION, refusal, clientId, null, null, Set.of());
  }
}
