package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.CLOSED;
import static io.mcpauth.error.ClientException.Reason.INTERNAL_FAULT;
import static io.mcpauth.error.ClientException.Reason.INTERRUPTED;

import io.mcpauth.error.ClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One token, kept and renewed ahead of its end by whoever comes along; at most one request for it
 * runs at a time, on a thread of its own, so that no caller who leaves takes it along.
 */
final class RenewedToken implements AutoCloseable {
  /** Asks for a token. */
  @FunctionalInterface
  interface Request {
    AccessToken send() throws ClientException;
  }

  /** Between a failure and the next attempt. */
  static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

  /** Between two tokens that the target refused. */
  static final Duration FORGET_INTERVAL = Duration.ofSeconds(5);

  /** The longest time ahead of the end at which a token is renewed. */
  static final Duration LONGEST_AHEAD = Duration.ofSeconds(60);

  private final String issuer;
  private final Request request;
  private final Executor executor;
  private final Clock clock;
  private final Logger log;
  private @Nullable AccessToken kept;
  private boolean refused;
  private Instant lastForgotten = Instant.EPOCH;
  private @Nullable CompletableFuture<AccessToken> running;
  private @Nullable ClientException problem;
  private Instant lastFailure = Instant.EPOCH;
  private boolean closed;

  RenewedToken(String issuer, Request request, Executor executor, Clock clock, Logger log) {
    this.issuer = issuer;
    this.request = request;
    this.executor = executor;
    this.clock = clock;
    this.log = log;
  }

  /** The kept token; else waits for a new one. */
  AccessToken get() throws ClientException {
    AccessToken usable;
    CompletableFuture<AccessToken> answer;
    synchronized (this) {
      requireOpen();
      Instant now = clock.instant();
      usable = kept != null && kept.isGoodAt(now) ? kept : null;
      boolean mayAsk =
          running != null || problem == null || apart(lastFailure, now, RETRY_INTERVAL);
      if (usable != null && !(refused && mayAsk)) {
        if (mayAsk && isDue(usable, now)) {
          CompletableFuture<AccessToken> unused = renewal(); // in the background
        }
        return usable;
      }
      if (!mayAsk && problem != null) {
        throw problem;
      }
      answer = renewal();
    }
    return usable == null ? Waiting.await(answer, issuer) : renewedOr(usable, answer);
  }

  /**
   * Takes note that the target refused a token: the next caller waits for a new one. Not more often
   * than {@link #FORGET_INTERVAL}, or a target that refuses everything would have this client ask
   * for a token with each call.
   */
  synchronized void forget(AccessToken token) {
    Instant now = clock.instant();
    if (token.equals(kept) && apart(lastForgotten, now, FORGET_INTERVAL)) {
      refused = true;
      lastForgotten = now;
    }
  }

  @Override
  public void close() {
    CompletableFuture<AccessToken> unfinished;
    synchronized (this) {
      closed = true;
      kept = null;
      unfinished = running;
    }
    if (unfinished != null) {
      unfinished.completeExceptionally(closed());
    }
  }

  /** The target may have had a reason of its own: the old token is better than none. */
  private AccessToken renewedOr(AccessToken usable, CompletableFuture<AccessToken> answer)
      throws ClientException {
    try {
      return Waiting.await(answer, issuer);
    } catch (ClientException e) {
      if (e.reason() == CLOSED || e.reason() == INTERRUPTED) {
        throw e;
      }
      return usable;
    }
  }

  private static boolean isDue(AccessToken token, Instant now) {
    Duration fifth = token.life().dividedBy(5);
    Duration ahead = fifth.compareTo(LONGEST_AHEAD) < 0 ? fifth : LONGEST_AHEAD;
    return !now.isBefore(token.expiresAt().minus(ahead));
  }

  /** In either direction: a clock that is set back must not make a pause last longer. */
  private static boolean apart(Instant then, Instant now, Duration distance) {
    return Duration.between(then, now).abs().compareTo(distance) >= 0;
  }

  /** Joins the request that runs, or starts one; under the lock. */
  private CompletableFuture<AccessToken> renewal() {
    CompletableFuture<AccessToken> other = running;
    if (other != null) {
      return other;
    }
    CompletableFuture<AccessToken> mine = new CompletableFuture<>();
    running = mine;
    try {
      executor.execute(() -> askInto(mine));
    } catch (RuntimeException | Error e) { // closed, or no thread to be had
      failed(mine, fault(e));
    }
    return mine;
  }

  private void askInto(CompletableFuture<AccessToken> answer) {
    try {
      AccessToken fresh = request.send();
      succeeded(fresh);
      answer.complete(fresh);
    } catch (ClientException e) {
      failed(answer, e);
    } catch (RuntimeException | Error e) {
      failed(answer, fault(e));
      throw e;
    }
  }

  private synchronized void succeeded(AccessToken fresh) {
    if (problem != null) {
      log.info("Tokens from {} can be had again.", issuer);
    }
    kept = closed ? null : fresh;
    refused = false;
    problem = null;
    running = null;
  }

  private void failed(CompletableFuture<AccessToken> answer, ClientException e) {
    synchronized (this) {
      AccessToken old = kept;
      if (problem == null && old != null && !closed) { // else a caller gets the exception
        log.warn(
            "The token from {} lasts until {} and could not be renewed: {}",
            issuer,
            old.expiresAt(),
            e.getMessage());
      }
      lastFailure = clock.instant();
      problem = e;
      refused = false; // tried: the next callers shall not wait for an outage, one by one
      running = null;
    }
    answer.completeExceptionally(e);
  }

  private synchronized void requireOpen() throws ClientException {
    if (closed) {
      throw closed();
    }
  }

  private ClientException closed() {
    return ClientException.noToken(CLOSED, issuer, "the client was closed");
  }

  private ClientException fault(Throwable e) {
    return ClientException.noToken(INTERNAL_FAULT, issuer, e.getClass().getName());
  }
}
