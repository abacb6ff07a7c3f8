package io.mcpauth.examples.foreign;

import io.mcpauth.authserver.ClientIdUrl;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers the token and revocation requests of strangers before their client is looked for, where
 * that would fetch its document or its keys: of a client that is not at hand, or that signs, only
 * who has a code or a token of it is let through. The answer is the one that such a code or token
 * gets in the end.
 */
final class KnownGrantFirst extends OncePerRequestFilter {
  private final RequestMatcher requests;
  private final Clients clients;
  private final Grants grants;
  private final JsonErrors errors;
  private final ClientCredential credential = new ClientCredential();

  KnownGrantFirst(RequestMatcher requests, Clients clients, Grants grants, JsonErrors errors) {
    this.requests = requests;
    this.clients = clients;
    this.grants = grants;
    this.errors = errors;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String clientId = requests.matches(request) ? claimedClient(request) : null;
    boolean fetches =
        clientId != null
            && (request.getParameter("client_assertion") != null
                || (ClientIdUrl.looksLikeOne(clientId) && !clients.isAtHand(clientId)));
    if (clientId == null || !fetches || hasGrant(clientId, request)) {
      chain.doFilter(request, response);
    } else if (request.getRequestURI().equals(Endpoints.REVOKE)) {
      response.setStatus(200); // RFC 7009 section 2.2: also for a token that is none
    } else {
      errors.onAuthenticationFailure(
          request, response, new OAuth2AuthenticationException(problem(request)));
    }
  }

  /** Null where it cannot be read, which the authentication of the client says. */
  private @Nullable String claimedClient(HttpServletRequest request) {
    try {
      return credential.convert(request).getName();
    } catch (AuthenticationException e) {
      return null;
    }
  }

  private boolean hasGrant(String clientId, HttpServletRequest request) {
    return grants.has(clientId, request.getParameter("code"))
        || grants.has(clientId, request.getParameter("refresh_token"))
        || grants.has(clientId, request.getParameter("token"));
  }

  /** RFC 6749 section 5.2. */
  private static String problem(HttpServletRequest request) {
    String type = request.getParameter("grant_type");
    if (type == null) {
      return OAuth2ErrorCodes.INVALID_REQUEST;
    }
    return type.equals("authorization_code") || type.equals("refresh_token")
        ? OAuth2ErrorCodes.INVALID_GRANT
        : OAuth2ErrorCodes.UNSUPPORTED_GRANT_TYPE;
  }
}
