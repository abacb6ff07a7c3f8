package io.mcpauth.examples.foreign;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.http.converter.OAuth2ErrorHttpMessageConverter;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;

/** Writes the error of a machine endpoint as JSON (RFC 6749 section 5.2). */
final class JsonErrors implements AuthenticationFailureHandler {
  private final OAuth2ErrorHttpMessageConverter json = new OAuth2ErrorHttpMessageConverter();

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
      throws IOException {
    SecurityContextHolder.clearContext();
    OAuth2Error error =
        failure instanceof OAuth2AuthenticationException oauth
            ? oauth.getError()
            : new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST);
    int status = Refusals.status(failure);
    if (status == 429 || status == 503) {
      response.setHeader("Retry-After", "30");
    }
    if (status == 401 && request.getHeader("Authorization") != null) {
      // RFC 6749 section 5.2: the scheme the client tried, and only when it tried one.
      response.setHeader("WWW-Authenticate", "Basic realm=\"token\"");
    }
    ServletServerHttpResponse http = new ServletServerHttpResponse(response);
    http.setStatusCode(HttpStatusCode.valueOf(status));
    json.write(error, null, http);
  }
}
