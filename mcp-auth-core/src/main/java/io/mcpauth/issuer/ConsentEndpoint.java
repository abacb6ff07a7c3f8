package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the answer of a consent page: only from the browser and the user that it was shown to, and
 * once.
 */
final class ConsentEndpoint implements Endpoint {
  private final ServerSetup setup;
  private final Clients clients;
  private final Entrance entrance;
  private final Asking asking;
  private final Browser browser;
  private final PendingConsents pending;
  private final ConsentDialogue dialogue;
  private final PageAnswers pages;
  private final EventLog events;

  ConsentEndpoint(
      ServerSetup setup,
      Clients clients,
      Entrance entrance,
      Asking asking,
      Browser browser,
      PendingConsents pending,
      ConsentDialogue dialogue,
      PageAnswers pages,
      EventLog events) {
    this.setup = setup;
    this.clients = clients;
    this.entrance = entrance;
    this.asking = asking;
    this.browser = browser;
    this.pending = pending;
    this.dialogue = dialogue;
    this.pages = pages;
    this.events = events;
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    try {
      entrance.requireOpen();
      browser.requireSameOrigin(request);
      return answer(request, Forms.read(request));
    } catch (AuthException e) {
      events.tell(AuthorizationEvent.Kind.CONSENT, e, null, null, null, Set.of());
      return pages.problem(e);
    } catch (RuntimeException e) {
      events.tell(AuthorizationEvent.Kind.CONSENT, EventLog.refusal(e), null, null, null, Set.of());
      throw e;
    }
  }

  private OAuthAnswer answer(OAuthRequest request, Parameters form) {
    URI back = URI.create(setup.addresses().of(OAuthAddresses.APPLICATIONS));
    Login.LoginResult who = asking.who(new LoginRequest(back, false, false, null, request));
    if (who instanceof Login.LoginResult.Answered) {
      return OAuthAnswer.WRITTEN;
    }
    if (!(who instanceof Login.LoginResult.LoggedIn found)) {
      throw invalid("the login has ended");
    }
    User user = found.user();
    PendingConsents.@Nullable Pending asked =
        pending.take(form.value("request"), user.id(), browser.secrets(request));
    if (asked == null) {
      throw invalid("not shown to this user in this browser, too old, or answered");
    }
    Client client = clients.find(asked.clientId(), true);
    if (client == null || !client.acceptsRedirect(asked.redirectUri())) {
      throw new AuthException(ReasonCode.CLIENT_UNKNOWN);
    }
    if (!"allow".equals(form.value("decision"))) {
      return dialogue.denied(asked, client, user);
    }
    dialogue.requireWelcome(client, user);
    clients.used(client); // or a flood of others would push it out before it has its tokens
    return dialogue.granted(
        new Asked(
            client,
            asked.redirectUri(),
            asked.state(),
            asked.challenge(),
            asked.dpopKey(),
            asked.resource(),
            asked.scopes(),
            asked.query()),
        user,
        true);
  }

  private static AuthException invalid(String problem) {
    return new AuthException(ReasonCode.CONSENT_INVALID, Map.of("problem", problem));
  }
}
