package io.mcpauth.examples.authserver;

import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationValidator;
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
  /** Base64url of 32 bytes (RFC 7636 section 4.2). */
  private static final Pattern S256_CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final AuthenticationConverter parameters =
      new OAuth2AuthorizationCodeRequestAuthenticationConverter();
  private final Resources resources;
  private final Set<String> offeredScopes;

  AuthorizationRequests(Resources resources, Set<String> offeredScopes) {
    this.resources = resources;
    this.offeredScopes = offeredScopes;
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
    return new OAuth2AuthorizationCodeRequestAuthenticationToken(
        read.getAuthorizationUri(),
        read.getClientId(),
        (Authentication) read.getPrincipal(),
        read.getRedirectUri(),
        read.getState(),
        effectiveScopes(read.getScopes()),
        read.getAdditionalParameters());
  }

  /**
   * RFC 6749 section 3.3 wants a default for an omitted scope: everything on offer, named on the
   * consent page, because some clients send no scope when they reconnect. {@code offline_access} is
   * not a scope of a resource: whoever registered the refresh grant gets refresh tokens anyway.
   */
  private Set<String> effectiveScopes(Set<String> requested) {
    Set<String> scopes = new LinkedHashSet<>(requested);
    scopes.remove("offline_access");
    return scopes.isEmpty() ? offeredScopes : scopes;
  }

  @Override
  public void accept(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
    OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
    String redirectUri = request.getRedirectUri();
    if (redirectUri == null
        || !RedirectUris.matches(context.getRegisteredClient().getRedirectUris(), redirectUri)) {
      throw new OAuth2AuthorizationCodeRequestAuthenticationException(
          error(OAuth2ErrorCodes.INVALID_REQUEST, "The redirect_uri is not registered."), null);
    }
    if (request.getPrincipal() instanceof AnonymousAuthenticationToken) {
      // Not an OAuth error: the browser is sent to the login page and comes back.
      throw new InsufficientAuthenticationException("login required");
    }
    checkProofKey(request);
    OAuth2AuthorizationCodeRequestAuthenticationValidator.DEFAULT_SCOPE_VALIDATOR.accept(context);
    try {
      resources.resolve(request.getAdditionalParameters().get("resource"));
    } catch (OAuth2AuthenticationException e) {
      throw new OAuth2AuthorizationCodeRequestAuthenticationException(e.getError(), request);
    }
  }

  /** RFC 9700 section 2.1.1: PKCE for every client; {@code plain} is refused. */
  private static void checkProofKey(OAuth2AuthorizationCodeRequestAuthenticationToken request) {
    Object challenge = request.getAdditionalParameters().get("code_challenge");
    Object method = request.getAdditionalParameters().get("code_challenge_method");
    if (!(challenge instanceof String text)
        || !S256_CHALLENGE.matcher(text).matches()
        || !"S256".equals(method)) {
      throw new OAuth2AuthorizationCodeRequestAuthenticationException(
          error(OAuth2ErrorCodes.INVALID_REQUEST, "PKCE with S256 is required."), request);
    }
  }

  /**
   * Says whether the user must be asked: for every scope not approved before, for every place the
   * code was not sent to before (the page names it, and a client may register several), or on
   * demand.
   */
  static boolean needsConsent(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
    OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
    Object prompt = request.getAdditionalParameters().get("prompt");
    var before = context.getAuthorizationConsent();
    return before == null
        || !before.getScopes().containsAll(request.getScopes())
        || !before.getAuthorities().contains(approvedPlace(request.getRedirectUri()))
        || "consent".equals(prompt);
  }

  /** How the stored consent remembers a redirect URI; no scope has this prefix in the store. */
  static GrantedAuthority approvedPlace(@Nullable String redirectUri) {
    return new SimpleGrantedAuthority(
        "REDIRECT_" + RedirectUris.approval(Objects.requireNonNull(redirectUri)));
  }

  private static OAuth2Error error(String code, String description) {
    return new OAuth2Error(code, description, null);
  }
}
