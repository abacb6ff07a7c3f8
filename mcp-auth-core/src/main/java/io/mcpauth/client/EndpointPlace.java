package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.DISCOVERY_FAILED;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.net.ConfiguredUrl;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the token endpoint of an issuer is: known, or looked up with the first request and again
 * after it could not be reached.
 */
final class EndpointPlace {
  /** After a lookup that failed, those that waited for it do not repeat it one by one. */
  private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();

  private final String issuer;
  private final @Nullable EndpointLookup lookup;
  private EndpointLookup.@Nullable Location location;
  private @Nullable ClientException problem;
  private long problemAt;

  private EndpointPlace(
      String issuer, @Nullable EndpointLookup lookup, EndpointLookup.@Nullable Location location) {
    this.issuer = issuer;
    this.lookup = lookup;
    this.location = location;
  }

  /** A place that the operator knows. */
  static EndpointPlace at(String issuer, EndpointLookup.Location location) {
    return new EndpointPlace(issuer, null, location);
  }

  /** A place that a lookup finds. */
  static EndpointPlace found(String issuer, EndpointLookup lookup) {
    return new EndpointPlace(issuer, lookup, null);
  }

  /** The issuer identifier, verbatim. */
  String issuer() {
    return issuer;
  }

  /** Where to send the request; one thread looks it up, the others wait for it. */
  synchronized EndpointLookup.Location location() throws ClientException {
    EndpointLookup.Location known = location;
    if (known != null || lookup == null) {
      return Objects.requireNonNull(known, "configured or looked up");
    }
    if (problem != null && System.nanoTime() - problemAt < RETRY_NANOS) {
      throw problem;
    }
    try {
      EndpointLookup.Location found = lookup.locate(issuer);
      String wrong = ConfiguredUrl.problemOf(found.uri().toString(), true);
      if (wrong != null) {
        throw ClientException.noToken(DISCOVERY_FAILED, issuer, "its token_endpoint: " + wrong);
      }
      location = found;
      problem = null;
      return found;
    } catch (ClientException e) {
      throw remembered(e);
    } catch (RuntimeException e) {
      throw failed(e);
    }
  }

  /** Looks the address up again next time: the provider may have moved. */
  synchronized void forget() {
    if (lookup != null) {
      location = null;
    }
  }

  /** The same where what was found is of no use, which is said again for a moment. */
  synchronized ClientException forget(ClientException why) {
    forget();
    return remembered(why);
  }

  private ClientException failed(RuntimeException e) {
    if (Thread.currentThread().isInterrupted()) {
      return ClientException.noToken(
          ClientException.Reason.INTERRUPTED, issuer, "the caller was interrupted");
    }
    return remembered(
        ClientException.noToken(DISCOVERY_FAILED, issuer, String.valueOf(e.getMessage())));
  }

  private ClientException remembered(ClientException failure) {
    problem = failure;
    problemAt = System.nanoTime();
    return failure;
  }
}
