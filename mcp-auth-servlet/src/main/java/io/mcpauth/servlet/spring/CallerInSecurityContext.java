package io.mcpauth.servlet.spring;

import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Has the caller in the security context of the thread for as long as what is behind works on it,
 * and puts back what was there before. Nothing of it is kept in a session. It stands behind Spring
 * Security, which has no say in who the caller of the MCP server is.
 */
final class CallerInSecurityContext implements Filter {
  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!(request.getAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE) instanceof McpPrincipal caller)) {
      chain.doFilter(request, response);
      return;
    }
    SecurityContext before = SecurityContextHolder.getContext();
    SecurityContext during = SecurityContextHolder.createEmptyContext();
    during.setAuthentication(new CallerAuthentication(caller));
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
}
