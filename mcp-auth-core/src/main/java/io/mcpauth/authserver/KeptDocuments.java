package io.mcpauth.authserver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The documents that were fetched, for as long as they are fresh. Of threads that want one document
 * at once, one fetches it. A document past its time is asked for again before it is used, and not
 * used where that fails.
 *
 * <p>Error responses and invalid documents are not remembered
 * (draft-ietf-oauth-client-id-metadata-document section 5.2). That a host gave no answer is.
 */
final class KeptDocuments {
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration MAX_WAIT = Duration.ofSeconds(15);

  private final DocumentFetch fetch;
  private final SilentHosts silent;
  private final Clock clock;
  private final DocumentLog log;
  private final Cache<ClientIdUrl, KeptDocument> documents;

  /** Fetches that run; empty where a thread gave up for a reason of its own. */
  private final ConcurrentMap<ClientIdUrl, CompletableFuture<Optional<ClientIdDocument>>> running =
      new ConcurrentHashMap<>();

  KeptDocuments(DocumentFetch fetch, Clock clock, int most, Logger log) {
    this.fetch = fetch;
    this.clock = clock;
    this.log = new DocumentLog(log, clock);
    this.silent = new SilentHosts(clock);
    this.documents =
        Caffeine.newBuilder()
            .maximumSize(most)
            .expireAfterWrite(LONGEST) // of real time, whatever the clock does
            .executor(Runnable::run) // no thread of the common pool for a few removals
            .build();
  }

  /** The document where it is fresh, else null. */
  @Nullable ClientIdDocument kept(ClientIdUrl url) {
    KeptDocument kept = documents.getIfPresent(url);
    return kept != null && kept.isFreshAt(clock.instant()) ? kept.document() : null;
  }

  ClientIdDocument get(ClientIdUrl url) {
    while (true) {
      ClientIdDocument kept = kept(url);
      if (kept != null) {
        return kept;
      }
      silent.requireNone(url);
      CompletableFuture<Optional<ClientIdDocument>> mine = new CompletableFuture<>();
      CompletableFuture<Optional<ClientIdDocument>> other = running.putIfAbsent(url, mine);
      if (other == null) {
        return fetch(url, mine);
      }
      Optional<ClientIdDocument> document = await(url, other);
      if (document.isPresent()) {
        return document.get();
      }
    }
  }

  void forget(ClientIdUrl url) {
    documents.invalidate(url);
  }

  /** How many documents are kept. */
  long size() {
    documents.cleanUp();
    return documents.estimatedSize();
  }

  private ClientIdDocument fetch(
      ClientIdUrl url, CompletableFuture<Optional<ClientIdDocument>> mine) {
    try {
      ClientIdDocument document = renewed(url);
      running.remove(url, mine);
      mine.complete(Optional.of(document));
      return document;
    } catch (AuthException e) {
      giveUp(url, mine, e);
      throw e;
    } catch (RuntimeException | Error e) {
      giveUp(url, mine, new AuthException(ReasonCode.INTERNAL_FAULT));
      throw e;
    }
  }

  private ClientIdDocument renewed(ClientIdUrl url) {
    KeptDocument previous = documents.getIfPresent(url);
    if (previous != null && previous.isFreshAt(clock.instant())) {
      return previous.document(); // by a thread that ended since this one looked
    }
    documents.invalidate(url); // whatever comes now, this one is past its time
    KeptDocument fetched;
    try {
      fetched = fetch.get(url, previous);
    } catch (OutboundException e) {
      log.unavailable(url, String.valueOf(e.getMessage()));
      throw silent.noticed(url, e);
    } catch (AuthException e) {
      String problem = e.facts().getOrDefault("problem", e.description());
      if (e.reason() == ReasonCode.CLIENT_DOCUMENT_INVALID) {
        log.invalid(url, AuthException.fitForLog(problem));
      } else {
        log.unavailable(url, AuthException.fitForLog(problem));
      }
      throw e;
    }
    if (fetched.mayBeKept()) {
      documents.put(url, fetched);
    }
    return fetched.document();
  }

  private void giveUp(
      ClientIdUrl url, CompletableFuture<Optional<ClientIdDocument>> mine, AuthException problem) {
    running.remove(url, mine);
    if (Thread.currentThread().isInterrupted()) {
      mine.complete(Optional.empty()); // this request was called off, not those that wait
    } else {
      mine.completeExceptionally(problem);
    }
  }

  private static Optional<ClientIdDocument> await(
      ClientIdUrl url, CompletableFuture<Optional<ClientIdDocument>> document) {
    try {
      return document.get(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuthException problem) {
        throw problem;
      }
      throw new AuthException(ReasonCode.INTERNAL_FAULT, Map.of("problem", "fetch"));
    } catch (TimeoutException e) {
      throw DocumentFetch.unavailable(url, "still waiting");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DocumentFetch.unavailable(url, "interrupted");
    }
  }
}
