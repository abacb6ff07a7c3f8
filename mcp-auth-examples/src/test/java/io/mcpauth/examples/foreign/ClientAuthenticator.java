package io.mcpauth.examples.foreign;

import io.mcpauth.authserver.ClientAssertion;
import io.mcpauth.error.AuthException;
import java.time.Duration;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;

/**
 * Proves a client in the one way that it registered or published. A public client proves nothing
 * (RFC 6749 section 2.3): the code, or the token in its request, must be its own, which the
 * endpoints check, and the code needs its verifier.
 */
final class ClientAuthenticator implements AuthenticationProvider {
  private final Clients clients;
  private final Duration accessTokenLifetime;

  ClientAuthenticator(Clients clients, Duration accessTokenLifetime) {
    this.clients = clients;
    this.accessTokenLifetime = accessTokenLifetime;
  }

  @Override
  public Authentication authenticate(Authentication authentication) {
    OAuth2ClientAuthenticationToken request = (OAuth2ClientAuthenticationToken) authentication;
    ClientAuthenticationMethod method = request.getClientAuthenticationMethod();
    Object credential = request.getCredentials();
    try {
      // Before the client is looked up: an unknown one and a wrong secret take the same time.
      boolean secret =
          credential instanceof String text && clients.hasSecret(request.getName(), text);
      KnownClient client = clients.find(request.getName());
      // Where it has keys or a secret, nothing less will do.
      if (client == null
          || !client.metadata().tokenEndpointAuthMethod().equals(method.getValue())) {
        throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
      }
      if (credential instanceof ClientAssertion assertion) {
        clients.requireSignedBy(client, assertion);
      } else if (!secret && !method.equals(ClientAuthenticationMethod.NONE)) {
        throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
      }
      return new OAuth2ClientAuthenticationToken(
          client.toFramework(accessTokenLifetime), method, null);
    } catch (AuthException e) {
      throw Refusals.of(e);
    }
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return OAuth2ClientAuthenticationToken.class.isAssignableFrom(authentication);
  }
}
