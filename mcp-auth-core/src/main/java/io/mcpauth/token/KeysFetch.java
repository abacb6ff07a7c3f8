package io.mcpauth.token;

import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.jose.VerificationKey;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.net.URI;
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
  private final AuthorizationServerDiscovery discovery;
  private @Nullable KeysLocation discovered;
  private volatile @Nullable AuthorizationServerMetadata metadata;

  KeysFetch(AuthorizationServer server, OutboundHttp http, AuthorizationServerDiscovery discovery) {
    this.server = server;
    this.http = http;
    this.discovery = discovery;
  }

  /**
   * The keys, never none.
   *
   * @throws AuthException DISCOVERY_FAILED or KEYS_UNAVAILABLE
   */
  @Override
  public synchronized List<VerificationKey> get() {
    KeysLocation location = location();
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

  private KeysLocation location() {
    URI configured = server.jwksUri();
    if (configured != null) {
      return KeysLocation.configured(configured);
    }
    if (discovered == null) {
      discovered = discovery.fetch(server.issuer(), server.profile().discovery(), KeysLocation::of);
      metadata = discovered.metadata();
    }
    return discovered;
  }

  /** The metadata that was read last on the way to the keys, or null where none was. */
  @Nullable AuthorizationServerMetadata metadata() {
    return metadata;
  }

  private List<VerificationKey> keys(
      KeysLocation location, Map<String, @Nullable Object> document) {
    List<VerificationKey> keys = VerificationKey.allOf(document, server.maxRsaKeyBits());
    if (keys.isEmpty()) {
      throw unavailable(location, "no usable key in the answer");
    }
    return keys;
  }

  private AuthException unavailable(KeysLocation location, String problem) {
    discovered = null; // the provider may have moved its keys: look again next time
    return new AuthException(
        ReasonCode.KEYS_UNAVAILABLE,
        Map.of("jwks_uri", location.uri().toString(), "problem", problem));
  }
}
