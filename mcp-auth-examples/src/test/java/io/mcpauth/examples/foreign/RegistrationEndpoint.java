package io.mcpauth.examples.foreign;

import io.mcpauth.authserver.RequestSources;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets clients register themselves (RFC 7591 section 3), without a token. */
final class RegistrationEndpoint extends OncePerRequestFilter {
  private final RequestMatcher requests;
  private final Clients clients;
  private final JsonErrors errors;
  private final RequestSources sources = RequestSources.direct();

  RegistrationEndpoint(RequestMatcher requests, Clients clients, JsonErrors errors) {
    this.requests = requests;
    this.clients = clients;
    this.errors = errors;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!requests.matches(request)) {
      chain.doFilter(request, response);
      return;
    }
    byte[] registered;
    try {
      registered = clients.register(metadata(request), source(request)).toJson();
    } catch (AuthException e) {
      errors.onAuthenticationFailure(request, response, Refusals.of(e));
      return;
    }
    response.setStatus(201); // RFC 7591 section 3.2.1
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.getOutputStream().write(registered);
  }

  /**
   * A page by its origin, since all pages come from this machine; any other program by its address,
   * which for the same reason is unknown as a rule.
   */
  private @Nullable String source(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    return origin == null
        ? sources.of(
            request.getRemoteAddr(), lines(request, "X-Forwarded-For"), lines(request, "Forwarded"))
        : origin;
  }

  private static List<String> lines(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header));
  }

  private static ClientMetadata metadata(HttpServletRequest request) throws IOException {
    // RFC 7591 section 3.1; any other type would let every web page register without a preflight.
    if (!isJson(request.getContentType())) {
      throw new AuthException(
          ReasonCode.CLIENT_METADATA_INVALID,
          "The content type must be application/json.",
          Map.of());
    }
    // One byte more than is read: the reader then knows that there was more.
    return ClientMetadata.parse(request.getInputStream().readNBytes(ClientMetadata.MAX_BYTES + 1));
  }

  private static boolean isJson(@Nullable String contentType) {
    try {
      return contentType != null
          && MediaType.parseMediaType(contentType).equalsTypeAndSubtype(MediaType.APPLICATION_JSON);
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }
}
