package io.mcpauth.issuer;

import io.mcpauth.authserver.ClientIdUrl;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.pkce.CodeChallenge;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The authorization endpoint (OAuth 2.1 section 3.1), in an order that matters: before the login an
 * error is only ever shown, never redirected, so that nobody can use this server to send a browser
 * elsewhere (RFC 9700 section 4.11.2), and nothing is kept and nothing fetched for a stranger. A
 * login that is under way is in the address that the browser comes back to, so that it outlives a
 * node and belongs to its tab.
 */
final class AuthorizationEndpoint implements Endpoint {
  /** What may be there once (OAuth 2.1 section 3.1); {@code resource} may be repeated. */
  private static final List<String> ONCE =
      List.of(
          "response_type",
          "client_id",
          "redirect_uri",
          "scope",
          "state",
          "code_challenge",
          "code_challenge_method",
          "prompt",
          "max_age");

  /** Asked for by habit, and of no resource. */
  private static final Set<String> DROPPED = Set.of("offline_access", "openid");

  private static final int MOST_OF_A_SOURCE = 600;
  private static final int MOST_OF_A_CLIENT = 1_200;
  private static final int LONGEST_QUERY = 8 * 1024;
  private static final int LONGEST_MAX_AGE_DIGITS = 9;

  private final ServerSetup setup;
  private final Clients clients;
  private final Grants grants;
  private final Entrance entrance;
  private final Asking asking;
  private final ConsentDialogue dialogue;
  private final PageAnswers pages;
  private final Rates rates;
  private final EventLog events;

  AuthorizationEndpoint(
      ServerSetup setup,
      Clients clients,
      Grants grants,
      Entrance entrance,
      Asking asking,
      ConsentDialogue dialogue,
      PageAnswers pages,
      Rates rates,
      EventLog events) {
    this.setup = setup;
    this.clients = clients;
    this.grants = grants;
    this.entrance = entrance;
    this.asking = asking;
    this.dialogue = dialogue;
    this.pages = pages;
    this.rates = rates;
    this.events = events;
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    String clientId = null;
    try {
      entrance.requireOpen();
      rates.count("authorize", setup.source(request), MOST_OF_A_SOURCE);
      String query = query(request);
      Parameters asked = Forms.parse(query);
      clientId = asked.value("client_id");
      return answer(request, query, asked);
    } catch (AuthException e) {
      events.tell(AuthorizationEvent.Kind.LOGIN, e, clientId, null, null, Set.of());
      return pages.problem(e);
    }
  }

  /** Of a POST the form is as good (OAuth 2.1 section 3.1), and no worse. */
  private static String query(OAuthRequest request) {
    String query = request.query();
    if (request.method().equals("POST")) {
      Forms.requireForm(request);
      query = Forms.body(request);
    }
    String fit = query == null ? "" : Redirects.fitForAddress(query);
    if (fit.isEmpty() || fit.length() > LONGEST_QUERY) {
      throw Forms.invalid("The request has no parameters, or too many");
    }
    return fit;
  }

  private OAuthAnswer answer(OAuthRequest request, String query, Parameters asked) {
    String repeated = asked.repeated(ONCE);
    if (repeated != null) {
      throw Forms.invalid("'" + repeated + "' is there twice");
    }
    // RFC 9101 and RFC 9126 are not offered; taken up half, they would bypass what follows.
    if (asked.value("request") != null || asked.value("request_uri") != null) {
      throw new AuthException(ReasonCode.REQUEST_OBJECT_NOT_SUPPORTED);
    }
    String clientId = Forms.required(asked, "client_id");
    boolean document = ClientIdUrl.looksLikeOne(clientId);
    if (!document) {
      String unused = redirect(known(clients.find(clientId, false)), asked);
    }
    LoginRequest login = login(request, query, asked);
    Login.LoginResult who = asking.who(login);
    if (!(who instanceof Login.LoginResult.LoggedIn found)) {
      return nobody(who, document, clientId, asked);
    }
    User user = found.user();
    Client client = known(clients.find(clientId, true));
    String redirectUri = redirect(client, asked);
    rates.count("authorize for client", client.id(), MOST_OF_A_CLIENT);
    requireWelcome(client, user);
    Asked checked;
    try {
      checked = checked(client, redirectUri, query, asked);
    } catch (AuthException e) {
      events.tell(AuthorizationEvent.Kind.LOGIN, e, client.id(), user.id(), null, Set.of());
      return refused(e, client, redirectUri, asked, user);
    }
    events.tell(
        AuthorizationEvent.Kind.LOGIN, null, client.id(), user.id(), null, checked.scopes());
    Set<String> prompts = prompts(asked);
    if (!dialogue.isNeeded(checked, user, prompts.contains("consent"))) {
      return dialogue.granted(checked, user);
    }
    if (prompts.contains("none")) {
      AuthException e = new AuthException(ReasonCode.CONSENT_NEEDED);
      return refused(e, client, redirectUri, asked, user);
    }
    return dialogue.ask(request, checked, user);
  }

  private static Client known(@Nullable Client client) {
    if (client == null) {
      throw new AuthException(ReasonCode.CLIENT_UNKNOWN);
    }
    return client;
  }

  /** Exactly as registered, on loopback with any port (RFC 8252 section 7.3). */
  private static String redirect(Client client, Parameters asked) {
    String redirectUri = asked.value("redirect_uri");
    List<String> registered = client.metadata().redirectUris();
    if (redirectUri == null && registered.size() == 1) {
      return registered.get(0); // OAuth 2.1 section 4.1.1
    }
    if (redirectUri == null || !client.acceptsRedirect(redirectUri)) {
      throw new AuthException(ReasonCode.REDIRECT_URI_NOT_ACCEPTED);
    }
    return redirectUri;
  }

  private LoginRequest login(OAuthRequest request, String query, Parameters asked) {
    Set<String> prompts = prompts(asked);
    boolean again = prompts.contains("login");
    // Without it when the browser comes back: it has logged in then.
    String back = again ? without(query, "prompt") : query;
    String at = setup.addresses().of(OAuthAddresses.AUTHORIZE);
    return new LoginRequest(URI.create(at + "?" + back), again, maxAge(asked), request);
  }

  private static String without(String query, String name) {
    return Arrays.stream(query.split("&", -1))
        .filter(pair -> !Parameters.parse(pair).isNamed(name))
        .collect(Collectors.joining("&"));
  }

  private static @Nullable Duration maxAge(Parameters asked) {
    String text = asked.value("max_age");
    if (text == null) {
      return null;
    }
    boolean number =
        text.length() <= LONGEST_MAX_AGE_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!number) {
      throw Forms.invalid("'max_age' is no number of seconds");
    }
    return Duration.ofSeconds(Long.parseLong(text));
  }

  private static Set<String> prompts(Parameters asked) {
    String prompt = asked.value("prompt");
    return prompt == null ? Set.of() : new LinkedHashSet<>(Arrays.asList(prompt.split(" ", -1)));
  }

  /** Who may not be asked is told so, if it is certain whom to tell. */
  private OAuthAnswer nobody(
      Login.LoginResult who, boolean document, String clientId, Parameters asked) {
    if (!prompts(asked).contains("none") || document) {
      return Asking.elsewhere(who);
    }
    AuthException needed = new AuthException(ReasonCode.LOGIN_NEEDED);
    Client client = known(clients.find(clientId, false));
    return who instanceof Login.LoginResult.Answered
        ? OAuthAnswer.WRITTEN
        : refused(needed, client, redirect(client, asked), asked, null);
  }

  private void requireWelcome(Client client, User user) {
    Refusal kept = entrance.refusal(client.id(), user, null, null);
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

  private Asked checked(Client client, String redirectUri, String query, Parameters asked) {
    if (!"code".equals(asked.value("response_type"))) {
      throw new AuthException(ReasonCode.RESPONSE_TYPE_NOT_SUPPORTED);
    }
    // RFC 9700 section 2.1.1: PKCE for every client; "plain" is refused.
    CodeChallenge challenge =
        CodeChallenge.parse(asked.value("code_challenge"), asked.value("code_challenge_method"));
    String resource = setup.resource(asked.values("resource"));
    return new Asked(
        client,
        redirectUri,
        asked.value("state"),
        challenge.value(),
        resource,
        scopes(client, asked),
        query);
  }

  /**
   * RFC 6749 section 3.3 wants a default for an omitted scope: everything that the client may ask
   * for, named on the consent page, because some clients send no scope when they reconnect.
   */
  private Set<String> scopes(Client client, Parameters asked) {
    Set<String> own = new LinkedHashSet<>(setup.scopes().keySet());
    Set<String> limit = client.scopes();
    if (limit != null) {
      own.retainAll(limit);
    }
    Set<String> registered = client.metadata().scopes();
    if (setup.registeredScopesOnly() && !registered.isEmpty()) {
      own.retainAll(registered);
    }
    String text = asked.value("scope");
    Set<String> scopes = new LinkedHashSet<>();
    for (String scope : text == null ? new String[0] : text.split(" ", -1)) {
      if (!scope.isEmpty() && !DROPPED.contains(scope)) {
        scopes.add(scope);
      }
    }
    if (!own.containsAll(scopes)) {
      throw new AuthException(
          ReasonCode.SCOPE_NOT_OFFERED,
          "This client may ask for " + String.join(" ", own) + " alone",
          Map.of());
    }
    return scopes.isEmpty() ? own : scopes;
  }

  /**
   * Tells the client what is wrong. Where the user has let nothing go before, that takes a click of
   * his: anybody can register an address, and send people there from here (RFC 9700 section
   * 4.11.2).
   */
  private OAuthAnswer refused(
      AuthException refusal,
      Client client,
      String redirectUri,
      Parameters asked,
      @Nullable User user) {
    String location =
        Redirects.withError(
            redirectUri,
            OAuthErrors.error(refusal.reason()),
            refusal.description(),
            asked.value("state"),
            setup.issuer());
    return dialogue.isTrusted(client, redirectUri, user)
        ? OAuthAnswer.redirect(location)
        : pages.onward(refusal, redirectUri, location);
  }

  /** For forms that lead back here. */
  static String address(ServerSetup setup, String query) {
    return setup.addresses().of(OAuthAddresses.AUTHORIZE) + "?" + query;
  }
}
