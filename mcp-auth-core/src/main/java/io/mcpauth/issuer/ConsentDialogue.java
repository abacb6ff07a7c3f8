package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.OAuthError;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a user has to be asked, what he is asked, and what becomes of his answer. */
final class ConsentDialogue {
  private final ServerSetup setup;
  private final Entrance entrance;
  private final Grants grants;
  private final Consents consents;
  private final PendingConsents pending;
  private final Browser browser;
  private final Asking asking;
  private final PageAnswers pages;
  private final EventLog events;

  ConsentDialogue(
      ServerSetup setup,
      Entrance entrance,
      Grants grants,
      Consents consents,
      PendingConsents pending,
      Browser browser,
      Asking asking,
      PageAnswers pages,
      EventLog events) {
    this.setup = setup;
    this.entrance = entrance;
    this.grants = grants;
    this.consents = consents;
    this.pending = pending;
    this.browser = browser;
    this.asking = asking;
    this.pages = pages;
    this.events = events;
  }

  /**
   * Who is kept out, or unknown while only the known get in, gets no code.
   *
   * @throws AuthException ACCESS_DENIED, CLIENT_NOT_KNOWN
   */
  void requireWelcome(Client client, User user) {
    Refusal kept = entrance.refusal(client.id(), user, null);
    if (kept != null) {
      throw new AuthException(ReasonCode.ACCESS_DENIED, kept.facts());
    }
    boolean known =
        !entrance.isKnownOnly()
            || client.way() == Client.Way.ENTERED
            || entrance.isAllowed(client.id(), user)
            || grants.ofUser(user.id()).stream().anyMatch(g -> g.clientId().equals(client.id()));
    if (!known) {
      throw new AuthException(ReasonCode.CLIENT_NOT_KNOWN);
    }
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

  /**
   * Whether an error may be told at that place without a click of the user's: the operator entered
   * it, or it is on the user's own computer, or he let something go there before. Before the login
   * only the first counts.
   */
  private boolean isTrusted(Client client, String redirectUri, @Nullable User user) {
    if (client.way() == Client.Way.ENTERED) {
      return true;
    }
    if (user == null) {
      return false;
    }
    String place = PageAnswers.approval(redirectUri);
    return PageAnswers.isLoopback(redirectUri)
        || setup.resources().stream()
            .anyMatch(one -> consents.of(user.id(), client.id(), one).places().contains(place));
  }

  /**
   * Tells the client what is wrong. Where the user has let nothing go before, that takes a click of
   * his: anybody can register an address, and send people there from here (RFC 9700 section
   * 4.11.2).
   */
  OAuthAnswer refused(
      AuthException refusal,
      Client client,
      String redirectUri,
      @Nullable String state,
      @Nullable User user) {
    // RFC 6749 section 4.1.2.1 has one word for whatever keeps somebody out.
    boolean keptOut = refusal.reason().error() == null && refusal.reason().status() == 403;
    String error = keptOut ? OAuthError.ACCESS_DENIED.wire() : OAuthErrors.error(refusal.reason());
    String location =
        Redirects.withError(redirectUri, error, refusal.description(), state, setup.issuer());
    return isTrusted(client, redirectUri, user)
        ? OAuthAnswer.redirect(location)
        : pages.onward(refusal, redirectUri, location);
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
    if (fresh.isEmpty()) { // who is asked sees what for, without unfolding anything
      fresh.addAll(asked.scopes());
    }
    Set<String> earlier = new LinkedHashSet<>(asked.scopes());
    earlier.removeAll(fresh);
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
            PageAnswers.onThisComputer(asked.redirectUri()),
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

  /**
   * The code, for what was allowed now or before.
   *
   * @param now whether the user was asked: what a first party is excused from is not remembered as
   *     if the user had allowed it
   */
  OAuthAnswer granted(Asked asked, User user, boolean now) {
    if (now) {
      String place = PageAnswers.approval(asked.redirectUri());
      consents.keep(user.id(), asked.client().id(), asked.resource(), asked.scopes(), place);
    } else {
      consents.used(user.id(), asked.client().id(), asked.resource());
    }
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
                asked.dpopKey()));
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
  OAuthAnswer denied(PendingConsents.Pending asked, Client client, User user) {
    AuthException refusal = new AuthException(ReasonCode.USER_DENIED);
    events.tell(
        AuthorizationEvent.Kind.DENIAL, refusal, client.id(), user.id(), null, asked.scopes());
    return refused(refusal, client, asked.redirectUri(), asked.state(), user);
  }
}
