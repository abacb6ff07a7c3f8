package io.mcpauth.examples.guard;

import io.mcpauth.policy.ListAnswers;
import io.mcpauth.policy.RpcCalls;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the target for each granted request, with headers by list, and has a {@link Relay} stream
 * the answer back.
 *
 * <p>To be put behind the {@link McpAuthFilter}, which has read and judged the body.
 */
final class TargetProxy extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TargetProxy.class);

  /** What MCP uses; no other method has a meaning that the policy could judge. */
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "DELETE");

  /** Compressors hold events back. */
  private static final HttpField IDENTITY =
      new PreEncodedHttpField(HttpHeader.ACCEPT_ENCODING, "identity");

  /** RFC 9110 section 7.6.3. */
  private static final HttpField VIA = new PreEncodedHttpField(HttpHeader.VIA, "1.1 mcp-guard");

  private final transient URI target;
  private final transient Duration headersTimeout;
  private final transient RequestHeaders requestHeaders;
  private final transient ResponseHeaders responseHeaders;
  private final transient OutgoingCredential credential;
  private final boolean identityHeaders;
  private final transient Supplier<ToolPolicy> policy;
  private final transient Duration keepAlive;
  private final transient FaultLog faults = new FaultLog(LOG, System::nanoTime);
  private final transient ListRoom listRoom = ListRoom.ofTheHeap();
  private transient volatile @Nullable HttpClient client;

  TargetProxy(
      URI target,
      Duration headersTimeout,
      RequestHeaders requestHeaders,
      ResponseHeaders responseHeaders,
      OutgoingCredential credential,
      boolean identityHeaders,
      Supplier<ToolPolicy> policy,
      Duration keepAlive) {
    this.target = target;
    this.headersTimeout = headersTimeout;
    this.requestHeaders = requestHeaders;
    this.responseHeaders = responseHeaders;
    this.credential = credential;
    this.identityHeaders = identityHeaders;
    this.policy = policy;
    this.keepAlive = keepAlive;
  }

  @Override
  public void init() throws ServletException {
    try {
      client =
          TargetClient.start(
              ServletContextHandler.getServletContextHandler(getServletContext()).getServer());
    } catch (Exception e) {
      throw new ServletException("The client for the target did not start", e);
    }
  }

  /** Calls that are running end with it, and tell their clients. */
  @Override
  public void destroy() {
    LifeCycle.stop(client);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!METHODS.contains(request.getMethod())) {
      response.setHeader("Allow", "GET, HEAD, POST, DELETE");
      response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      return;
    }
    if (MessageAddress.of(request, target) == null) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    byte[] body = request.getInputStream().readAllBytes(); // in memory since it was judged
    try {
      new Relay(this, request, response, body, credential.authorizationFor(request)).start();
    } catch (NoCredentialException e) {
      say(e.fault(), String.valueOf(e.getMessage()));
      e.fault().write(response, body);
    }
  }

  /**
   * The whole request to the target, so that nothing below has to add to it. The URL is the
   * configured one, or one that the target announced: nothing of the caller's path or query is
   * appended.
   */
  Request call(HttpServletRequest request, byte[] body, @Nullable String authorization) {
    URI address = Objects.requireNonNull(MessageAddress.of(request, target));
    Request upstream = running().newRequest(address).method(request.getMethod());
    upstream.headers(
        headers -> {
          headers.clear();
          requestHeaders.copy(
              ServletContextRequest.getServletContextRequest(request).getHeaders(),
              name -> request.getHeader(name) != null,
              request.getAttribute(McpAuthFilter.COMPARED_HEADERS_ATTRIBUTE) instanceof Set<?> names
                  ? names
                  : Set.of(),
              headers);
          headers.put(IDENTITY);
          headers.put(VIA);
          if (authorization != null) {
            headers.put(HttpHeader.AUTHORIZATION, authorization);
          }
          if (identityHeaders) {
            Object caller = request.getAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE);
            IdentityHeaders.add(caller instanceof McpPrincipal known ? known : null, headers);
          }
        });
    if (request.getMethod().equals("POST")) {
      upstream.body(new BytesRequestContent(request.getContentType(), body));
    }
    // None for the whole exchange: the relay has a time-out until the answer begins.
    return upstream.idleTimeout(0, TimeUnit.MILLISECONDS);
  }

  /** A request of the guard's own, not for a caller; its headers are still to be set. */
  Request own(String method) {
    return running()
        .newRequest(target)
        .method(method)
        .headers(HttpFields.Mutable::clear)
        .idleTimeout(0, TimeUnit.MILLISECONDS);
  }

  /**
   * What takes out of the answer what the caller is not shown; null where it can have no list in
   * it. Any stream can: what was asked for on another one comes again there.
   */
  @Nullable ListAnswers lists(HttpServletRequest request, byte[] body) {
    String revision = request.getHeader("MCP-Protocol-Version");
    boolean post = request.getMethod().equals("POST");
    if (post) {
      RpcCalls calls = RpcCalls.read(body);
      if (!ListAnswers.areAskedForBy(calls)) {
        return null;
      }
      String named = calls.messages().get(0).protocolVersion();
      revision = named == null ? revision : named;
    } else if (!request.getMethod().equals("GET")) {
      return null;
    }
    Object caller = request.getAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE);
    return new ListAnswers(policy, caller instanceof McpPrincipal known ? known : null, revision);
  }

  /** What all lists take that are held. */
  ListRoom listRoom() {
    return listRoom;
  }

  /** What the lists of one call take of it. */
  ListRoom.Part listRoom(HttpServletRequest request) {
    Object caller = request.getAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE);
    return listRoom.part(caller instanceof McpPrincipal known ? known : null);
  }

  /** Has a stream say something when it is silent, unless that is switched off. */
  void keepAlive(AnswerBody stream) {
    if (!keepAlive.isZero()) {
      stream.keepAlive(running().getScheduler(), keepAlive);
    }
  }

  OutgoingCredential credential() {
    return credential;
  }

  ResponseHeaders responseHeaders() {
    return responseHeaders;
  }

  /** Runs a task unless the answer begins before the time-out. */
  Scheduler.Task atTimeout(Runnable task) {
    return running()
        .getScheduler()
        .schedule(task, headersTimeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Runs what may block, or what has had its turn. */
  void execute(Runnable task) {
    running().getExecutor().execute(task);
  }

  /** Tells the operator, once a second of each fault at most. */
  void say(TargetFault fault, String words) {
    faults.say(fault, targetForLog(), words, null);
  }

  /** The same of a mistake of the guard itself. */
  void say(TargetFault fault, String words, RuntimeException mistake) {
    faults.say(fault, targetForLog(), words, mistake);
  }

  /** What the operator is told; for tests. */
  FaultLog faults() {
    return faults;
  }

  /** For logs: without the query, which may hold a key. */
  private String targetForLog() {
    return target.getScheme() + "://" + target.getRawAuthority() + target.getRawPath();
  }

  private HttpClient running() {
    HttpClient started = client;
    if (started == null) {
      throw new IllegalStateException("The servlet was not started");
    }
    return started;
  }
}
