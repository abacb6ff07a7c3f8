package io.mcpauth.examples.guard;

import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.token.McpPrincipal;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.ee10.proxy.AsyncProxyServlet;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the target for each granted request and streams its answer back: Jetty's asynchronous proxy
 * servlet with one target, with headers by list, and with every event flushed as it comes.
 *
 * <p>To be put behind the {@link McpAuthFilter}, which has read and judged the body.
 */
final class TargetProxy extends AsyncProxyServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TargetProxy.class);

  /** What MCP uses; no other method has a meaning that the policy could judge. */
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "DELETE");

  private static final String RELAY = Relay.class.getName();
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** For connections between two calls; Node closes them after five seconds, and would race. */
  private static final Duration UNUSED = Duration.ofSeconds(4);

  private static final int MAX_ANSWER_HEAD = 16 * 1024;

  /** Streams hold theirs. */
  private static final int CONNECTIONS = 4096;

  private final transient URI target;
  private final transient Duration headersTimeout;
  private final transient RequestHeaders requestHeaders;
  private final transient ResponseHeaders responseHeaders;
  private final transient OutgoingCredential credential;
  private final boolean identityHeaders;

  TargetProxy(
      URI target,
      Duration headersTimeout,
      RequestHeaders requestHeaders,
      ResponseHeaders responseHeaders,
      OutgoingCredential credential,
      boolean identityHeaders) {
    this.target = target;
    this.headersTimeout = headersTimeout;
    this.requestHeaders = requestHeaders;
    this.responseHeaders = responseHeaders;
    this.credential = credential;
    this.identityHeaders = identityHeaders;
  }

  @Override
  protected HttpClient createHttpClient() throws ServletException {
    HttpClient client = super.createHttpClient(); // no redirects, no cookies, nothing decoded
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    client.setConnectTimeout(CONNECT.toMillis());
    client.setAddressResolutionTimeout(CONNECT.toMillis());
    client.setIdleTimeout(UNUSED.toMillis());
    client.setMaxResponseHeadersSize(MAX_ANSWER_HEAD); // what can be passed on, and not all memory
    client.setMaxConnectionsPerDestination(CONNECTIONS);
    // Interim answers are the connection's own affair (RFC 9110 section 15.2).
    client.getProtocolHandlers().put(new ProcessingProtocolHandler());
    client.getProtocolHandlers().put(new EarlyHintsProtocolHandler());
    return client;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (!METHODS.contains(request.getMethod())) {
      response.setHeader("Allow", "GET, HEAD, POST, DELETE");
      response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      return;
    }
    byte[] body = request.getInputStream().readAllBytes(); // in memory since it was judged
    try {
      Relay relay = new Relay(this, request, response, body, credential.authorizationFor(request));
      request.setAttribute(RELAY, relay);
    } catch (NoCredentialException e) {
      LOG.warn("no credential for the target: {}", e.getMessage());
      e.fault().write(response, body);
      return;
    }
    super.service(request, response);
  }

  /** Always the configured one: nothing of the caller's path or query is appended. */
  @Override
  protected String rewriteTarget(HttpServletRequest request) {
    return target.toString();
  }

  /** The whole request to the target, so that nothing below has to add to it. */
  @Override
  protected Request newProxyRequest(HttpServletRequest request, String rewritten) {
    Relay relay = relay(request);
    Request upstream = getHttpClient().newRequest(target).method(request.getMethod());
    upstream.headers(
        headers -> {
          headers.clear();
          requestHeaders.copy(request, headers);
          headers.put(HttpHeader.ACCEPT_ENCODING, "identity"); // compressors hold events back
          headers.put(HttpHeader.VIA, "1.1 mcp-guard"); // RFC 9110 section 7.6.3
          if (relay.authorization() != null) {
            headers.put(HttpHeader.AUTHORIZATION, relay.authorization());
          }
          if (identityHeaders) {
            Object caller = request.getAttribute(McpAuthFilter.PRINCIPAL_ATTRIBUTE);
            IdentityHeaders.add(caller instanceof McpPrincipal known ? known : null, headers);
          }
        });
    if (request.getMethod().equals("POST")) {
      upstream.body(new BytesRequestContent(request.getContentType(), relay.body()));
    }
    return upstream.idleTimeout(0, TimeUnit.MILLISECONDS);
  }

  @Override
  protected void copyRequestHeaders(HttpServletRequest request, Request upstream) {}

  @Override
  protected void addProxyHeaders(HttpServletRequest request, Request upstream) {}

  @Override
  protected boolean hasContent(HttpServletRequest request) {
    return false;
  }

  /** None for the whole exchange: {@link Relay} has one until the answer begins. */
  @Override
  public long getTimeout() {
    return 0;
  }

  @Override
  protected void sendProxyRequest(
      HttpServletRequest request, HttpServletResponse response, Request upstream) {
    relay(request).start(upstream);
  }

  @Override
  protected StreamWriter newWriteListener(HttpServletRequest request, Response upstream) {
    return new FlushingWriter(request, upstream);
  }

  /** Writes to the client without blocking; the callback asks the target for more. */
  void write(
      HttpServletRequest request,
      HttpServletResponse response,
      Response upstream,
      byte[] bytes,
      Callback callback) {
    onResponseContent(request, response, upstream, bytes, 0, bytes.length, callback);
  }

  /** The same call once more, with the credential that the relay has by now. */
  Request again(HttpServletRequest request) {
    return newProxyRequest(request, target.toString());
  }

  OutgoingCredential credential() {
    return credential;
  }

  ResponseHeaders responseHeaders() {
    return responseHeaders;
  }

  /** Runs a task unless the answer begins before the time-out. */
  Scheduler.Task atTimeout(Runnable task) {
    return getHttpClient()
        .getScheduler()
        .schedule(task, headersTimeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  void execute(Runnable task) {
    getHttpClient().getExecutor().execute(task);
  }

  /** For logs: without the query, which may hold a key. */
  String targetForLog() {
    return target.getScheme() + "://" + target.getRawAuthority() + target.getRawPath();
  }

  private static Relay relay(HttpServletRequest request) {
    if (request.getAttribute(RELAY) instanceof Relay relay) {
      return relay;
    }
    throw new IllegalStateException("The request was not begun here");
  }

  /** Sends each piece on its way; Jetty's would keep it until its buffer is full. */
  private final class FlushingWriter extends StreamWriter {
    private final HttpServletRequest request;
    private boolean flushed;

    FlushingWriter(HttpServletRequest request, Response upstream) {
      super(request, upstream);
      this.request = request;
    }

    @Override
    protected void complete() {
      if (!flushed) {
        flushed = true;
        if (!flush()) {
          return; // called again when the flush is through
        }
      }
      flushed = false;
      super.complete();
    }

    private boolean flush() {
      try {
        ServletOutputStream output = request.getAsyncContext().getResponse().getOutputStream();
        output.flush();
        return output.isReady();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
