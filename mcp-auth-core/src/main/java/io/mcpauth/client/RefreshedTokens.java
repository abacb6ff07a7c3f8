package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.AUTHORIZATION_ENDED;
import static io.mcpauth.error.ClientException.Reason.CLOSED;
import static io.mcpauth.error.ClientException.Reason.INTERNAL_FAULT;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.DaemonThread;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of one authorization, refreshed when they end. Used by all threads, which share one
 * request: a server that rotates refresh tokens takes a second use for theft (RFC 9700 section
 * 4.14.2). It runs on a thread of its own, so that no caller who leaves loses the new refresh
 * token. Several nodes that have the same tokens take them from {@link SharedTokens}, where one of
 * them refreshes for all.
 *
 * <pre>{@code
 * URI resource = URI.create("https://mcp.example.com/mcp");
 * try (RefreshedTokens kept = new RefreshedTokens(client, tokens, resource, changed -> {})) {
 *   String header = kept.token().authorization(); // ask for each call: it refreshes when it has to
 * }
 * }</pre>
 *
 * <p>A new refresh token replaces the old one before anybody gets the new access token, and also
 * where the answer that brought it is refused for another reason. A refusal that would be the same
 * the next time, {@code invalid_grant} first, ends the authorization for good. Any other failure is
 * repeated for a second before the server is asked again, and hidden as long as the access token
 * lasts. A token whose end the server does not tell is renewed after 60 seconds; without a refresh
 * token it is given out until {@link #insteadOf} says that it was refused.
 */
public final class RefreshedTokens implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RefreshedTokens.class);
  private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

  /** As {@link RenewedToken} has it: a server that refuses everything gets no say in how often. */
  private static final Duration REPLACE_INTERVAL = Duration.ofSeconds(5);

  /** A token shall not end on its way to the target. */
  private static final Duration LONGEST_MARGIN = Duration.ofSeconds(5);

  private final String issuer;
  private final Renewal.Source source;
  private final Consumer<TokenSet> onChange;
  private final Clock clock;
  private TokenSet kept;
  private @Nullable CompletableFuture<TokenSet> running;
  private @Nullable ClientException problem;
  private Instant lastFailure = Instant.EPOCH;
  private Instant lastReplaced = Instant.EPOCH;
  private boolean closed;

  /**
   * Tokens to be kept fresh by the system's clock; makes no request yet.
   *
   * @param client the client at their issuer; not closed with this object
   * @param first the tokens
   * @param resource the {@code resource} that they are for, or null
   * @param onChange is given every new set, to keep it, before anybody else; what it throws is
   *     logged, and the set is used all the same
   */
  public RefreshedTokens(
      TokenClient client, TokenSet first, @Nullable URI resource, Consumer<TokenSet> onChange) {
    this(client, first, resource, onChange, Clock.systemUTC());
  }

  /**
   * The same by another clock.
   *
   * @param client the client at their issuer; not closed with this object
   * @param first the tokens
   * @param resource the {@code resource} that they are for, or null
   * @param onChange is given every new set, to keep it, before anybody else; what it throws is
   *     logged, and the set is used all the same
   */
  public RefreshedTokens(
      TokenClient client,
      TokenSet first,
      @Nullable URI resource,
      Consumer<TokenSet> onChange,
      Clock clock) {
    this(client.issuer(), old -> client.renew(old, resource), first, onChange, clock);
  }

  RefreshedTokens(
      String issuer,
      Renewal.Source source,
      TokenSet first,
      Consumer<TokenSet> onChange,
      Clock clock) {
    this.issuer = issuer;
    this.source = source;
    this.kept = first;
    this.onChange = onChange;
    this.clock = clock;
  }

  /**
   * Tokens whose refresh names what the target names, see {@link TokenClient#refreshNaming}.
   *
   * @param client the client at their issuer; not closed with this object
   * @param first the tokens
   * @param target the scopes, the {@code resource} and the {@code audience} to name in each refresh
   * @param onChange is given every new set, to keep it, before anybody else; what it throws is
   *     logged, and the set is used all the same
   */
  public static RefreshedTokens naming(
      TokenClient client,
      TokenSet first,
      TokenTarget target,
      Consumer<TokenSet> onChange,
      Clock clock) {
    return new RefreshedTokens(
        client.issuer(), old -> client.renewNaming(old, target), first, onChange, clock);
  }

  /**
   * The access token, refreshed if it is about to end.
   *
   * @throws ClientException AUTHORIZATION_ENDED if the user has to authorize again; others if there
   *     is no good token at the moment
   */
  public AccessToken token() throws ClientException {
    AccessToken old;
    CompletableFuture<TokenSet> answer;
    synchronized (this) {
      requireOpen();
      old = kept.accessToken();
      Duration tenth = old.life().dividedBy(10);
      Duration margin = tenth.compareTo(LONGEST_MARGIN) < 0 ? tenth : LONGEST_MARGIN;
      boolean over = hasEnded() && !old.hasKnownEnd(); // a 401 was its end
      if (old.isGoodAt(clock.instant().plus(margin)) && !over) {
        return old;
      }
      answer = refresh();
    }
    try {
      return Waiting.await(answer, issuer).accessToken();
    } catch (ClientException e) {
      boolean transientFailure = e.reason() != AUTHORIZATION_ENDED && e.reason() != CLOSED;
      if (transientFailure && old.isGoodAt(clock.instant())) {
        return old;
      }
      throw e;
    }
  }

  /**
   * Another access token than one that the resource server refused with a 401: the one that came
   * since, or a new one. Within 5 seconds of the last one that came in this way it is the same
   * again: a server that refuses every token must not have this client ask for one with each call.
   *
   * @throws ClientException as {@link #token} does
   */
  public AccessToken insteadOf(AccessToken refused) throws ClientException {
    CompletableFuture<TokenSet> answer;
    synchronized (this) {
      requireOpen();
      if (!kept.accessToken().value().equals(refused.value())) {
        return kept.accessToken();
      }
      Instant now = clock.instant();
      boolean recent = Duration.between(lastReplaced, now).abs().compareTo(REPLACE_INTERVAL) < 0;
      if (recent && problem == null && running == null) {
        return kept.accessToken();
      }
      lastReplaced = now;
      answer = refresh();
    }
    return Waiting.await(answer, issuer).accessToken();
  }

  /** Takes no more calls; a request that runs ends, and {@code onChange} gets its tokens. */
  @Override
  public void close() {
    CompletableFuture<TokenSet> unfinished;
    synchronized (this) {
      closed = true;
      unfinished = running;
    }
    if (unfinished != null) {
      unfinished.completeExceptionally(closed());
    }
  }

  /** The issuer. */
  @Override
  public String toString() {
    return "RefreshedTokens[" + issuer + "]";
  }

  /** Joins the request that runs, or starts one; under the lock. */
  private CompletableFuture<TokenSet> refresh() {
    CompletableFuture<TokenSet> other = running;
    if (other != null) {
      return other;
    }
    boolean ended = hasEnded() && !source.mayRevive();
    boolean recent =
        Duration.between(lastFailure, clock.instant()).abs().compareTo(RETRY_INTERVAL) < 0;
    if (problem != null && (ended || recent)) {
      return CompletableFuture.failedFuture(problem);
    }
    CompletableFuture<TokenSet> mine = new CompletableFuture<>();
    TokenSet old = kept;
    running = mine;
    try {
      DaemonThread.of("mcp-auth-refresh", () -> refreshInto(mine, old)).start();
    } catch (Error e) { // no thread to be had
      running = null;
      throw e;
    }
    return mine;
  }

  private void refreshInto(CompletableFuture<TokenSet> answer, TokenSet old) {
    try {
      Renewal renewal = source.renew(old);
      TokenSet now = renewal.tokens();
      if (!now.equals(old)) {
        tell(now);
      }
      ClientException problem = renewal.problem();
      if (problem == null) {
        succeeded(answer, now);
      } else {
        failed(answer, now, problem);
      }
    } catch (RuntimeException | Error e) {
      failed(answer, old, ClientException.noToken(INTERNAL_FAULT, issuer, e.getClass().getName()));
      throw e;
    }
  }

  private void succeeded(CompletableFuture<TokenSet> answer, TokenSet fresh) {
    synchronized (this) {
      kept = fresh;
      problem = null;
      running = null;
    }
    answer.complete(fresh);
  }

  private void tell(TokenSet fresh) {
    try {
      onChange.accept(fresh);
    } catch (RuntimeException e) { // without its message, which may quote a token
      LOG.warn(
          "The new tokens of {} are used, but could not be kept: {}",
          AuthException.fitForLog(issuer),
          e.getClass().getName());
    }
  }

  private void failed(CompletableFuture<TokenSet> answer, TokenSet now, ClientException e) {
    synchronized (this) {
      kept = now;
      problem = e;
      lastFailure = clock.instant();
      running = null;
    }
    answer.completeExceptionally(e);
  }

  private boolean hasEnded() {
    return problem != null && problem.reason() == AUTHORIZATION_ENDED;
  }

  private void requireOpen() throws ClientException {
    if (closed) {
      throw closed();
    }
  }

  private ClientException closed() {
    return ClientException.noToken(CLOSED, issuer, "the tokens were closed");
  }
}
