package io.mcpauth.issuer;

import io.mcpauth.authserver.ClientIdUrl;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
          "dpop_jkt",
          "prompt",
          "max_age");

  private static final int MOST_OF_A_SOURCE = 600;
  private static final int MOST_OF_A_USER = 600;
  private static final int LONGEST_QUERY = 8 * 1024;

  /**
   * Clients send some hundred characters at most; those that sign what they remember, a thousand.
   */
  private static final int LONGEST_PARAMETER = 2_048;

  private static final int LONGEST_MAX_AGE_DIGITS = 9;

  private final ServerSetup setup;
  private final Clients clients;
  private final AuthorizationRules rules;
  private final Entrance entrance;
  private final Asking asking;
  private final ConsentDialogue dialogue;
  private final PageAnswers pages;
  private final Rates rates;
  private final EventLog events;

  AuthorizationEndpoint(
      ServerSetup setup,
      Clients clients,
      Entrance entrance,
      Asking asking,
      ConsentDialogue dialogue,
      PageAnswers pages,
      Rates rates,
      EventLog events) {
    this.setup = setup;
    this.clients = clients;
    this.rules = new AuthorizationRules(setup);
    this.entrance = entrance;
    this.asking = asking;
    this.dialogue = dialogue;
    this.pages = pages;
    this.rates = rates;
    this.events = events;
  }

  /** What an event of a refusal tells, as far as it is known. */
  private static final class Told {
    private AuthorizationEvent.Kind kind = AuthorizationEvent.Kind.LOGIN;
    private @Nullable String clientId;
    private @Nullable String subject;
    private Set<String> scopes = Set.of();
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    Told told = new Told();
    try {
      entrance.requireOpen();
      rates.count("authorize", setup.source(request), MOST_OF_A_SOURCE);
      Parameters asked = parameters(request);
      told.clientId = asked.value("client_id");
      return answer(request, asked, told);
    } catch (AuthException e) {
      tell(told, e);
      return pages.problem(e);
    } catch (RuntimeException e) {
      tell(told, EventLog.refusal(e));
      throw e;
    }
  }

  private void tell(Told told, AuthException refusal) {
    events.tell(told.kind, refusal, told.clientId, told.subject, null, told.scopes);
  }

  /** Of a POST the form is as good (OAuth 2.1 section 3.1), and no worse. */
  private static Parameters parameters(OAuthRequest request) {
    String query = request.query();
    if (request.method().equals("POST")) {
      Forms.requireForm(request);
      query = Forms.body(request);
    }
    Parameters asked = Forms.parse(query);
    if (asked.query().length() > LONGEST_QUERY) {
      throw Forms.invalid("The request has too many parameters");
    }
    if (asked.longest() > LONGEST_PARAMETER) {
      throw Forms.invalid(
          "A parameter is too long: it may have " + LONGEST_PARAMETER + " characters");
    }
    String repeated = asked.repeated(ONCE);
    if (repeated != null) {
      throw Forms.invalid("'" + repeated + "' is there twice");
    }
    // RFC 9101 and RFC 9126 are not offered; taken up half, they would bypass what follows.
    if (asked.value("request") != null || asked.value("request_uri") != null) {
      throw new AuthException(ReasonCode.REQUEST_OBJECT_NOT_SUPPORTED);
    }
    return asked;
  }

  private OAuthAnswer answer(OAuthRequest request, Parameters asked, Told told) {
    String clientId = Forms.required(asked, "client_id");
    Set<String> prompts = prompts(asked);
    if (!ClientIdUrl.looksLikeOne(clientId)) {
      String unused = redirect(known(clients.find(clientId, false)), asked);
    }
    LoginRequest login = login(request, asked, prompts);
    Login.LoginResult who = asking.who(login);
    if (!(who instanceof Login.LoginResult.LoggedIn found)) {
      return nobody(who, clientId, asked, prompts);
    }
    User user = found.user();
    // By user: whoever counted for the client would shut out its other users.
    rates.count("authorize of user", user.id(), MOST_OF_A_USER);
    Client client = known(clients.find(clientId, true));
    String redirectUri = redirect(client, asked);
    String query = login.returnTo().getRawQuery();
    Asked checked;
    try {
      dialogue.requireWelcome(client, user);
      checked = rules.check(client, redirectUri, query, asked);
    } catch (AuthException e) {
      events.tell(AuthorizationEvent.Kind.LOGIN, e, client.id(), user.id(), null, Set.of());
      return dialogue.refused(e, client, redirectUri, asked.value("state"), user);
    }
    events.tell(
        AuthorizationEvent.Kind.LOGIN, null, client.id(), user.id(), null, checked.scopes());
    told.kind = AuthorizationEvent.Kind.CONSENT; // of the login everything is told
    told.subject = user.id();
    told.scopes = checked.scopes();
    if (!dialogue.isNeeded(checked, user, prompts.contains("consent"))) {
      clients.used(client);
      return dialogue.granted(checked, user, false);
    }
    if (prompts.contains("none")) {
      AuthException e = new AuthException(ReasonCode.CONSENT_NEEDED);
      events.tell(
          AuthorizationEvent.Kind.CONSENT, e, client.id(), user.id(), null, checked.scopes());
      return dialogue.refused(e, client, redirectUri, checked.state(), user);
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
      Map<String, String> facts =
          redirectUri == null ? Map.of("missing", "redirect_uri") : Map.of("found", redirectUri);
      throw new AuthException(ReasonCode.REDIRECT_URI_NOT_ACCEPTED, facts);
    }
    return redirectUri;
  }

  /**
   * Whoever comes back has just logged in, and is not asked to do so again: the rest of the request
   * comes back as it was.
   */
  private LoginRequest login(OAuthRequest request, Parameters asked, Set<String> prompts) {
    Duration maxAge = maxAge(asked);
    boolean now = maxAge != null && maxAge.isZero();
    Set<String> left = new LinkedHashSet<>(prompts);
    boolean again = left.remove("login") || now;
    Parameters back = asked.with("prompt", left.isEmpty() ? null : String.join(" ", left));
    String query = (now ? back.with("max_age", null) : back).query();
    return new LoginRequest(
        URI.create(address(setup, query)),
        again,
        prompts.contains("none"),
        now ? null : maxAge,
        request);
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

  /** OpenID Connect Core section 3.1.2.1; what is not known there means nothing. */
  private static Set<String> prompts(Parameters asked) {
    String prompt = asked.value("prompt");
    Set<String> prompts = new LinkedHashSet<>();
    if (prompt != null) {
      prompts.addAll(Arrays.asList(prompt.split(" ", -1)));
      prompts.remove("");
    }
    if (prompts.size() > 1 && prompts.contains("none")) {
      throw Forms.invalid("'prompt' is none and something else");
    }
    return prompts;
  }

  /** Who may not be asked is told so, if it is certain whom to tell. */
  private OAuthAnswer nobody(
      Login.LoginResult who, String clientId, Parameters asked, Set<String> prompts) {
    if (!prompts.contains("none") || who instanceof Login.LoginResult.Answered) {
      return Asking.elsewhere(who);
    }
    AuthException needed = new AuthException(ReasonCode.LOGIN_NEEDED);
    Client client = clients.find(clientId, false);
    if (client == null) {
      throw needed; // of a document that is not at hand
    }
    String redirectUri = redirect(client, asked);
    events.tell(AuthorizationEvent.Kind.LOGIN, needed, clientId, null, null, Set.of());
    return dialogue.refused(needed, client, redirectUri, asked.value("state"), null);
  }

  /** For the login, and for forms that lead back here. */
  static String address(ServerSetup setup, String query) {
    return setup.addresses().of(OAuthAddresses.AUTHORIZE) + "?" + query;
  }
}
