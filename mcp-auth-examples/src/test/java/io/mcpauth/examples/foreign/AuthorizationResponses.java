package io.mcpauth.examples.foreign;

import io.mcpauth.authserver.ClientIdUrl;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;

/**
 * The redirect back to the client, with {@code iss} in success and in error (RFC 9207 section 2);
 * or a page: with a link to the client where its redirect URI is registered and not trusted, and
 * without one where there is none to speak of.
 */
final class AuthorizationResponses
    implements AuthenticationSuccessHandler, AuthenticationFailureHandler {
  private final String issuer;
  private final ApprovedPlaces places;
  private final Clients clients;

  AuthorizationResponses(String issuer, ApprovedPlaces places, Clients clients) {
    this.issuer = issuer;
    this.places = places;
    this.clients = clients;
  }

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication authentication)
      throws IOException {
    var granted = (OAuth2AuthorizationCodeRequestAuthenticationToken) authentication;
    OAuth2AuthorizationCode code = granted.getAuthorizationCode();
    String redirectUri = granted.getRedirectUri();
    if (code == null || redirectUri == null) {
      throw new IllegalStateException("a granted request without a code or a redirect URI");
    }
    clients.keep(granted.getClientId()); // a user allowed it
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("code", code.getTokenValue());
    redirect(response, location(redirectUri, granted.getState(), parameters));
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
      throws IOException {
    OAuth2Error error =
        failure instanceof OAuth2AuthenticationException oauth
            ? oauth.getError()
            : new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST);
    OAuth2AuthorizationCodeRequestAuthenticationToken refused =
        failure instanceof OAuth2AuthorizationCodeRequestAuthenticationException exception
            ? exception.getAuthorizationCodeRequestAuthentication()
            : null;
    String redirectUri = refused == null ? null : refused.getRedirectUri();
    String description = error.getDescription();
    if (refused == null || redirectUri == null || !places.mayBe(redirectUri)) {
      String page =
          Refusals.isUnavailableDocument(failure)
              ? documentPage(error, description)
              : page(error, description, hasUnwantedUrl(request));
      Pages.send(response, Refusals.status(failure), page);
      return;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("error", error.getErrorCode());
    if (description != null) {
      parameters.put("error_description", description);
    }
    String location = location(redirectUri, refused.getState(), parameters);
    if (places.isTrusted(refused.getClientId(), refused.getName(), redirectUri)) {
      redirect(response, location);
      return;
    }
    boolean denied = OAuth2ErrorCodes.ACCESS_DENIED.equals(error.getErrorCode());
    Pages.send(
        response,
        denied ? 403 : 400,
        Pages.onward(explained(error, description), places.name(redirectUri), location));
  }

  /** Whether it is a metadata document that the client brought, and none is taken. */
  private boolean hasUnwantedUrl(HttpServletRequest request) {
    String clientId = request.getParameter("client_id");
    return !clients.takeDocuments() && clientId != null && ClientIdUrl.looksLikeOne(clientId);
  }

  private String location(
      String redirectUri, @Nullable String state, Map<String, String> parameters) {
    if (state != null) {
      parameters.put("state", state);
    }
    parameters.put("iss", issuer);
    String query =
        parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
            .collect(Collectors.joining("&"));
    return redirectUri + (redirectUri.contains("?") ? "&" : "?") + query;
  }

  private static void redirect(HttpServletResponse response, String location) {
    response.setStatus(302);
    // Set by hand: sendRedirect would rewrite what is not http.
    response.setHeader("Location", location);
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** For a person: there is nobody to be trusted with a redirect. */
  private static String page(OAuth2Error error, @Nullable String description, boolean url) {
    if (description != null && description.endsWith(" client_id") && url) {
      return Pages.message(
          "This client is not known here",
          "It brought the URL of a metadata document, and those are switched off"
              + " (FILE_TOOLS_CLIENT_METADATA). Remove the saved login of this server in your"
              + " client and connect again: it then registers.");
    }
    if (description != null && description.endsWith(" client_id")) {
      return Pages.message(
          "This client is not known here",
          "The development server forgets its clients when it stops. Remove the saved login of this"
              + " server in your client and connect again.");
    }
    return Pages.message("This request cannot be answered", explained(error, description));
  }

  /** No redirect, so whoever connects has to learn here what there is to do. */
  private static String documentPage(OAuth2Error error, @Nullable String description) {
    return Pages.message(
        "This client cannot be identified",
        explained(error, description)
            + ". The log of this server says why. If it cannot reach the web, start it with"
            + " FILE_TOOLS_CLIENT_METADATA=false, remove the saved login of this server in your"
            + " client and connect again: it then registers.");
  }

  private static String explained(OAuth2Error error, @Nullable String description) {
    return error.getErrorCode() + (description == null ? "" : ": " + description);
  }
}
