package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The page where users see what they have connected, and end it. */
final class ApplicationsEndpoint implements Endpoint {
  private final ServerSetup setup;
  private final Clients clients;
  private final Grants grants;
  private final Consents consents;
  private final Asking asking;
  private final Browser browser;
  private final PageAnswers pages;
  private final EventLog events;

  ApplicationsEndpoint(
      ServerSetup setup,
      Clients clients,
      Grants grants,
      Consents consents,
      Asking asking,
      Browser browser,
      PageAnswers pages,
      EventLog events) {
    this.setup = setup;
    this.clients = clients;
    this.grants = grants;
    this.consents = consents;
    this.asking = asking;
    this.browser = browser;
    this.pages = pages;
    this.events = events;
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    try {
      URI here = URI.create(setup.addresses().of(OAuthAddresses.APPLICATIONS));
      Login.LoginResult who = asking.who(new LoginRequest(here, false, false, null, request));
      if (!(who instanceof Login.LoginResult.LoggedIn found)) {
        return Asking.elsewhere(who);
      }
      return request.method().equals("POST")
          ? disconnected(request, found.user(), here)
          : page(request, found.user());
    } catch (AuthException e) {
      if (request.method().equals("POST")) {
        events.tell(AuthorizationEvent.Kind.REVOCATION, e, null, null, null, Set.of());
      }
      return pages.problem(e);
    }
  }

  private OAuthAnswer page(OAuthRequest request, User user) {
    String known = browser.secret(request);
    String secret = known == null ? Browser.newSecret() : known;
    List<OAuthPage.Application> applications = new ArrayList<>();
    for (Grant grant : grants.ofUser(user.id())) {
      applications.add(
          new OAuthPage.Application(
              grant.id(),
              name(grant.clientId()),
              grant.clientId(),
              pages.lines(grant.scopes()),
              grant.createdAt().atZone(ZoneOffset.UTC).toLocalDate().toString()));
    }
    OAuthPage.ApplicationsPage page =
        new OAuthPage.ApplicationsPage(
            setup.addresses().path(OAuthAddresses.APPLICATIONS),
            Map.of("form", Browser.formToken(secret, user.id())),
            asking.canLogOut() ? setup.addresses().path(OAuthAddresses.LOGOUT) : null,
            user.name(),
            applications);
    OAuthAnswer answer = pages.page(200, page);
    return known == null ? browser.remembering(answer, secret) : answer;
  }

  /** Nothing is fetched to show it. */
  private String name(String clientId) {
    try {
      Client client = clients.find(clientId, false);
      return client == null ? clientId : client.name();
    } catch (AuthException e) {
      return clientId;
    }
  }

  private OAuthAnswer disconnected(OAuthRequest request, User user, URI here) {
    browser.requireSameOrigin(request);
    Parameters form = Forms.read(request);
    requireOwnForm(browser.secrets(request), form.value("form"), user);
    String id = Forms.required(form, "grant");
    for (Grant grant : grants.ofUser(user.id())) {
      if (grant.id().equals(id)) {
        boolean unused = grants.end(id);
        consents.forget(user.id(), grant.clientId(), grant.resource());
        events.tell(
            AuthorizationEvent.Kind.REVOCATION,
            null,
            grant.clientId(),
            user.id(),
            id,
            grant.scopes());
      }
    }
    return OAuthAnswer.redirect(here.toString());
  }

  /**
   * A form that was shown to this user in this browser.
   *
   * @throws AuthException CONSENT_INVALID
   */
  static void requireOwnForm(List<String> secrets, @Nullable String token, User user) {
    byte[] sent = (token == null ? "" : token).getBytes(StandardCharsets.UTF_8);
    boolean own = false;
    for (String secret : secrets) {
      byte[] shown = Browser.formToken(secret, user.id()).getBytes(StandardCharsets.UTF_8);
      own |= MessageDigest.isEqual(shown, sent);
    }
    if (!own) {
      throw new AuthException(
          ReasonCode.CONSENT_INVALID, Map.of("problem", "a form of another browser or user"));
    }
  }
}
