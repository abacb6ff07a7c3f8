package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.metadata.Loopback;
import java.net.InetAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys of an authorization server through its metadata, in the three places that the MCP
 * specification names, in its order (authorization, "Authorization Server Metadata Discovery").
 */
final class Discovery {
  private static final String OAUTH = "/.well-known/oauth-authorization-server";
  private static final String OPENID = "/.well-known/openid-configuration";

  private final OutboundHttp http;

  Discovery(OutboundHttp http) {
    this.http = http;
  }

  /**
   * Where the keys are.
   *
   * @param uri the {@code jwks_uri}
   * @param policy the addresses that its host may have
   */
  record KeysLocation(URI uri, AddressPolicy policy) {}

  /**
   * Reads the metadata of an issuer.
   *
   * @throws AuthException DISCOVERY_FAILED where no place has metadata that is the issuer's own
   */
  KeysLocation keysOf(String issuer, ProviderProfile.DiscoveryForm first) {
    Map<String, String> tried = new LinkedHashMap<>();
    for (URI place : places(issuer, first)) {
      KeysLocation found = ask(place, issuer, tried);
      if (found != null) {
        return found;
      }
    }
    throw new AuthException(ReasonCode.DISCOVERY_FAILED, tried);
  }

  /** RFC 8414 section 3.1 inserted; OpenID Connect Discovery section 4 inserted and appended. */
  static List<URI> places(String issuer, ProviderProfile.DiscoveryForm first) {
    URI uri = URI.create(issuer);
    String origin = uri.getScheme() + "://" + uri.getRawAuthority();
    String path = uri.getRawPath().replaceFirst("/$", "");
    URI oauth = URI.create(origin + OAUTH + path);
    URI openid = URI.create(origin + OPENID + path);
    URI appended = URI.create(origin + path + OPENID);
    List<URI> places =
        first == ProviderProfile.DiscoveryForm.OAUTH_INSERTED
            ? List.of(oauth, openid, appended)
            : List.of(appended, oauth, openid);
    return places.stream().distinct().toList(); // without a path two of them are one
  }

  private @Nullable KeysLocation ask(URI place, String issuer, Map<String, String> tried) {
    try {
      OutboundResponse response =
          http.get(place, AddressPolicy.OPERATOR_CONFIGURED, Map.of("Accept", "application/json"));
      if (response.status() != 200) {
        tried.put(place.toString(), "status " + response.status());
        return null;
      }
      Map<String, @Nullable Object> metadata = Json.object(response.body());
      // RFC 8414 section 3.3: identical, or an attacker's server could speak for another.
      if (!issuer.equals(metadata.get("issuer"))) {
        tried.put(place.toString(), "issuer is '" + metadata.get("issuer") + "'");
        return null;
      }
      return location(issuer, metadata.get("jwks_uri"), response.remoteAddress());
    } catch (OutboundException e) {
      tried.put(place.toString(), e.reason().name());
    } catch (InvalidJsonException e) {
      tried.put(place.toString(), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      tried.put(place.toString(), "jwks_uri is not an https URL");
    }
    return null;
  }

  private static KeysLocation location(
      String issuer, @Nullable Object jwksUri, InetAddress issuerAddress) {
    if (!(jwksUri instanceof String text)) {
      throw new IllegalArgumentException("jwks_uri");
    }
    URI uri = URI.create(text);
    URI issuerUri = URI.create(issuer);
    boolean http = "http".equals(uri.getScheme());
    if (uri.getHost() == null
        || !("https".equals(uri.getScheme()) || (http && Loopback.host(issuerUri)))) {
      throw new IllegalArgumentException("jwks_uri");
    }
    // What a public issuer's document names may not lead inside; an issuer that is itself inside
    // was put there by the operator.
    boolean inside =
        uri.getHost().equalsIgnoreCase(issuerUri.getHost())
            || !AddressPolicy.PUBLIC_ONLY.admits(issuerAddress);
    return new KeysLocation(
        uri, inside ? AddressPolicy.OPERATOR_CONFIGURED : AddressPolicy.PUBLIC_ONLY);
  }
}
