package io.mcpauth.examples.foreign;

import io.mcpauth.authserver.ClientAssertion;
import io.mcpauth.error.AuthException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.web.authentication.ClientSecretBasicAuthenticationConverter;
import org.springframework.security.oauth2.server.authorization.web.authentication.ClientSecretPostAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Reads how a client proves itself at the token and the revocation endpoint: exactly one of HTTP
 * Basic, {@code client_secret}, {@code client_assertion}, or nothing but its {@code client_id}.
 */
final class ClientCredential implements AuthenticationConverter {
  private static final String ASSERTION = "client_assertion";
  private static final String ASSERTION_TYPE = "client_assertion_type";

  private final AuthenticationConverter basic = new ClientSecretBasicAuthenticationConverter();
  private final AuthenticationConverter post = new ClientSecretPostAuthenticationConverter();

  @Override
  public Authentication convert(HttpServletRequest request) {
    boolean header = request.getHeader("Authorization") != null;
    boolean secret = request.getParameter("client_secret") != null;
    boolean assertion =
        request.getParameter(ASSERTION) != null || request.getParameter(ASSERTION_TYPE) != null;
    // RFC 6749 section 2.3: more than one mechanism is an invalid_request.
    if (Stream.of(header, secret, assertion).filter(used -> used).count() > 1) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_REQUEST);
    }
    Authentication read;
    if (header) {
      read = basic.convert(request);
    } else if (secret) {
      read = post.convert(request);
    } else {
      read = assertion ? signed(request) : named(request);
    }
    return requireOneClient(read, request.getParameter("client_id"));
  }

  /** RFC 7521 section 4.2: the {@code client_id} is optional beside an assertion. */
  private static Authentication signed(HttpServletRequest request) {
    try {
      ClientAssertion assertion =
          ClientAssertion.parse(
              request.getParameter(ASSERTION_TYPE),
              Objects.requireNonNullElse(request.getParameter(ASSERTION), ""));
      return new OAuth2ClientAuthenticationToken(
          assertion.claimedClientId(),
          ClientAuthenticationMethod.PRIVATE_KEY_JWT,
          assertion,
          Map.of());
    } catch (AuthException e) {
      throw Refusals.of(e);
    }
  }

  private static @Nullable Authentication named(HttpServletRequest request) {
    String clientId = request.getParameter("client_id");
    return clientId == null || clientId.isBlank()
        ? null
        : new OAuth2ClientAuthenticationToken(
            clientId, ClientAuthenticationMethod.NONE, null, Map.of());
  }

  /** A credential that was not understood is no client; nor is one that names another. */
  private static Authentication requireOneClient(
      @Nullable Authentication read, @Nullable String clientId) {
    if (read == null || (clientId != null && !clientId.equals(read.getName()))) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    return read;
  }
}
