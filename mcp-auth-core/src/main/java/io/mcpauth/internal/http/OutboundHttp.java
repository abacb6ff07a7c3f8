package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.OutboundException.Reason.BUSY;
import static io.mcpauth.internal.http.OutboundException.Reason.CLOSED;
import static io.mcpauth.internal.http.OutboundException.Reason.INTERRUPTED;

import io.mcpauth.outbound.OutboundConnections;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * The one outbound HTTP client of the library: one request, one response, within hard limits.
 *
 * <p>It speaks https, and http to loopback. It follows no redirect, retries nothing, keeps no
 * cookie, no credential and no connection, and decodes no content. Which proxy it goes through and
 * whom it trusts is in the {@link OutboundConnections}; it shows no client certificate.
 *
 * <p>Exchanges run on at most {@link Limits#maxConcurrent} daemon threads named {@code
 * mcp-auth-http-N}, which end when idle. A name lookup cannot be broken off: a stuck one keeps its
 * thread and its place until the resolver gives up, while its caller leaves at the deadline.
 *
 * <p>Does not check: the status (a 404 is a response), the media type, and what the body says.
 */
public final class OutboundHttp implements AutoCloseable {
  /**
   * The limits of every exchange.
   *
   * @param deadline for the whole exchange: the wait for a place, lookup, connection, TLS, headers
   *     and body; more than zero, at most 5 minutes
   * @param maxBytes of a response body; 1 to 16 MiB
   * @param maxConcurrent exchanges at a time; 1 to 64
   */
  public record Limits(Duration deadline, int maxBytes, int maxConcurrent) {
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final int LARGEST = 16 * 1024 * 1024;

    /** Checks the limits; throws {@link IllegalArgumentException} outside the ranges above. */
    public Limits {
      if (deadline.isZero() || deadline.isNegative() || deadline.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "deadline " + deadline + " is out of range: write more than zero, at most " + LONGEST);
      }
      requireWithin("maxBytes", maxBytes, LARGEST);
      requireWithin("maxConcurrent", maxConcurrent, 64);
    }

    private static void requireWithin(String name, int value, int most) {
      if (value < 1 || value > most) {
        throw new IllegalArgumentException(
            name + " " + value + " is out of range: write 1 to " + most);
      }
    }
  }

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

  private final Limits limits;
  private final Connector connector;
  private final ThreadPoolExecutor workers;

  /** Held from the call to the end of the worker's part, not of the caller's wait. */
  private final Semaphore places;

  private final Set<Exchange> inFlight = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** A client for what the operator configured, with the limits of the connections. */
  public OutboundHttp(OutboundConnections connections, int maxConcurrent) {
    this(connections, new Limits(connections.timeout(), connections.maxBytes(), maxConcurrent));
  }

  /** A client with limits of its own, for what strangers name. */
  public OutboundHttp(OutboundConnections connections, Limits limits) {
    this(
        limits,
        new Connector(
            InetAddress::getAllByName,
            TrustedTls.context(connections.trustedCertificates()),
            connections.proxy()));
  }

  OutboundHttp(Limits limits, AddressLookup lookup, SSLContext sslContext) {
    this(limits, new Connector(lookup, sslContext, null));
  }

  OutboundHttp(Limits limits, Connector connector) {
    this.limits = limits;
    this.connector = connector;
    this.places = new Semaphore(limits.maxConcurrent(), true);
    // The queue holds an exchange only while a thread is on its way back from its last one: the
    // places handed out bound both.
    int most = limits.maxConcurrent();
    this.workers = DaemonThread.pool(number -> "mcp-auth-http-" + number, most, most, 1);
  }

  /**
   * Sends a GET and returns the response. Headers that frame or route the message are refused with
   * an {@link IllegalArgumentException}.
   */
  public OutboundResponse get(URI uri, AddressPolicy policy, Map<String, String> headers)
      throws OutboundException {
    return send(new OutboundRequest(uri, policy, headers, null));
  }

  /** Sends a POST with {@code body} and returns the response; otherwise like {@link #get}. */
  public OutboundResponse post(
      URI uri, AddressPolicy policy, Map<String, String> headers, byte[] body, String contentType)
      throws OutboundException {
    return send(
        new OutboundRequest(uri, policy, headers, new OutboundRequest.Content(body, contentType)));
  }

  /**
   * The same, which has to be over sooner than others.
   *
   * @param within the time for it; no more than the limits allow is taken
   */
  public OutboundResponse post(
      URI uri,
      AddressPolicy policy,
      Map<String, String> headers,
      byte[] body,
      String contentType,
      Duration within)
      throws OutboundException {
    OutboundRequest.Content content = new OutboundRequest.Content(body, contentType);
    Duration most = within.compareTo(limits.deadline()) < 0 ? within : limits.deadline();
    return send(new OutboundRequest(uri, policy, headers, content), most);
  }

  /** Sends a PUT with {@code body} and returns the response; otherwise like {@link #get}. */
  public OutboundResponse put(
      URI uri, AddressPolicy policy, Map<String, String> headers, byte[] body, String contentType)
      throws OutboundException {
    OutboundRequest.Content content = new OutboundRequest.Content(body, contentType);
    return send(new OutboundRequest("PUT", uri, policy, headers, content));
  }

  /** Sends a DELETE and returns the response; otherwise like {@link #get}. */
  public OutboundResponse delete(URI uri, AddressPolicy policy, Map<String, String> headers)
      throws OutboundException {
    return send(new OutboundRequest("DELETE", uri, policy, headers, null));
  }

  /**
   * Ends every exchange, its caller gets {@code CLOSED}, and every thread, for which it waits one
   * second at most (a lookup that is stuck ends later). Later calls get {@code CLOSED}.
   */
  @Override
  public void close() {
    closed = true;
    inFlight.forEach(exchange -> exchange.abort(CLOSED, "the client was closed"));
    workers.shutdownNow();
    // Wakes the first who waits for a place; each wakes the next on leaving.
    places.release();
    try {
      boolean unused = workers.awaitTermination(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private OutboundResponse send(OutboundRequest request) throws OutboundException {
    return send(request, limits.deadline());
  }

  private OutboundResponse send(OutboundRequest request, Duration within) throws OutboundException {
    Deadline deadline = Deadline.after(within);
    takePlace(request, deadline);
    Exchange exchange = new Exchange(request, connector, limits.maxBytes(), deadline);
    start(exchange, request);
    return exchange.await();
  }

  private void takePlace(OutboundRequest request, Deadline deadline) throws OutboundException {
    boolean taken;
    try {
      taken = !closed && places.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OutboundException(INTERRUPTED, request.host(), "the caller was interrupted");
    }
    if (closed) {
      if (taken) {
        places.release();
      }
      throw closed(request);
    }
    if (!taken) {
      throw new OutboundException(
          BUSY, request.host(), limits.maxConcurrent() + " other exchanges took all the time");
    }
  }

  private void start(Exchange exchange, OutboundRequest request) throws OutboundException {
    boolean started = false;
    inFlight.add(exchange);
    try {
      workers.execute(
          () -> {
            try {
              exchange.run();
            } finally {
              leave(exchange);
            }
          });
      started = true;
    } catch (RejectedExecutionException e) {
      throw closed(request);
    } finally {
      if (!started) {
        leave(exchange);
      }
    }
    // close() may have looked before the exchange was in flight.
    if (closed) {
      exchange.abort(CLOSED, "the client was closed");
    }
  }

  private void leave(Exchange exchange) {
    inFlight.remove(exchange);
    places.release();
  }

  private static OutboundException closed(OutboundRequest request) {
    return new OutboundException(CLOSED, request.host(), "the client is closed");
  }
}
