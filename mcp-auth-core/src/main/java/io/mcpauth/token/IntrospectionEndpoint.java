package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where tokens of one authorization server are asked about: configured, or looked up in its
 * metadata, by a thread of its own, so that no caller waits longer than for an answer.
 */
final class IntrospectionEndpoint {
  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

  private final @Nullable Found configured;
  private final Supplier<Found> lookup;
  private final Executor executor;
  private @Nullable CompletableFuture<Found> running;
  private long startedAt;

  /**
   * Where it is.
   *
   * @param address its address
   * @param signing whether the metadata says that answers can be signed (RFC 9701 section 7)
   */
  record Found(ProviderAddress address, boolean signing) {
    private static Found of(ProviderAddress address) {
      AuthorizationServerMetadata metadata = address.metadata();
      Object algorithms =
          metadata == null
              ? null
              : metadata.members().get("introspection_signing_alg_values_supported");
      return new Found(address, algorithms instanceof List<?> list && !list.isEmpty());
    }
  }

  IntrospectionEndpoint(
      AuthorizationServer server,
      Introspection how,
      AuthorizationServerDiscovery discovery,
      Executor executor) {
    URI known = how.endpoint();
    configured =
        known == null ? null : Found.of(ProviderAddress.configured(known, how.plainHttp()));
    lookup =
        () ->
            Found.of(
                discovery.fetchForKeys(
                    server.metadataIssuer(),
                    server.issuer(),
                    server.profile().discovery(),
                    ProviderAddress::ofIntrospection));
    this.executor = executor;
  }

  /**
   * Where it is, looked up where that has to be.
   *
   * @param most how long to wait for that
   * @throws AuthException DISCOVERY_FAILED, or INTROSPECTION_FAILED where it takes too long
   */
  Found get(Duration most) {
    Found known = configured;
    if (known != null) {
      return known;
    }
    try {
      return search().get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof AuthException problem
          ? problem
          : new AuthException(ReasonCode.DISCOVERY_FAILED);
    } catch (TimeoutException e) {
      throw Introspector.failed("its metadata did not come in time", null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Introspector.failed("the caller was interrupted", null);
    }
  }

  /** Looks it up without waiting for it, and tells what came of that; nothing if configured. */
  void warmUp(Consumer<@Nullable Throwable> outcome) {
    if (configured == null) {
      CompletableFuture<Void> unused = search().handle((found, problem) -> tell(outcome, problem));
    }
  }

  private static @Nullable Void tell(
      Consumer<@Nullable Throwable> outcome, @Nullable Throwable problem) {
    outcome.accept(
        problem != null && problem.getCause() instanceof AuthException why ? why : problem);
    return null;
  }

  /** Looks it up again next time: the provider may have moved it. */
  synchronized void forget() {
    CompletableFuture<Found> known = running;
    if (known != null && known.isDone() && System.nanoTime() - startedAt >= RETRY_NANOS) {
      running = null;
    }
  }

  /** One search for all that wait; after one that failed, the next begins a second later. */
  private synchronized CompletableFuture<Found> search() {
    CompletableFuture<Found> known = running;
    boolean again =
        known != null
            && known.isCompletedExceptionally()
            && System.nanoTime() - startedAt >= RETRY_NANOS;
    if (known == null || again) {
      known = CompletableFuture.supplyAsync(lookup, executor);
      running = known;
      startedAt = System.nanoTime();
    }
    return known;
  }
}
