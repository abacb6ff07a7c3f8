package io.mcpauth.examples.foreign;

import io.mcpauth.authserver.ClientIdUrl;
import io.mcpauth.authserver.RedirectUri;
import io.mcpauth.error.AuthException;
import io.mcpauth.pkce.CodeChallenge;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AuthorizationCodeRequestAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * The reading and the checks of an authorization request, in an order that matters: before the
 * login an error is only ever shown, never redirected, so that nobody can use this server to send a
 * browser elsewhere (RFC 9700 section 4.11.2).
 */
final class AuthorizationRequests
    implements AuthenticationConverter,
        Consumer<OAuth2AuthorizationCodeRequestAuthenticationContext> {
  private final AuthenticationConverter parameters =
      new OAuth2AuthorizationCodeRequestAuthenticationConverter();
  private final Resources resources;
  private final Set<String> offeredScopes;
  private final ApprovedPlaces places;
  private final Clients clients;

  AuthorizationRequests(
      Resources resources, Set<String> offeredScopes, ApprovedPlaces places, Clients clients) {
    this.resources = resources;
    this.offeredScopes = offeredScopes;
    this.places = places;
    this.clients = clients;
  }

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    // RFC 9101 and RFC 9126 are not offered; taken up half, they would bypass the checks below.
    if (request.getParameter("request_uri") != null || request.getParameter("request") != null) {
      throw new OAuth2AuthorizationCodeRequestAuthenticationException(
          new OAuth2Error("request_not_supported"), null);
    }
    if (!(parameters.convert(request)
        instanceof OAuth2AuthorizationCodeRequestAuthenticationToken read)) {
      return null;
    }
    // Nobody makes this server fetch a document before somebody has logged in.
    if (clients.takeDocuments() && ClientIdUrl.looksLikeOne(read.getClientId())) {
      requireLogin(read);
    }
    return new OAuth2AuthorizationCodeRequestAuthenticationToken(
        read.getAuthorizationUri(),
        read.getClientId(),
        (Authentication) read.getPrincipal(),
        read.getRedirectUri(),
        read.getState(),
        effectiveScopes(read.getScopes(), read.getClientId()),
        read.getAdditionalParameters());
  }

  /**
   * RFC 6749 section 3.3 wants a default for an omitted scope: everything that the client may ask
   * for, named on the consent page, because some clients send no scope when they reconnect.
   */
  private Set<String> effectiveScopes(Set<String> requested, String clientId) {
    return requested.isEmpty() ? scopesOf(clientId) : requested;
  }

  /** Of an unknown client all, which it does not get. */
  private Set<String> scopesOf(String clientId) {
    RegisteredClient client = clients.findByClientId(clientId);
    return client == null ? offeredScopes : client.getScopes();
  }

  @Override
  public void accept(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
    OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
    String redirectUri = request.getRedirectUri();
    if (redirectUri == null
        || !RedirectUri.matches(context.getRegisteredClient().getRedirectUris(), redirectUri)) {
      throw new OAuth2AuthorizationCodeRequestAuthenticationException(
          error(OAuth2ErrorCodes.INVALID_REQUEST, "The redirect_uri is not registered."), null);
    }
    requireLogin(request);
    checkProofKey(request);
    checkScopes(request, context.getRegisteredClient());
    try {
      resources.resolve(request.getAdditionalParameters().get("resource"));
    } catch (OAuth2AuthenticationException e) {
      throw new OAuth2AuthorizationCodeRequestAuthenticationException(e.getError(), request);
    }
  }

  /** Not an OAuth error: the browser is sent to the login page and comes back. */
  private static void requireLogin(OAuth2AuthorizationCodeRequestAuthenticationToken request) {
    if (request.getPrincipal() instanceof AnonymousAuthenticationToken) {
      throw new InsufficientAuthenticationException("login required");
    }
  }

  /** RFC 9700 section 2.1.1: PKCE for every client; {@code plain} is refused. */
  private static void checkProofKey(OAuth2AuthorizationCodeRequestAuthenticationToken request) {
    Object challenge = request.getAdditionalParameters().get("code_challenge");
    Object method = request.getAdditionalParameters().get("code_challenge_method");
    try {
      CodeChallenge unused = CodeChallenge.parse(text(challenge), text(method));
    } catch (AuthException e) {
      throw new OAuth2AuthorizationCodeRequestAuthenticationException(Refusals.error(e), request);
    }
  }

  /** RFC 6749 section 3.3. Whoever reads the error learns what the client may ask for. */
  private void checkScopes(
      OAuth2AuthorizationCodeRequestAuthenticationToken request, RegisteredClient client) {
    Set<String> own = new LinkedHashSet<>(offeredScopes);
    own.retainAll(client.getScopes());
    if (!own.containsAll(request.getScopes())) {
      throw new OAuth2AuthorizationCodeRequestAuthenticationException(
          error(
              OAuth2ErrorCodes.INVALID_SCOPE,
              "This client may ask for " + String.join(" ", own) + " alone."),
          request);
    }
  }

  /**
   * Says whether the user must be asked: for every scope not approved before, for every place the
   * code was not sent to before (the page names it, and a client may register several), for a
   * client that anybody could be, or on demand.
   */
  boolean needsConsent(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
    OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
    Object prompt = request.getAdditionalParameters().get("prompt");
    var before = context.getAuthorizationConsent();
    return before == null
        || !before.getScopes().containsAll(request.getScopes())
        || !places.covers(before, request.getRedirectUri())
        || isAnybody(context.getRegisteredClient(), request.getRedirectUri())
        || "consent".equals(prompt);
  }

  /**
   * RFC 6749 section 10.2, RFC 8252 section 8.6: a URL is no secret, so with a redirect to this
   * computer any program on it can be that client, unless it has to prove itself. (The id of one
   * that registered is known to itself alone; a site gets its own redirects.)
   */
  private boolean isAnybody(RegisteredClient client, @Nullable String redirectUri) {
    return ClientIdUrl.looksLikeOne(client.getClientId())
        && client.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE)
        && places.isOnThisComputer(redirectUri);
  }

  private static @Nullable String text(@Nullable Object parameter) {
    return parameter instanceof String text ? text : null;
  }

  private static OAuth2Error error(String code, String description) {
    return new OAuth2Error(code, description, null);
  }
}
