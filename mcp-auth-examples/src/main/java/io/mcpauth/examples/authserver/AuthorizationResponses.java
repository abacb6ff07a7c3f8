package io.mcpauth.examples.authserver;

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
 * or a page, when there is no redirect URI to be trusted.
 */
final class AuthorizationResponses
    implements AuthenticationSuccessHandler, AuthenticationFailureHandler {
  private final String issuer;

  AuthorizationResponses(String issuer) {
    this.issuer = issuer;
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
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("code", code.getTokenValue());
    redirect(response, redirectUri, granted.getState(), parameters);
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
    if (refused == null || redirectUri == null) {
      Pages.send(response, 400, page(error, description));
      return;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("error", error.getErrorCode());
    if (description != null) {
      parameters.put("error_description", description);
    }
    redirect(response, redirectUri, refused.getState(), parameters);
  }

  private void redirect(
      HttpServletResponse response,
      String redirectUri,
      @Nullable String state,
      Map<String, String> parameters) {
    if (state != null) {
      parameters.put("state", state);
    }
    parameters.put("iss", issuer);
    String query =
        parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
            .collect(Collectors.joining("&"));
    response.setStatus(302);
    // Set by hand: sendRedirect would rewrite what is not http.
    response.setHeader("Location", redirectUri + (redirectUri.contains("?") ? "&" : "?") + query);
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** For a person: there is nobody to be trusted with a redirect. */
  private static String page(OAuth2Error error, @Nullable String description) {
    if (description != null && description.endsWith(" client_id")) {
      return Pages.message(
          "This client is not known here",
          "The development server forgets its clients when it stops. Remove the saved login of this"
              + " server in your client and connect again.");
    }
    return Pages.message(
        "This request cannot be answered",
        error.getErrorCode() + (description == null ? "" : ": " + description));
  }
}
