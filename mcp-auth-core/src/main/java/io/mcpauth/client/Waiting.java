package io.mcpauth.client;

import static io.mcpauth.client.TokenRequestException.Reason.ENDPOINT_UNREACHABLE;
import static io.mcpauth.client.TokenRequestException.Reason.INTERNAL_FAULT;
import static io.mcpauth.client.TokenRequestException.Reason.INTERRUPTED;

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

  static <T> T await(CompletableFuture<T> answer, String issuer) throws TokenRequestException {
    try {
      return answer.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TokenRequestException problem) {
        throw problem;
      }
      throw new TokenRequestException(INTERNAL_FAULT, issuer, "the request broke off");
    } catch (TimeoutException e) {
      throw new TokenRequestException(ENDPOINT_UNREACHABLE, issuer, "still waiting");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TokenRequestException(INTERRUPTED, issuer, "the caller was interrupted");
    }
  }
}
