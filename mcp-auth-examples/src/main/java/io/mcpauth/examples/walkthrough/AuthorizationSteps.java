package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.client.AuthorizationResponseException;
import io.mcpauth.client.AuthorizationResponseException.Reason;
import io.mcpauth.discovery.DiscoveryException;
import io.mcpauth.examples.Login;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The part of the flow that the user sees: login and consent (RFC 6749 section 4.1.1). */
final class AuthorizationSteps {
  private final Conversation conversation;
  private final Browser browser;
  private final Target target;
  private final Login.Account user;
  private final Client client;

  /** The steps of one user at a browser of its own. */
  AuthorizationSteps(Conversation conversation, Target target, Login.Account user, Client client) {
    this.conversation = conversation;
    this.browser = new Browser(conversation);
    this.target = target;
    this.user = user;
    this.client = client;
  }

  /** Step 6: the user logs in and allows. */
  AuthorizationCode logIn(Set<String> scopes) {
    conversation
        .transcript()
        .step(
            "The user logs in and allows",
            "The client opens a browser with its wishes; only the user and the authorization"
                + " server see the password.",
            "RFC 6749 section 4.1, RFC 7636 section 4.3, RFC 8707 section 2, RFC 9207 section 2.4");
    return authorize(scopes);
  }

  /** The same without a step of its own. */
  AuthorizationCode authorize(Set<String> scopes) {
    AuthorizationRequest attempt = request(scopes, client.resource());
    Answer toLogin =
        browser.open(attempt.uri(), expect -> goesTo(expect, "nobody is logged in", "/login"));
    URI back = enterPassword(at(toLogin), attempt);
    Answer toConsent =
        browser.open(back, expect -> goesTo(expect, "consent is missing", "/consent"));
    return allow(attempt, at(toConsent), scopes, Set.of());
  }

  /** Fills in the login page, and returns where it leads: to where the browser came from. */
  private URI enterPassword(URI page, AuthorizationRequest attempt) {
    conversation.transcript().say("The login page:");
    Answer login =
        browser.open(
            page,
            expect -> {
              expect.status(200);
              expect.that("the page is shown", expect.page().words().contains("Log in"));
            });
    conversation.transcript().say("The user types, and clicks \"Log in\":");
    Map<String, String> typed = new LinkedHashMap<>();
    typed.put("username", user.user());
    typed.put("password", user.password());
    Answer loggedIn =
        browser.submit(
            page,
            new Page(login.body()).form("login"),
            typed,
            expect -> goesTo(expect, "back to the authorization request", attempt.uri().getPath()));
    return at(loggedIn);
  }

  /** Step 11: the user, still logged in, allows more. */
  AuthorizationCode stepUp(Set<String> wanted, Set<String> held) {
    conversation
        .transcript()
        .step(
            "Step-up: the user allows more",
            "The client asks again, with the scopes of the challenge and those it had. The user is"
                + " still logged in and sees what is new.",
            "MCP authorization, \"Step-Up Authorization Flow\"");
    AuthorizationRequest attempt = request(wanted, client.resource());
    Answer toConsent =
        browser.open(
            attempt.uri(), expect -> goesTo(expect, "a new scope needs consent", "/consent"));
    return allow(attempt, at(toConsent), wanted, held);
  }

  /** Step 16: a resource that this authorization server does not know. */
  void refuseOtherResource(Set<String> scopes) {
    conversation
        .transcript()
        .step(
            "A token for another server is not to be had",
            "Each token is for one server. The client asks for one that does not exist here.",
            "RFC 8707 section 2");
    AuthorizationRequest attempt = request(scopes, client.resource().resolve("/somewhere-else"));
    browser.open(attempt.uri(), expect -> checkRefusal(expect, attempt, "invalid_target"));
  }

  private AuthorizationRequest request(Set<String> scopes, URI resource) {
    try {
      return AuthorizationRequest.to(client.server(), client.id(), client.redirectUri())
          .scopes(scopes)
          .resource(resource)
          .build(Instant.now());
    } catch (DiscoveryException e) {
      throw new IllegalStateException("the metadata passed its checks and cannot be used", e);
    }
  }

  private AuthorizationCode allow(
      AuthorizationRequest attempt, URI page, Set<String> wanted, Set<String> held) {
    conversation.transcript().say("The consent page:");
    Answer consent = browser.open(page, expect -> checkConsent(expect, wanted, held));
    conversation.transcript().say("The user clicks \"Allow\":");
    List<AuthorizationCode> codes = new ArrayList<>();
    browser.submit(
        page,
        new Page(consent.body()).form("consent"),
        Map.of("decision", "allow"),
        expect -> codes.add(code(expect, attempt)));
    return codes.get(0);
  }

  private void checkConsent(Expect expect, Set<String> wanted, Set<String> held) {
    expect.status(200);
    String words = String.join("\n", expect.page().words());
    expect.contains("the client's name", Registration.CLIENT_NAME, words);
    expect.contains("where the access goes", client.redirectUri().getHost(), words);
    expect.contains("what it is for", client.resource().toString(), words);
    List<String> lines =
        expect.page().words().stream().filter(line -> line.startsWith("- ")).toList();
    expect.sameSet(
        "these scopes in words, no others",
        wanted,
        lines.stream().map(line -> line.substring(line.lastIndexOf(' ') + 1)).toList());
    for (String line : lines) {
      String scope = line.substring(line.lastIndexOf(' ') + 1);
      expect.equal(
          scope + (held.contains(scope) ? " as approved before" : " as new"),
          held.contains(scope),
          line.contains("(approved before)"));
    }
  }

  /** The code of a redirect, after the checks that a client owes itself. */
  private AuthorizationCode code(Expect expect, AuthorizationRequest attempt) {
    try {
      AuthorizationCode code = attempt.pending().accept(backAtTheClient(expect), Instant.now());
      expect.equal("state is the one sent, iss is the issuer", target.issuer(), code.issuer());
      return code;
    } catch (AuthorizationResponseException e) {
      throw new WrongAnswerException("and a code", "a code", String.valueOf(e.reason()));
    }
  }

  /** An error counts only with the state that was sent, and from the issuer. */
  private void checkRefusal(Expect expect, AuthorizationRequest attempt, String error) {
    try {
      AuthorizationCode code = attempt.pending().accept(backAtTheClient(expect), Instant.now());
      throw new WrongAnswerException("no code", "an error", code.toString());
    } catch (AuthorizationResponseException e) {
      expect.equal("no code", Reason.REFUSED, e.reason());
      expect.equal("error " + error, error, String.valueOf(e.error()));
    }
  }

  private URI backAtTheClient(Expect expect) {
    URI location = expect.redirect();
    expect.that("back to the client", location.toString().startsWith(client.redirectUri() + "?"));
    return location;
  }

  private void goesTo(Expect expect, String what, String path) {
    URI location = resolved(expect.redirect());
    expect.that("on the same server", location.toString().startsWith(target.issuer() + "/"));
    expect.equal(what, path, location.getPath());
  }

  private URI at(Answer redirect) {
    return resolved(URI.create(redirect.header("Location")));
  }

  private URI resolved(URI location) {
    return URI.create(String.valueOf(client.server().authorizationEndpoint())).resolve(location);
  }
}
