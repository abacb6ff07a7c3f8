package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a user has to be asked, what he is asked, and what becomes of his answer. */
final class ConsentDialogue {
  private final ServerSetup setup;
  private final Grants grants;
  private final Consents consents;
  private final PendingConsents pending;
  private final Browser browser;
  private final Asking asking;
  private final PageAnswers pages;
  private final EventLog events;

  ConsentDialogue(
      ServerSetup setup,
      Grants grants,
      Consents consents,
      PendingConsents pending,
      Browser browser,
      Asking asking,
      PageAnswers pages,
      EventLog events) {
    this.setup = setup;
    this.grants = grants;
    this.consents = consents;
    this.pending = pending;
    this.browser = browser;
    this.asking = asking;
    this.pages = pages;
    this.events = events;
  }

  /**
   * Whether the user must be asked: for every scope not allowed before for this resource, for every
   * place that nothing went to before, for a client that any program on his computer could be, or
   * on demand.
   */
  boolean isNeeded(Asked asked, User user, boolean demanded) {
    // RFC 8252 section 8.6: nothing that is remembered says that it is the same program.
    boolean anybody = asked.client().isPublic() && PageAnswers.onThisComputer(asked.redirectUri());
    if (anybody || demanded || setup.consent() == Consent.ALWAYS) {
      return true;
    }
    if (isFirstParty(asked.client())) {
      return false;
    }
    Consents.Allowed before = consents.of(user.id(), asked.client().id(), asked.resource());
    return !before.scopes().containsAll(asked.scopes())
        || !before.places().contains(PageAnswers.approval(asked.redirectUri()));
  }

  private boolean isFirstParty(Client client) {
    return setup.consent() == Consent.NEVER_FOR_FIRST_PARTIES
        && (client.firstParty() || setup.firstParties().contains(client.id()));
  }

  /** Whether an error may be told at that place without a click of the user's. */
  boolean isTrusted(Client client, String redirectUri, @Nullable User user) {
    if (client.way() == Client.Way.ENTERED) {
      return true;
    }
    if (user == null) {
      return false;
    }
    String place = PageAnswers.approval(redirectUri);
    return setup.resources().stream()
        .anyMatch(one -> consents.of(user.id(), client.id(), one).places().contains(place));
  }

  /** The page that asks. */
  OAuthAnswer ask(OAuthRequest request, Asked asked, User user) {
    String known = browser.secret(request);
    String secret = known == null ? Browser.newSecret() : known;
    String id = pending.keep(asked, user.id(), secret);
    Client client = asked.client();
    Set<String> before = consents.of(user.id(), client.id(), asked.resource()).scopes();
    Set<String> fresh = new LinkedHashSet<>(asked.scopes());
    fresh.removeAll(before);
    Set<String> earlier = new LinkedHashSet<>(asked.scopes());
    earlier.retainAll(before);
    Map<String, String> hidden = new LinkedHashMap<>();
    hidden.put("request", id);
    hidden.put("form", Browser.formToken(secret, user.id()));
    OAuthPage.ConsentPage page =
        new OAuthPage.ConsentPage(
            setup.addresses().path(OAuthAddresses.CONSENT),
            hidden,
            asking.canLogOut() ? setup.addresses().path(OAuthAddresses.LOGOUT) : null,
            client.name(),
            client.id(),
            vouching(client),
            client.host(),
            PageAnswers.place(asked.redirectUri()),
            client.isPublic() && PageAnswers.onThisComputer(asked.redirectUri()),
            asked.resource(),
            user.name(),
            pages.lines(fresh),
            pages.lines(earlier));
    OAuthAnswer answer = pages.page(200, page);
    return known == null ? browser.remembering(answer, secret) : answer;
  }

  private static OAuthPage.Vouching vouching(Client client) {
    return switch (client.way()) {
      case ENTERED -> OAuthPage.Vouching.OPERATOR;
      case DOCUMENT -> OAuthPage.Vouching.HOST;
      case REGISTERED -> OAuthPage.Vouching.NOBODY;
    };
  }

  /** The code, for what was allowed now or before. */
  OAuthAnswer granted(Asked asked, User user) {
    String place = PageAnswers.approval(asked.redirectUri());
    consents.keep(user.id(), asked.client().id(), asked.resource(), asked.scopes(), place);
    String code =
        grants.keep(
            new Code(
                asked.client().id(),
                user,
                asked.scopes(),
                asked.resource(),
                asked.redirectUri(),
                asked.challenge(),
                user.at(),
                null,
                setup.clock().instant()));
    events.tell(
        AuthorizationEvent.Kind.CONSENT,
        null,
        asked.client().id(),
        user.id(),
        null,
        asked.scopes());
    return OAuthAnswer.redirect(
        Redirects.withCode(asked.redirectUri(), code, asked.state(), setup.issuer()));
  }

  /** What the client is told of a user who does not want it. */
  OAuthAnswer denied(PendingConsents.Pending asked, User user, AuthException refusal) {
    events.tell(
        AuthorizationEvent.Kind.DENIAL, refusal, asked.clientId(), user.id(), null, asked.scopes());
    return OAuthAnswer.redirect(
        Redirects.withError(
            asked.redirectUri(),
            OAuthErrors.error(refusal.reason()),
            refusal.description(),
            asked.state(),
            setup.issuer()));
  }
}
