package io.mcpauth.examples.guard;

import io.mcpauth.client.SubjectToken;
import io.mcpauth.client.TokenEndpoint;
import io.mcpauth.client.TokenExchange;
import io.mcpauth.client.TokenTarget;
import io.mcpauth.error.ClientException;
import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** A token of the caller's for the target, in exchange for the one that it came with (RFC 8693). */
final class ExchangedToken implements OutgoingCredential {
  private final TokenExchange exchange;

  ExchangedToken(TokenEndpoint endpoint, TokenTarget target) {
    exchange = new TokenExchange(endpoint, target);
  }

  /** None for an anonymous call that the policy allows: there is nobody to speak for. */
  @Override
  public @Nullable String authorizationFor(HttpServletRequest request)
      throws NoCredentialException {
    if (!(request.getAttribute(McpAuthFilter.SUBJECT_TOKEN_ATTRIBUTE) instanceof SubjectToken token)
        || !(request.getAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE)
            instanceof McpPrincipal caller)) {
      return null;
    }
    try {
      return "Bearer " + exchange.exchange(token, caller.expiresAt()).value();
    } catch (ClientException e) {
      throw NoCredentialException.of(e);
    }
  }

  @Override
  public void close() {
    exchange.close();
  }
}
