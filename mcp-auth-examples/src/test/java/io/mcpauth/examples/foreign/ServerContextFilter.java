package io.mcpauth.examples.foreign;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContext;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContextHolder;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.web.filter.OncePerRequestFilter;

/** Tells the framework the issuer, which is fixed and never read from the request. */
final class ServerContextFilter extends OncePerRequestFilter {
  private final AuthorizationServerContext context;

  ServerContextFilter(AuthorizationServerSettings settings, String issuer) {
    this.context =
        new AuthorizationServerContext() {
          @Override
          public String getIssuer() {
            return issuer;
          }

          @Override
          public AuthorizationServerSettings getAuthorizationServerSettings() {
            return settings;
          }
        };
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    AuthorizationServerContextHolder.setContext(context);
    try {
      chain.doFilter(request, response);
    } finally {
      AuthorizationServerContextHolder.resetContext();
    }
  }
}
