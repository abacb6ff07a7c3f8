package io.mcpauth.servlet;

import io.mcpauth.AccessDecision;
import io.mcpauth.ResourceServer;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Lets a request through to the MCP server only when the {@link ResourceServer} grants it, with the
 * proven caller attached; writes the refusal otherwise.
 *
 * <p>Behind it the caller is {@code request.getUserPrincipal()} and the request attribute {@link
 * #PRINCIPAL_ATTRIBUTE}, both a {@link McpPrincipal}; the body is the very bytes that were judged;
 * the {@code Authorization} header is gone, because a token goes to nobody else. The response is
 * not touched once a request was let through, so event streams pass as they are.
 *
 * <p>Must be mapped with async support, for every kind of dispatch: {@link McpAuthInstaller} does.
 * It refuses, and does not pass on, whatever is not HTTP.
 */
public final class McpAuthFilter implements Filter {
  /** The request attribute that holds the {@link McpPrincipal}. */
  public static final String PRINCIPAL_ATTRIBUTE = "io.mcpauth.principal";

  /** The largest body that is read where nothing else is configured: 1 MiB. */
  public static final int DEFAULT_MAX_BODY_BYTES = 1024 * 1024;

  private final ResourceServer server;
  private final int maxBodyBytes;
  private final Set<String> openServlets;
  private final Set<String> guardedServlets;
  private final boolean ownsServer;
  private final String judgedAttribute = "io.mcpauth.judged." + UUID.randomUUID();

  /**
   * A filter that guards all it is mapped to and does not close the resource server. Map it to the
   * MCP servlet and not to the metadata endpoint, which must stay open; {@link McpAuthInstaller}
   * does both.
   */
  public McpAuthFilter(ResourceServer server) {
    this(server, DEFAULT_MAX_BODY_BYTES, Set.of(), Set.of(), false);
  }

  McpAuthFilter(
      ResourceServer server,
      int maxBodyBytes,
      Set<String> openServlets,
      Set<String> guardedServlets,
      boolean ownsServer) {
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException(
          "Body cap " + maxBodyBytes + " is no size. Write a number of bytes, such as 1048576.");
    }
    this.server = server;
    this.maxBodyBytes = maxBodyBytes;
    this.openServlets = Set.copyOf(openServlets);
    this.guardedServlets = Set.copyOf(guardedServlets);
    this.ownsServer = ownsServer;
  }

  /**
   * Stops the start where a servlet to guard does not exist: containers ignore a mapping to an
   * unknown name, so a misspelt one would leave the MCP server open.
   */
  @Override
  public void init(FilterConfig config) {
    Set<String> known = config.getServletContext().getServletRegistrations().keySet();
    for (String name : guardedServlets) {
      if (!known.contains(name)) {
        throw new IllegalStateException(
            "guardServlets names '"
                + name
                + "', but the servlets of this context are "
                + new TreeSet<>(known)
                + ". Write the registered name, or leave guardServlets out to guard all.");
      }
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!(request instanceof HttpServletRequest http)
        || !(response instanceof HttpServletResponse httpResponse)) {
      throw new ServletException("mcp-auth guards HTTP only");
    }
    if (openServlets.contains(http.getHttpServletMapping().getServletName())) {
      chain.doFilter(request, response); // chosen by the container, not by the spelling of a path
    } else if (http.getAttribute(judgedAttribute) instanceof GrantedAccess access) {
      chain.doFilter(new GrantedRequest(http, access), response); // ASYNC, FORWARD, ERROR, INCLUDE
    } else {
      decide(http, httpResponse, chain);
    }
  }

  /** Closes the resource server where the installer handed it over. */
  @Override
  public void destroy() {
    if (ownsServer) {
      server.close();
    }
  }

  private void decide(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ServletAccessRequest access = new ServletAccessRequest(request, maxBodyBytes);
    AccessDecision decision = server.decide(access);
    if (decision instanceof AccessDecision.Granted granted) {
      GrantedAccess grant = new GrantedAccess(granted.principal(), access.bodyThatWasRead());
      request.setAttribute(judgedAttribute, grant);
      request.setAttribute(PRINCIPAL_ATTRIBUTE, granted.principal());
      chain.doFilter(new GrantedRequest(request, grant), response);
    } else if (decision instanceof AccessDecision.Refused refused) {
      write(refused, response);
    }
  }

  private static void write(AccessDecision.Refused refused, HttpServletResponse response)
      throws IOException {
    response.setStatus(refused.status());
    for (Map.Entry<String, String> header : refused.headers().entrySet()) {
      response.setHeader(header.getKey(), header.getValue());
    }
    response.setContentLength(refused.body().length);
    response.getOutputStream().write(refused.body());
  }
}
