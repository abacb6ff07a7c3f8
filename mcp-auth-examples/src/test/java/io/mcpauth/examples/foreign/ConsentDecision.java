package io.mcpauth.examples.foreign;

import java.util.function.Consumer;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationToken;

/**
 * Turns anything but "allow" into {@code access_denied}. By itself the framework reads a consent
 * without scopes as approval of whatever was approved before, so a denied step-up would succeed.
 */
final class ConsentDecision implements Consumer<OAuth2AuthorizationConsentAuthenticationContext> {
  private final OAuth2AuthorizationService grants;
  private final ApprovedPlaces places;

  ConsentDecision(OAuth2AuthorizationService grants, ApprovedPlaces places) {
    this.grants = grants;
    this.places = places;
  }

  @Override
  public void accept(OAuth2AuthorizationConsentAuthenticationContext context) {
    OAuth2AuthorizationConsentAuthenticationToken answer = context.getAuthentication();
    OAuth2AuthorizationRequest request = context.getAuthorizationRequest();
    if ("allow".equals(answer.getAdditionalParameters().get("decision"))) {
      if (request != null && !answer.getScopes().isEmpty()) {
        context.getAuthorizationConsent().authority(places.mark(request.getRedirectUri()));
      }
      return;
    }
    // The request is spent: going back and allowing it must start anew.
    grants.remove(context.getAuthorization());
    OAuth2AuthorizationCodeRequestAuthenticationToken denied =
        request == null
            ? null
            : new OAuth2AuthorizationCodeRequestAuthenticationToken(
                request.getAuthorizationUri(),
                request.getClientId(),
                (Authentication) answer.getPrincipal(),
                request.getRedirectUri(),
                request.getState(),
                request.getScopes(),
                null);
    throw new OAuth2AuthorizationCodeRequestAuthenticationException(
        new OAuth2Error(OAuth2ErrorCodes.ACCESS_DENIED, "The user denied the request.", null),
        denied);
  }
}
