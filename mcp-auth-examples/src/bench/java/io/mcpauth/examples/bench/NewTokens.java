package io.mcpauth.examples.bench;

import io.mcpauth.ResourceServer;
import io.mcpauth.servlet.McpAuthFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The library's filter, to which every token is new: a fresh resource server takes over before the
 * tokens of the load come round again. What it counts of signatures proves it.
 */
final class NewTokens implements Filter {
  /** Fewer than there are tokens; each change costs a fetch of the keys. */
  private static final long REQUESTS_OF_A_SERVER = 6_000;

  private record Current(ResourceServer server, McpAuthFilter filter) {}

  private final String issuer;
  private final AtomicLong requests = new AtomicLong();
  private final Deque<ResourceServer> retired = new ArrayDeque<>();
  private long checksBefore;
  private volatile Current current;

  NewTokens(String issuer) {
    this.issuer = issuer;
    this.current = next();
  }

  private Current next() {
    ResourceServer server = BenchServer.resourceServer(issuer);
    server.checkSetup(); // fetches the keys
    return new Current(server, new McpAuthFilter(server));
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (requests.incrementAndGet() % REQUESTS_OF_A_SERVER == 0) {
      change();
    }
    current.filter().doFilter(request, response, chain);
  }

  /** The one before the last is closed: nobody is in it any more. */
  private synchronized void change() {
    retired.add(current.server());
    current = next();
    if (retired.size() > 2) {
      ResourceServer oldest = retired.remove();
      checksBefore += checks(oldest);
      oldest.close();
    }
  }

  /** The count, for a load that begins or ends: the next one has the same tokens. */
  private synchronized long checks() {
    change();
    return checksBefore
        + retired.stream().mapToLong(NewTokens::checks).sum()
        + checks(current.server());
  }

  private static long checks(ResourceServer server) {
    return server.keyStatus().get(0).signatureChecks();
  }

  /** Answers how many signatures were checked, and has a fresh resource server take over. */
  HttpServlet counter() {
    return new Counter(this);
  }

  private static final class Counter extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient NewTokens tokens;

    Counter(NewTokens tokens) {
      this.tokens = tokens;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print(tokens.checks());
    }
  }
}
