package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One fetch of an issuer's key set (RFC 7517 section 5), its address discovered first where it is
 * not configured. Used by one thread at a time.
 */
final class KeysFetch implements Supplier<List<VerificationKey>> {
  private final AuthorizationServer server;
  private final OutboundHttp http;
  private final Discovery discovery;
  private Discovery.@Nullable KeysLocation discovered;

  KeysFetch(AuthorizationServer server, OutboundHttp http) {
    this.server = server;
    this.http = http;
    this.discovery = new Discovery(http);
  }

  /**
   * The keys, never none.
   *
   * @throws AuthException DISCOVERY_FAILED or KEYS_UNAVAILABLE
   */
  @Override
  public synchronized List<VerificationKey> get() {
    Discovery.KeysLocation location = location();
    try {
      OutboundResponse response =
          http.get(location.uri(), location.policy(), Map.of("Accept", "application/json"));
      if (response.status() != 200) {
        throw unavailable(location, "status " + response.status());
      }
      return keys(location, Json.object(response.body()));
    } catch (OutboundException e) {
      throw unavailable(location, e.reason().name());
    } catch (InvalidJsonException e) {
      throw unavailable(location, String.valueOf(e.getMessage()));
    }
  }

  private Discovery.KeysLocation location() {
    URI configured = server.jwksUri();
    if (configured != null) {
      return new Discovery.KeysLocation(configured, AddressPolicy.OPERATOR_CONFIGURED);
    }
    if (discovered == null) {
      discovered = discovery.keysOf(server.issuer(), server.profile().discovery());
    }
    return discovered;
  }

  private List<VerificationKey> keys(
      Discovery.KeysLocation location, Map<String, @Nullable Object> document) {
    List<VerificationKey> keys = new ArrayList<>();
    if (document.get("keys") instanceof List<?> list) {
      for (Object item : list) {
        VerificationKey key = item instanceof Map<?, ?> jwk ? key(jwk) : null;
        if (key != null) {
          keys.add(key);
        }
      }
    }
    if (keys.isEmpty()) {
      throw unavailable(location, "no usable key in the answer");
    }
    return List.copyOf(keys);
  }

  private static @Nullable VerificationKey key(Map<?, ?> jwk) {
    Map<String, Object> members = new LinkedHashMap<>();
    jwk.forEach(
        (name, value) -> {
          if (value != null) {
            members.put(String.valueOf(name), value);
          }
        });
    return VerificationKey.of(members);
  }

  private AuthException unavailable(Discovery.KeysLocation location, String problem) {
    discovered = null; // the provider may have moved its keys: look again next time
    return new AuthException(
        ReasonCode.KEYS_UNAVAILABLE,
        Map.of("jwks_uri", location.uri().toString(), "problem", problem));
  }
}
