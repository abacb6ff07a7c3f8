package io.mcpauth.metadata;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.DaemonThread;
import io.mcpauth.outbound.OutboundConnections;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata of an authorization server, kept to be served on the origin of the MCP server. For
 * clients of protocol revision 2025-03-26, which look for it there and do not check the issuer; all
 * others refuse it, because {@code issuer} stays the authorization server's own.
 *
 * <p>The document is fetched from the issuer, when it is first asked for and every 5 minutes of use
 * from then on, in the background and by one thread. While the issuer does not answer, or with
 * metadata that must not be passed on, the last good document is served, for 24 hours from its
 * fetch. A fetch that failed is tried again after 5 seconds at the earliest.
 *
 * <p>Passed on is only a document whose {@code issuer} is identical (RFC 8414 section 3.3), which
 * has {@code authorization_endpoint}, {@code token_endpoint} and {@code response_types_supported},
 * and whose URLs are all absolute https URLs (http where issuer and URL are on a loopback host)
 * without user-info; one that is not makes the whole document unfit (CVE-2025-6514).
 *
 * <p>Does not check: that the endpoints answer, nor {@code signed_metadata}.
 */
public final class AuthorizationServerMirror implements AutoCloseable {
  private final String issuer;
  private final Source source;
  private final Freshness freshness;
  private final Clock clock;
  private final Logger log;
  private volatile @Nullable Copy kept;
  private @Nullable Fetch running;
  private @Nullable AuthException lastProblem;
  private Instant lastFailure = Instant.EPOCH;
  private boolean closed;

  AuthorizationServerMirror(
      String issuer, Source source, Freshness freshness, Clock clock, Logger log) {
    this.issuer = issuer;
    this.source = source;
    this.freshness = freshness;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Where the document comes from.
   *
   * @param fetch one fetch, or an {@link AuthException}
   * @param background what runs it
   * @param onClose ends it
   */
  record Source(Supplier<byte[]> fetch, Executor background, Runnable onClose) {}

  /** A document and when its fetch began: what changed meanwhile is then not missed. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody; copied where it is handed out.
  private record Copy(byte[] json, Instant fetchedAt) {
    boolean olderThan(Duration age, Instant now) {
      return Freshness.apart(fetchedAt, now, age);
    }
  }

  /** A fetch under way; its start in nanoseconds, since waiting is not a matter of the clock. */
  private record Fetch(CompletableFuture<Copy> result, long startedAt) {
    Fetch(CompletableFuture<Copy> result) {
      this(result, System.nanoTime());
    }
  }

  /**
   * A mirror. Makes no request before it is asked.
   *
   * @param issuer the issuer identifier, as the operator wrote it
   * @param first where its metadata is asked for first
   * @param connections how it is reached
   * @param clock by which the document ages
   */
  public static AuthorizationServerMirror of(
      String issuer,
      AuthorizationServerDiscovery.Form first,
      OutboundConnections connections,
      Clock clock) {
    AuthorizationServerDiscovery discovery = new AuthorizationServerDiscovery(connections);
    Source source =
        new Source(
            () -> discovery.fetch(issuer, first, found -> MirrorDocument.of(found.metadata())),
            work -> DaemonThread.of("mcp-auth-mirror", work).start(),
            discovery::close);
    return new AuthorizationServerMirror(
        issuer,
        source,
        Freshness.DEFAULT,
        clock,
        LoggerFactory.getLogger(AuthorizationServerMirror.class));
  }

  /**
   * The document to serve as {@code application/json}: UTF-8, members in a stable order. Waits for
   * 4 seconds at most, and only where there is no document yet or the last one is too old.
   *
   * @throws AuthException DISCOVERY_FAILED where there is none to serve
   */
  public byte[] document() {
    Instant now = clock.instant();
    Copy copy = kept;
    if (copy == null || copy.olderThan(freshness.fresh(), now)) {
      Fetch fetch = fetch(now);
      boolean usable = copy != null && !copy.olderThan(freshness.bound(), now);
      copy = copy != null && usable ? copy : await(fetch);
    }
    return copy.json().clone();
  }

  /** Fetches the document ahead of the first request for it, without waiting. */
  public void prefetch() {
    Fetch unused = fetch(clock.instant()); // its outcome is kept, nobody waits
  }

  /** Ends a fetch that runs, and whoever waits for it. Nothing is served from then on. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      kept = null;
      if (running != null) {
        running.result().completeExceptionally(failed("closed"));
      }
    }
    source.onClose().run();
  }

  /** The one fetch that runs, or a new one where one is due. */
  private synchronized Fetch fetch(Instant now) {
    if (closed) {
      return new Fetch(CompletableFuture.failedFuture(failed("closed")));
    }
    if (running != null) {
      return running;
    }
    Copy copy = kept;
    if (copy != null && !copy.olderThan(freshness.fresh(), now)) {
      return new Fetch(CompletableFuture.completedFuture(copy)); // brought since the caller looked
    }
    AuthException problem = lastProblem;
    if (problem != null && !Freshness.apart(lastFailure, now, freshness.retry())) {
      return new Fetch(CompletableFuture.failedFuture(problem));
    }
    return start();
  }

  private Fetch start() {
    Fetch fetch = new Fetch(new CompletableFuture<>());
    running = fetch;
    try {
      source.background().execute(() -> run(fetch));
    } catch (RuntimeException | Error e) { // no thread to be had: a later request tries again
      fail(fetch, failed("no thread"));
    }
    return fetch;
  }

  private void run(Fetch fetch) {
    Instant start = clock.instant();
    try {
      succeed(fetch, new Copy(source.fetch().get(), start));
    } catch (AuthException e) {
      fail(fetch, e);
    } catch (RuntimeException | Error e) {
      fail(fetch, failed(e.getClass().getName()));
      throw e;
    }
  }

  private synchronized void succeed(Fetch fetch, Copy copy) {
    if (closed) {
      return;
    }
    if (lastProblem != null) {
      log.info("The metadata of {} can be mirrored again", issuer);
    }
    kept = copy;
    lastProblem = null;
    running = null;
    fetch.result().complete(copy);
  }

  private synchronized void fail(Fetch fetch, AuthException problem) {
    // Once for each problem: an outage would fill the log otherwise.
    if (!closed && (lastProblem == null || !lastProblem.facts().equals(problem.facts()))) {
      Copy copy = kept;
      log.warn(
          "The metadata of {} cannot be mirrored: {} {}; {}",
          issuer,
          problem.reason(),
          problem.facts(),
          copy == null
              ? "there is none to serve"
              : "served is that of " + copy.fetchedAt() + ", for " + freshness.bound());
    }
    lastFailure = clock.instant();
    lastProblem = problem;
    running = null;
    fetch.result().completeExceptionally(problem);
  }

  private Copy await(Fetch fetch) {
    long left = freshness.patience().toNanos() - (System.nanoTime() - fetch.startedAt());
    try {
      return fetch.result().get(Math.max(left, 0), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof AuthException problem
          ? problem
          : failed(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      throw failed("still waiting");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted");
    }
  }

  private static AuthException failed(String problem) {
    return new AuthException(ReasonCode.DISCOVERY_FAILED, Map.of("problem", problem));
  }
}
