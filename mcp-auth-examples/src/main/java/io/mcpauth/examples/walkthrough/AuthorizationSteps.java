package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ClientException.Reason;
import io.mcpauth.examples.authserver.Login;
import io.mcpauth.examples.client.AuthorizationPlace;
import java.net.URI;
import java.time.Instant;
import java.util.Set;

/** The part of the flow that the user sees: login and consent (RFC 6749 section 4.1.1). */
final class AuthorizationSteps {
  private final Transcript transcript;
  private final UserAtBrowser browser;
  private final Client client;

  /** The steps of one user at a browser of its own. */
  AuthorizationSteps(Conversation conversation, Target target, Login.Account user, Client client) {
    this(
        conversation.transcript(),
        new UserAtBrowser(conversation, target, user, Registration.CLIENT_NAME),
        client);
  }

  /** Those of somebody who is at a browser already. */
  AuthorizationSteps(Transcript transcript, UserAtBrowser browser, Client client) {
    this.transcript = transcript;
    this.browser = browser;
    this.client = client;
  }

  /** Step 6: the user logs in and allows. */
  AuthorizationCode logIn(Set<String> scopes) {
    transcript.step(
        "The user logs in and allows",
        "The client opens a browser with its wishes; only the user and the authorization"
            + " server see the password.",
        "RFC 6749 section 4.1, RFC 7636 section 4.3, RFC 8707 section 2, RFC 9207 section 2.4");
    return authorize(scopes);
  }

  /** The same without a step of its own. */
  AuthorizationCode authorize(Set<String> scopes) {
    return browser.authorize(request(client.place(), scopes));
  }

  /** Step 11: the user, still logged in, allows more. */
  AuthorizationCode stepUp(Set<String> wanted) {
    transcript.step(
        "Step-up: the user allows more",
        "The client asks again, with the scopes of the challenge and those it had. The user is"
            + " still logged in and sees what is new.",
        "MCP authorization, \"Step-Up Authorization Flow\"");
    return authorize(wanted);
  }

  /** Step 16: a resource that this authorization server does not know. */
  void refuseOtherResource(Set<String> scopes) {
    transcript.step(
        "A token for another server is not to be had",
        "Each token is for one server. The client asks for one that does not exist here.",
        "RFC 8707 section 2");
    URI elsewhere = client.resource().resolve("/somewhere-else");
    AuthorizationRequest attempt =
        request(new AuthorizationPlace(client.place().server(), elsewhere, null), scopes);
    browser.open(attempt, expect -> checkRefusal(expect, attempt, "invalid_target"));
  }

  private AuthorizationRequest request(AuthorizationPlace place, Set<String> scopes) {
    try {
      return place.request(client.id(), browser.redirectUri(), scopes, null, null, Instant.now());
    } catch (ClientException e) {
      throw new IllegalStateException("the metadata passed its checks and cannot be used", e);
    }
  }

  /** An error counts only with the state that was sent, and from the issuer. */
  private static void checkRefusal(Expect expect, AuthorizationRequest attempt, String error) {
    try {
      URI location = UserAtBrowser.backAtTheClient(expect);
      AuthorizationCode code = attempt.pending().accept(location, Instant.now());
      throw new WrongAnswerException("no code", "an error", code.toString());
    } catch (ClientException e) {
      expect.equal("no code", Reason.REFUSED, e.reason());
      expect.equal("error " + error, error, String.valueOf(e.error()));
    }
  }
}
