package io.mcpauth.examples.walkthrough;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import io.mcpauth.examples.Login;
import java.net.URI;
import java.util.Collection;
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

  /**
   * A code, with what proves that it was asked for by this client (RFC 7636).
   *
   * @param code to be exchanged for a token
   * @param verifier whose hash was in the request
   */
  record Authorized(AuthorizationCode code, CodeVerifier verifier) {
    @Override
    public String toString() {
      return "Authorized";
    }
  }

  /** The request, and what the client remembers of it. */
  private record Attempt(URI uri, State state, CodeVerifier verifier) {
    @Override
    public String toString() {
      return "Attempt";
    }
  }

  /** Step 6: the user logs in and allows. */
  Authorized logIn(Set<String> scopes) {
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
  Authorized authorize(Set<String> scopes) {
    Attempt attempt = attempt(scopes, client.resource());
    Answer toLogin =
        browser.open(attempt.uri(), expect -> goesTo(expect, "nobody is logged in", "/login"));
    URI back = enterPassword(at(toLogin), attempt);
    Answer toConsent =
        browser.open(back, expect -> goesTo(expect, "consent is missing", "/consent"));
    return allow(attempt, at(toConsent), scopes, Set.of());
  }

  /** Fills in the login page, and returns where it leads: to where the browser came from. */
  private URI enterPassword(URI page, Attempt attempt) {
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
  Authorized stepUp(Set<String> wanted, Set<String> held) {
    conversation
        .transcript()
        .step(
            "Step-up: the user allows more",
            "The client asks again, with the scopes of the challenge and those it had. The user is"
                + " still logged in and sees what is new.",
            "MCP authorization, \"Step-Up Authorization Flow\"");
    Attempt attempt = attempt(wanted, client.resource());
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
    Attempt attempt = attempt(scopes, client.resource().resolve("/somewhere-else"));
    browser.open(
        attempt.uri(),
        expect -> {
          AuthorizationResponse response = response(expect, attempt);
          expect.that("no code", !response.indicatesSuccess());
          expect.equal(
              "error invalid_target",
              "invalid_target",
              String.valueOf(response.toErrorResponse().getErrorObject().getCode()));
        });
  }

  private Attempt attempt(Collection<String> scopes, URI resource) {
    State state = new State();
    CodeVerifier verifier = new CodeVerifier();
    URI uri =
        new AuthorizationRequest.Builder(ResponseType.CODE, client.id())
            .endpointURI(client.server().getAuthorizationEndpointURI())
            .redirectionURI(client.redirectUri())
            .scope(new Scope(scopes.toArray(String[]::new)))
            .state(state)
            .codeChallenge(verifier, CodeChallengeMethod.S256)
            .resource(resource)
            .build()
            .toURI();
    return new Attempt(uri, state, verifier);
  }

  private Authorized allow(Attempt attempt, URI page, Set<String> wanted, Set<String> held) {
    conversation.transcript().say("The consent page:");
    Answer consent = browser.open(page, expect -> checkConsent(expect, wanted, held));
    conversation.transcript().say("The user clicks \"Allow\":");
    Answer answer =
        browser.submit(
            page,
            new Page(consent.body()).form("consent"),
            Map.of("decision", "allow"),
            expect -> expect.that("and a code", response(expect, attempt).indicatesSuccess()));
    AuthorizationResponse response = response(new Expect(answer), attempt);
    return new Authorized(response.toSuccessResponse().getAuthorizationCode(), attempt.verifier());
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

  /** The checks a client owes itself before it believes a redirect. */
  private AuthorizationResponse response(Expect expect, Attempt attempt) {
    URI location = expect.redirect();
    expect.that("back to the client", location.toString().startsWith(client.redirectUri() + "?"));
    AuthorizationResponse response;
    try {
      response = AuthorizationResponse.parse(location);
    } catch (ParseException e) {
      throw new WrongAnswerException("the redirect", "an authorization response", "another");
    }
    expect.that("state is the one sent", attempt.state().equals(response.getState()));
    expect.equal("iss is the issuer", target.issuer(), String.valueOf(response.getIssuer()));
    return response;
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
    return client.server().getAuthorizationEndpointURI().resolve(location);
  }
}
