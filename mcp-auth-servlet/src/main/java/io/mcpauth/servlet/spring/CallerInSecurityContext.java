package io.mcpauth.servlet.spring;

import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Has the caller in the security context of the thread for as long as what is behind works on it,
 * and puts back what was there before. Nothing of it is kept in a session. It stands behind Spring
 * Security, which has no say in who the caller of the MCP server is: whoever has logged in there
 * with a cookie is nobody in a call that the policy allows without a caller.
 */
final class CallerInSecurityContext implements Filter {
  /** As Spring Security has it. */
  private static final Authentication NOBODY =
      new AnonymousAuthenticationToken(
          "mcp-auth", "anonymousUser", List.of(new SimpleGrantedAuthority("ROLE_ANONYMOUS")));

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    // Not asked for on open paths: it may be looked up in a session only then.
    SecurityContext before = isGranted(request) ? SecurityContextHolder.getContext() : null;
    Authentication caller = before == null ? null : caller(request, before.getAuthentication());
    if (before == null || caller == null) {
      chain.doFilter(request, response);
      return;
    }
    SecurityContext during = SecurityContextHolder.createEmptyContext();
    during.setAuthentication(caller);
    SecurityContextHolder.setContext(during);
    try {
      chain.doFilter(request, response);
    } finally {
      if (before.getAuthentication() == null) {
        SecurityContextHolder.clearContext();
      } else {
        SecurityContextHolder.setContext(before);
      }
    }
  }

  private static boolean isGranted(ServletRequest request) {
    return request.getAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE) instanceof McpPrincipal
        || request.getAttribute(McpAuthFilter.COMPARED_HEADERS_ATTRIBUTE) != null;
  }

  /** Of a granted request; null where the context is to stay as it is. */
  private static @Nullable Authentication caller(
      ServletRequest request, @Nullable Authentication known) {
    if (request.getAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE) instanceof McpPrincipal caller) {
      return new CallerAuthentication(caller);
    }
    return known == null || known instanceof AnonymousAuthenticationToken ? null : NOBODY;
  }
}
