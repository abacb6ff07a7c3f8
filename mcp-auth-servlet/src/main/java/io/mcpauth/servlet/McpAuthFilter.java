package io.mcpauth.servlet;

import io.mcpauth.AccessDecision;
import io.mcpauth.ResourceServer;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.DispatcherType;
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
import java.util.function.Supplier;

/**
 * Lets a request through to the MCP server only when the {@link ResourceServer} grants it, with the
 * proven caller attached; writes the refusal otherwise.
 *
 * <p>Behind it the caller is {@code request.getUserPrincipal()} and the request attribute {@link
 * #PRINCIPAL_ATTRIBUTE}, both a {@link McpPrincipal}; the body is the very bytes that were judged;
 * the {@code Authorization} header is gone, because a token goes to nobody else. The response
 * passes as it is written, event streams included. A long stream (GET, {@code
 * subscriptions/listen}) ends when the token of its caller does, and any answer when its caller is
 * cut off by the {@link io.mcpauth.token.Revocations} of the resource server or the filter is
 * destroyed: writes then throw an {@link IOException}, and an asynchronous request is completed. A
 * servlet that is still working is not interrupted. For an anonymous call that the policy allows
 * both caller and attribute are null.
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
  private final Supplier<StreamTimer> timers;
  private volatile OpenStreams streams;
  private final String judgedAttribute = "io.mcpauth.judged." + UUID.randomUUID();

  /**
   * A filter that guards all it is mapped to and does not close the resource server. Map it to the
   * MCP servlet and not to the metadata endpoint, which must stay open; {@link McpAuthInstaller}
   * does both.
   */
  public McpAuthFilter(ResourceServer server) {
    this(server, DEFAULT_MAX_BODY_BYTES, Set.of(), Set.of(), false, DaemonTimer::new);
  }

  McpAuthFilter(
      ResourceServer server,
      int maxBodyBytes,
      Set<String> openServlets,
      Set<String> guardedServlets,
      boolean ownsServer,
      Supplier<StreamTimer> timers) {
    if (maxBodyBytes < 1) {
      throw new IllegalArgumentException(
          "Body cap " + maxBodyBytes + " is no size. Write a number of bytes, such as 1048576.");
    }
    this.server = server;
    this.maxBodyBytes = maxBodyBytes;
    this.openServlets = Set.copyOf(openServlets);
    this.guardedServlets = Set.copyOf(guardedServlets);
    this.ownsServer = ownsServer;
    this.timers = timers;
    this.streams = openStreams(server, timers);
  }

  /**
   * Stops the start where a servlet to guard does not exist: containers ignore a mapping to an
   * unknown name, so a misspelt one would leave the MCP server open.
   */
  @Override
  public void init(FilterConfig config) {
    streams = openStreams(server, timers); // a context that starts again has a life of its own
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
      pass(http, httpResponse, access, chain); // ASYNC, FORWARD, ERROR, INCLUDE
    } else {
      decide(http, httpResponse, chain);
    }
  }

  /**
   * Ends the answers that are still open, and closes the resource server where the installer handed
   * it over.
   */
  @Override
  public void destroy() {
    streams.close();
    if (ownsServer) {
      server.close();
    }
  }

  private static OpenStreams openStreams(ResourceServer server, Supplier<StreamTimer> timers) {
    return new OpenStreams(server::onCutOff, server.clock(), timers.get());
  }

  private void decide(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ServletAccessRequest access = new ServletAccessRequest(request, maxBodyBytes);
    AccessDecision decision = server.decide(access);
    if (decision instanceof AccessDecision.Granted granted) {
      OpenStream stream = new OpenStream(granted, streams, request.getMethod());
      GrantedAccess grant = new GrantedAccess(stream, access.bodyThatWasRead());
      request.setAttribute(judgedAttribute, grant);
      request.setAttribute(PRINCIPAL_ATTRIBUTE, granted.principal()); // removed where it is null
      pass(request, response, grant, chain);
    } else if (decision instanceof AccessDecision.Refused refused) {
      write(refused, response);
    }
  }

  private static void pass(
      HttpServletRequest request,
      HttpServletResponse response,
      GrantedAccess access,
      FilterChain chain)
      throws IOException, ServletException {
    OpenStream stream = access.stream();
    DispatcherType type = request.getDispatcherType(); // afterwards the container may have reset it
    GrantedResponse known = GrantedResponse.within(response, stream);
    GrantedResponse gated = known == null ? new GrantedResponse(response, stream) : known;
    try {
      if (stream.enter(type)) {
        chain.doFilter(
            new GrantedRequest(request, access, gated), known == null ? gated : response);
        if (type == DispatcherType.REQUEST && stream.async() == null) {
          stream.answered(response);
        }
      } else if (type == DispatcherType.REQUEST) {
        // Cut off, expired or stopped since it was judged: asked again, it gets the reason.
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setHeader("Retry-After", "1");
        response.setHeader("Cache-Control", "no-store");
      }
    } catch (IOException | ServletException | RuntimeException e) {
      if (!StreamEndedException.caused(e)) {
        throw e; // the servlet's own, and what the end of the answer caused is none
      }
    } finally {
      stream.leave(type);
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
