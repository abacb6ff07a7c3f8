package io.mcpauth.authserver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.DaemonThread;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.jose.PublishedKeys;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.internal.net.Loopback;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The keys of clients that keep them at an address. Kept by the address, which many clients of one
 * publisher share; bounded.
 */
final class KeyAddresses implements AutoCloseable {
  private static final int FETCHES = 8;
  private static final int WAITING = 64;
  private static final int MOST = 1000;

  static final OutboundHttp.Limits LIMITS =
      new OutboundHttp.Limits(Duration.ofSeconds(5), 50 * 1024, FETCHES);

  private final OutboundHttp http;
  private final Clock clock;
  private final boolean loopback;
  private final ThreadPoolExecutor executor;
  private final Cache<URI, PublishedKeys> byAddress =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .expireAfterAccess(Duration.ofHours(2))
          .executor(Runnable::run)
          .build();

  KeyAddresses(OutboundHttp http, Clock clock, boolean loopback) {
    this.http = http;
    this.clock = clock;
    this.loopback = loopback;
    this.executor =
        DaemonThread.pool(number -> "mcp-auth-client-keys-" + number, FETCHES, WAITING, 5);
  }

  PublishedKeys keys(ClientKeys client) {
    PublishedKeys atHand = client.atHand();
    URI address = client.address();
    if (atHand != null || address == null) {
      return Objects.requireNonNull(atHand, "a client has keys or an address");
    }
    if (client.isLoopback() && !loopback) {
      throw unavailable(address, "a loopback address is not fetched here");
    }
    return Objects.requireNonNull(
        byAddress.get(
            address, key -> PublishedKeys.fetched(() -> fetch(address), executor, clock)));
  }

  private Map<String, @Nullable Object> fetch(URI address) {
    try {
      // What the address is follows from a stranger's word, whoever the client is.
      AddressPolicy policy =
          Loopback.host(address) ? AddressPolicy.OPERATOR_CONFIGURED : AddressPolicy.PUBLIC_ONLY;
      OutboundResponse response =
          http.get(address, policy, Map.of("Accept", "application/jwk-set+json, application/json"));
      if (response.status() != 200) {
        throw unavailable(address, "status " + response.status());
      }
      Map<String, @Nullable Object> jwks = Json.object(response.body());
      ClientKeys.requirePublic(jwks);
      return jwks;
    } catch (OutboundException e) {
      throw unavailable(address, e.reason().name());
    } catch (InvalidJsonException e) {
      throw unavailable(address, "not a strict JSON object");
    } catch (IllegalArgumentException e) {
      throw unavailable(address, String.valueOf(e.getMessage()));
    }
  }

  private static AuthException unavailable(URI address, String problem) {
    return new AuthException(
        ReasonCode.CLIENT_KEYS_UNAVAILABLE,
        Map.of("jwks_uri", address.toString(), "problem", problem));
  }

  @Override
  public void close() {
    executor.shutdownNow();
    http.close();
  }
}
