package io.mcpauth.examples.foreign;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/**
 * Refuses to refresh a grant that is bound to a key without a proof (RFC 9449 section 5), before
 * the framework does it, which compares the key of a proof that is there: without one the new token
 * would be bound to nothing.
 */
final class BoundRefresh implements AuthenticationProvider {
  private final OAuth2AuthorizationService grants;
  private final AuthenticationProvider refresh;

  BoundRefresh(OAuth2AuthorizationService grants, AuthenticationProvider refresh) {
    this.grants = grants;
    this.refresh = refresh;
  }

  @Override
  public @Nullable Authentication authenticate(Authentication authentication) {
    var request = (OAuth2RefreshTokenAuthenticationToken) authentication;
    OAuth2Authorization grant =
        grants.findByToken(request.getRefreshToken(), OAuth2TokenType.REFRESH_TOKEN);
    // Another client learns nothing of it, and is refused as everybody else's.
    if (grant != null && isOf(grant, request.getPrincipal())) {
      OAuth2Authorization.Token<OAuth2AccessToken> token = grant.getAccessToken();
      @Nullable Map<String, Object> claims = token == null ? null : token.getClaims();
      KeyBinding.requireProof(claims, request.getAdditionalParameters());
    }
    return refresh.authenticate(authentication);
  }

  private static boolean isOf(OAuth2Authorization grant, @Nullable Object principal) {
    RegisteredClient client =
        principal instanceof OAuth2ClientAuthenticationToken known
            ? known.getRegisteredClient()
            : null;
    return client != null && grant.getRegisteredClientId().equals(client.getId());
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return refresh.supports(authentication);
  }
}
