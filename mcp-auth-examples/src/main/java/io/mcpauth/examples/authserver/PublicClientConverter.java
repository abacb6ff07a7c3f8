package io.mcpauth.examples.authserver;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Reads a public client from a token or revocation request: a {@code client_id} and no credential.
 * The framework's own reader knows only the exchange of a code with a verifier; without this one
 * neither refresh nor revocation would know its client, and a code without a verifier would fail
 * inside the server.
 */
final class PublicClientConverter implements AuthenticationConverter {
  @Override
  public Authentication convert(HttpServletRequest request) {
    String clientId = request.getParameter("client_id");
    // Asked last: a credential that is still here was not understood by the other readers.
    if (clientId == null
        || clientId.isBlank()
        || request.getHeader("Authorization") != null
        || request.getParameter("client_secret") != null
        || request.getParameter("client_assertion") != null) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    Map<String, Object> parameters = new HashMap<>();
    for (String name : Collections.list(request.getParameterNames())) {
      if (!name.equals("client_id")) {
        parameters.put(name, request.getParameter(name));
      }
    }
    return new OAuth2ClientAuthenticationToken(
        clientId, ClientAuthenticationMethod.NONE, null, parameters);
  }
}
