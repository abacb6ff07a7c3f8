package io.mcpauth.examples.foreign;

import io.mcpauth.error.AuthException;
import io.mcpauth.pkce.CodeChallenge;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationToken;

/**
 * Judges the code verifier (RFC 7636 section 4.6) and the age of a code before the framework
 * redeems it. The framework's own check of the verifier is part of its client authentication, which
 * is not used here.
 */
final class CodeExchange implements AuthenticationProvider {
  private static final OAuth2TokenType CODE = new OAuth2TokenType("code");

  private final OAuth2AuthorizationService grants;
  private final AuthenticationProvider redemption;
  private final Clock clock;

  CodeExchange(OAuth2AuthorizationService grants, AuthenticationProvider redemption, Clock clock) {
    this.grants = grants;
    this.redemption = redemption;
    this.clock = clock;
  }

  @Override
  public @Nullable Authentication authenticate(Authentication authentication) {
    var request = (OAuth2AuthorizationCodeAuthenticationToken) authentication;
    OAuth2Authorization grant = grants.findByToken(request.getCode(), CODE);
    if (grant == null) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
    }
    Object verifier = request.getAdditionalParameters().get("code_verifier");
    try {
      CodeChallenge.verify(challenge(grant), verifier instanceof String text ? text : null);
    } catch (AuthException e) {
      throw Refusals.of(e);
    }
    OAuth2AuthorizationRequest asked =
        grant.getAttribute(OAuth2AuthorizationRequest.class.getName());
    if (asked != null) {
      KeyBinding.require(asked.getAdditionalParameters(), request.getAdditionalParameters());
    }
    requireYoung(grant);
    return redemption.authenticate(withRedirectUri(request, grant));
  }

  /**
   * OAuth 2.1 section 4.1.3 has no {@code redirect_uri} any more: what it was for is the
   * verifier's, which was just judged, and a code without a challenge does not get this far. One
   * that is there has to be that of the authorization request (OAuth 2.1 section 10.2), which the
   * framework checks.
   */
  private static OAuth2AuthorizationCodeAuthenticationToken withRedirectUri(
      OAuth2AuthorizationCodeAuthenticationToken request, OAuth2Authorization grant) {
    OAuth2AuthorizationRequest asked =
        grant.getAttribute(OAuth2AuthorizationRequest.class.getName());
    if (request.getRedirectUri() != null || asked == null) {
      return request;
    }
    return new OAuth2AuthorizationCodeAuthenticationToken(
        request.getCode(),
        (Authentication) request.getPrincipal(),
        asked.getRedirectUri(),
        request.getAdditionalParameters());
  }

  /** The one of the authorization request; null where there was none: such a code is no good. */
  private static @Nullable CodeChallenge challenge(OAuth2Authorization grant) {
    OAuth2AuthorizationRequest asked =
        grant.getAttribute(OAuth2AuthorizationRequest.class.getName());
    Object challenge = asked == null ? null : asked.getAdditionalParameters().get("code_challenge");
    Object method =
        asked == null ? null : asked.getAdditionalParameters().get("code_challenge_method");
    return challenge instanceof String text && method instanceof String name
        ? CodeChallenge.parse(text, name)
        : null;
  }

  /** A spent code is left to the framework, which ends the grant of one that is used twice. */
  private void requireYoung(OAuth2Authorization grant) {
    var code = grant.getToken(OAuth2AuthorizationCode.class);
    Instant end = code == null ? null : code.getToken().getExpiresAt();
    if (code == null || end == null || (!code.isInvalidated() && !clock.instant().isBefore(end))) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
    }
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return OAuth2AuthorizationCodeAuthenticationToken.class.isAssignableFrom(authentication);
  }
}
