package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.OutboundException.Reason.INTERRUPTED;
import static io.mcpauth.internal.http.OutboundException.Reason.IO;
import static io.mcpauth.internal.http.OutboundException.Reason.TIMEOUT;
import static io.mcpauth.internal.http.OutboundException.Reason.TLS;
import static io.mcpauth.internal.http.OutboundException.Reason.TOO_LARGE;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.net.URIAuthority;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on a connection of its own.
 *
 * <p>A worker thread runs it, the caller's thread awaits it, and any thread may abort it. No
 * connection outlives its exchange, so none that one policy opened can serve another.
 */
final class Exchange implements Runnable {
  static final Http1Config HTTP1 =
      Http1Config.custom().setMaxLineLength(8192).setMaxHeaderCount(100).build();

  private static final HttpProcessor PROCESSOR =
      HttpProcessorBuilder.create().add(new RequestTargetHost()).add(new RequestContent()).build();

  private static final String USER_AGENT = "mcp-auth/" + version();

  private final OutboundRequest request;
  private final Connector connector;
  private final int maxBytes;
  private final Deadline deadline;
  private final CompletableFuture<OutboundResponse> result = new CompletableFuture<>();
  private @Nullable Socket socket;

  Exchange(OutboundRequest request, Connector connector, int maxBytes, Deadline deadline) {
    this.request = request;
    this.connector = connector;
    this.maxBytes = maxBytes;
    this.deadline = deadline;
  }

  @Override
  public void run() {
    try {
      if (!result.isDone()) {
        result.complete(perform());
      }
    } catch (IOException | HttpException | RuntimeException e) {
      result.completeExceptionally(failure(e));
    } finally {
      // After an Error too, nobody shall wait for the deadline.
      abort(IO, "the exchange broke off");
    }
  }

  /** Waits for the end of the exchange, until the deadline at the latest. */
  OutboundResponse await() throws OutboundException {
    try {
      return result.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutboundException(INTERRUPTED, request.host(), "the caller was interrupted");
    } catch (TimeoutException e) {
      throw timeout();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof OutboundException failure ? failure : failure(e);
    } finally {
      abort(TIMEOUT, "the caller left");
    }
  }

  /** Ends the exchange for whoever awaits it, and breaks the connection under the worker. */
  void abort(OutboundException.Reason reason, String detail) {
    if (!result.isDone()) {
      result.completeExceptionally(new OutboundException(reason, request.host(), detail));
    }
    closeSocket();
  }

  private OutboundResponse perform() throws IOException, HttpException {
    Connector.Connection connection = connector.connect(request, deadline, this::hold);
    // The core of the library without its client chain: nothing in it redirects, retries, keeps
    // cookies, decodes, pools, or logs headers and bodies.
    // Not closed by try: a polite close flushes, and can wait for the peer.
    DefaultBHttpClientConnection http = new DefaultBHttpClientConnection(HTTP1);
    http.bind(connection.socket());
    HttpCoreContext context = HttpCoreContext.create();
    HttpRequestExecutor executor = new HttpRequestExecutor();
    ClassicHttpRequest message = message();
    executor.preProcess(message, PROCESSOR, context);
    return new ResponseReader(request.host(), maxBytes, request.isConditional())
        .read(executor.execute(message, http, context), connection.remoteAddress());
  }

  private ClassicHttpRequest message() {
    OutboundRequest.Content content = request.content();
    URIAuthority authority = new URIAuthority(request.host(), request.explicitPort());
    ClassicHttpRequest message =
        new BasicClassicHttpRequest(
            request.method(), request.scheme(), authority, request.target());
    message.setHeader(HttpHeaders.USER_AGENT, USER_AGENT);
    message.setHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    message.setHeader(HttpHeaders.CONNECTION, "close");
    request.headers().forEach(message::setHeader);
    if (content != null) {
      message.setEntity(new ByteArrayEntity(content.bytes(), ContentType.parse(content.type())));
    }
    return message;
  }

  private synchronized void hold(Socket opened) throws IOException {
    socket = opened;
    if (result.isDone()) {
      opened.close();
      throw new SocketException("aborted");
    }
  }

  private synchronized void closeSocket() {
    if (socket != null) {
      try {
        // The TCP socket, not its TLS layer, whose close waits for a writer that is stuck.
        socket.close();
      } catch (IOException e) {
        // It is gone either way.
      }
    }
  }

  private OutboundException failure(Exception e) {
    if (e instanceof OutboundException known) {
      return known;
    }
    if (e instanceof SocketTimeoutException) {
      return timeout();
    }
    if (e instanceof MessageConstraintException) {
      return new OutboundException(TOO_LARGE, request.host(), OutboundException.LARGE_HEADERS);
    }
    return new OutboundException(
        e instanceof SSLException ? TLS : IO, request.host(), e.getClass().getSimpleName());
  }

  private OutboundException timeout() {
    return new OutboundException(TIMEOUT, request.host(), "no complete response in time");
  }

  private static String version() {
    String version = Exchange.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
