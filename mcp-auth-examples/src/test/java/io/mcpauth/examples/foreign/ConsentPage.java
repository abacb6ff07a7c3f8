package io.mcpauth.examples.foreign;

import io.mcpauth.error.AuthException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Shows the consent page. Of the query only {@code state} is read: client, redirect URI and scopes
 * are those of the stored request it stands for, so that no link can show one thing and grant
 * another.
 */
final class ConsentPage extends OncePerRequestFilter {
  private static final OAuth2TokenType STATE = new OAuth2TokenType("state");

  private final RequestMatcher requests =
      PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, Endpoints.CONSENT);
  private final Map<String, String> words;
  private final Resources resources;
  private final Clients clients;
  private final OAuth2AuthorizationService grants;
  private final OAuth2AuthorizationConsentService consents;
  private final ApprovedPlaces places;

  ConsentPage(
      Map<String, String> words,
      Resources resources,
      Clients clients,
      OAuth2AuthorizationService grants,
      OAuth2AuthorizationConsentService consents,
      ApprovedPlaces places) {
    this.words = words;
    this.resources = resources;
    this.clients = clients;
    this.grants = grants;
    this.consents = consents;
    this.places = places;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!requests.matches(request)
        || !(request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken csrf)) {
      chain.doFilter(request, response);
      return;
    }
    Pages.Consent consent;
    try {
      consent = pending(request.getParameter("state"));
    } catch (AuthException e) { // its document is gone, or no good any more
      Pages.send(
          response,
          e.reason().status(),
          Pages.message("This client cannot be identified", e.description()));
      return;
    }
    if (consent == null) {
      Pages.send(
          response,
          400,
          Pages.message(
              "Nothing to decide", "This request is unknown or over. Start again in the client."));
      return;
    }
    Pages.send(response, 200, Pages.consent(csrf, consent));
  }

  private Pages.@Nullable Consent pending(@Nullable String state) {
    Authentication user = SecurityContextHolder.getContext().getAuthentication();
    if (user == null || state == null || state.isEmpty()) {
      return null;
    }
    OAuth2Authorization pending = grants.findByToken(state, STATE);
    if (pending == null || !pending.getPrincipalName().equals(user.getName())) {
      return null;
    }
    KnownClient client = clients.find(pending.getRegisteredClientId());
    OAuth2AuthorizationRequest request =
        pending.getAttribute(OAuth2AuthorizationRequest.class.getName());
    return client == null || request == null ? null : consent(state, user, client, request);
  }

  private Pages.Consent consent(
      String state, Authentication user, KnownClient client, OAuth2AuthorizationRequest request) {
    Map<String, String> asked = new LinkedHashMap<>(words);
    asked.keySet().retainAll(request.getScopes());
    var before = consents.findById(client.clientId(), user.getName());
    String redirectUri = Objects.requireNonNull(request.getRedirectUri());
    return new Pages.Consent(
        client.name(),
        client.clientId(),
        client.host(),
        places.name(redirectUri),
        places.isOnThisComputer(redirectUri),
        resources.resolve(request.getAdditionalParameters().get("resource")),
        user.getName(),
        state,
        asked,
        before == null ? Set.of() : before.getScopes());
  }
}
