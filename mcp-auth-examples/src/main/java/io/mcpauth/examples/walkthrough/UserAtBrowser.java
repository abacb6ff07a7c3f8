package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.error.ClientException;
import io.mcpauth.examples.authserver.Login;
import io.mcpauth.examples.client.UserAgent;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * One user at a browser of its own, who logs in once and allows whatever is asked for, after a look
 * at the page that asks.
 */
final class UserAtBrowser implements UserAgent {
  /** The client only reads the redirect, so nothing listens there. */
  static final URI REDIRECT_URI = URI.create("http://127.0.0.1:53682/callback");

  private final Conversation conversation;
  private final Browser browser;
  private final Target target;
  private final Login.Account user;
  private final String clientName;
  private final Set<String> approved = new TreeSet<>();

  /**
   * Somebody who has not logged in yet.
   *
   * @param clientName what the consent page must call the client
   */
  UserAtBrowser(Conversation conversation, Target target, Login.Account user, String clientName) {
    this.conversation = conversation;
    this.browser = new Browser(conversation);
    this.target = target;
    this.user = user;
    this.clientName = clientName;
  }

  @Override
  public URI redirectUri() {
    return REDIRECT_URI;
  }

  /** The scopes that the user allowed until now. */
  Set<String> approved() {
    return Set.copyOf(approved);
  }

  @Override
  public AuthorizationCode authorize(AuthorizationRequest request) {
    if (!approved.isEmpty()) {
      return allow(request, request.uri());
    }
    Answer toLogin =
        browser.open(request.uri(), expect -> goesTo(expect, "nobody is logged in", "/login"));
    return allow(request, enterPassword(at(toLogin), request));
  }

  /** Follows an address that leads back at once, without a page in between. */
  void open(AuthorizationRequest request, Consumer<Expect> checks) {
    browser.open(request.uri(), checks);
  }

  /** Ends what a client has, on the page of what is connected. */
  void disconnect(String clientId) {
    URI page = URI.create(target.issuer() + "/oauth/applications");
    conversation.transcript().say("The user looks at what is connected:");
    Answer shown =
        browser.open(
            page,
            expect -> {
              expect.status(200);
              String words = String.join("\n", expect.page().words());
              expect.contains("the client is there", clientId, words);
            });
    conversation.transcript().say("The user clicks \"Disconnect\":");
    Page connected = new Page(shown.body());
    String connection = connected.connection(clientId);
    browser.submit(
        page,
        connected.form("disconnect-" + connection),
        Map.of("grant", connection),
        expect -> goesTo(expect, "back to the page", page.getPath()));
  }

  /** Fills in the login page, and returns where it leads: to where the browser came from. */
  private URI enterPassword(URI page, AuthorizationRequest request) {
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
            expect -> goesTo(expect, "back to the authorization request", request.uri().getPath()));
    return at(loggedIn);
  }

  private AuthorizationCode allow(AuthorizationRequest request, URI page) {
    Set<String> wanted = scopes(request);
    conversation.transcript().say("The consent page:");
    Answer consent = browser.open(page, expect -> checkConsent(expect, wanted));
    conversation.transcript().say("The user clicks \"Allow\":");
    List<AuthorizationCode> codes = new ArrayList<>();
    browser.submit(
        page,
        new Page(consent.body()).form("consent"),
        Map.of("decision", "allow"),
        expect -> codes.add(code(expect, request)));
    approved.addAll(wanted);
    return codes.get(0);
  }

  private static Set<String> scopes(AuthorizationRequest request) {
    for (String parameter : request.uri().getQuery().split("&", -1)) {
      if (parameter.startsWith("scope=")) {
        return Expect.scopes(parameter.substring("scope=".length()).replace('+', ' '));
      }
    }
    return Set.of();
  }

  private void checkConsent(Expect expect, Set<String> wanted) {
    expect.status(200);
    String words = String.join("\n", expect.page().words());
    expect.contains("the client's name", clientName, words);
    expect.contains("where the access goes", REDIRECT_URI.getAuthority(), words);
    expect.contains("what it is for", target.endpoint().toString(), words);
    Set<String> fresh = new TreeSet<>(wanted);
    fresh.removeAll(approved);
    Set<String> earlier = new TreeSet<>(wanted);
    earlier.retainAll(approved);
    boolean again = fresh.isEmpty(); // who is asked for nothing new sees all of it
    expect.sameSet(
        "these scopes, no others", again ? wanted : fresh, expect.page().scopes("scopes"));
    expect.sameSet(
        "and as allowed before",
        again ? Set.of() : earlier,
        expect.page().scopes("earlier-scopes"));
  }

  /** The code of a redirect, after the checks that a client owes itself. */
  private AuthorizationCode code(Expect expect, AuthorizationRequest request) {
    try {
      AuthorizationCode code = request.pending().accept(backAtTheClient(expect), Instant.now());
      expect.equal("state is the one sent, iss is the issuer", target.issuer(), code.issuer());
      return code;
    } catch (ClientException e) {
      throw new WrongAnswerException("and a code", "a code", String.valueOf(e.reason()));
    }
  }

  static URI backAtTheClient(Expect expect) {
    URI location = expect.redirect();
    expect.that("back to the client", location.toString().startsWith(REDIRECT_URI + "?"));
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

  /** Every page of this server is at its root, so any address of it will do to start from. */
  private URI resolved(URI location) {
    return URI.create(target.issuer() + "/").resolve(location);
  }
}
