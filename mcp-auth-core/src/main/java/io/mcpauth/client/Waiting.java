package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.ENDPOINT_UNREACHABLE;
import static io.mcpauth.error.ClientException.Reason.INTERNAL_FAULT;
import static io.mcpauth.error.ClientException.Reason.INTERRUPTED;

import io.mcpauth.error.ClientException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The wait for a request that another thread makes. */
final class Waiting {
  /** Discovery in three places and the token request may take more. */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  private Waiting() {}

  static <T> T await(CompletableFuture<T> answer, String issuer) throws ClientException {
    try {
      return answer.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ClientException problem) {
        throw problem;
      }
      throw ClientException.noToken(INTERNAL_FAULT, issuer, "the request broke off");
    } catch (TimeoutException e) {
      throw ClientException.noToken(ENDPOINT_UNREACHABLE, issuer, "still waiting");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClientException.noToken(INTERRUPTED, issuer, "the caller was interrupted");
    }
  }
}
