package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ends what a client no longer needs (RFC 7009). */
final class RevocationEndpoint implements Endpoint {
  /**
   * Of one client for one user: each end is a rule that all nodes have a copy of, until the token
   * would have ended.
   */
  static final int MOST_ENDED = 60;

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

  /** What an event tells, as far as it is known. */
  private static final class Told {
    private @Nullable String clientId;
    private @Nullable Grant grant;
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    Told told = new Told();
    try {
      if (revoked(request, told)) {
        tell(told, null);
      }
      return OAuthAnswer.empty(200); // section 2.2: also for one that nobody knows
    } catch (AuthException e) {
      tell(told, e);
      throw e;
    }
  }

  private boolean revoked(OAuthRequest request, Told told) {
    rates.count("revoke", setup.source(request), TokenEndpoint.MOST_A_MINUTE);
    Parameters form = Forms.read(request);
    told.clientId = form.value("client_id");
    String token = Forms.required(form, "token");
    String stranger = clients.toBeFetched(request, form);
    if (stranger != null && !grants.isOf(token, stranger)) {
      return false; // nothing of his to end, and nothing is fetched for him
    }
    Client client = clients.authenticate(request, form, id -> grants.isOf(token, id));
    told.clientId = client.id();
    Grant grant = grants.ofToken(token, client.id());
    if (grant == null) {
      return false;
    }
    told.grant = grant;
    User user = grant.user();
    rates.count("end of grants", client.id() + " " + (user == null ? "" : user.id()), MOST_ENDED);
    return grants.revoke(token, client.id());
  }

  private void tell(Told told, @Nullable AuthException refusal) {
    Grant grant = told.grant;
    User user = grant == null ? null : grant.user();
    events.tell(
        AuthorizationEvent.Kind.REVOCATION,
        refusal,
        told.clientId,
        user == null ? null : user.id(),
        grant == null ? null : grant.id(),
        grant == null ? Set.of() : grant.scopes());
  }
}
