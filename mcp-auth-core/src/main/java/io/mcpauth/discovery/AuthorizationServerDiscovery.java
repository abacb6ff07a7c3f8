package io.mcpauth.discovery;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the metadata of an authorization server in the three places that the MCP specification
 * names, in its order (authorization, "Authorization Server Metadata Discovery"). Part of the
 * machinery behind {@code ResourceServer}; applications do not need it.
 *
 * <p>A place is given 5 seconds and 50 KiB; redirects are not followed. Nothing is kept. Used by
 * all threads, at most 4 requests at a time.
 */
public final class AuthorizationServerDiscovery implements AutoCloseable {
  private static final String OAUTH = "/.well-known/oauth-authorization-server";
  private static final String OPENID = "/.well-known/openid-configuration";

  private final OutboundHttp http = new OutboundHttp(OutboundHttp.Limits.defaults());

  /** A discovery with a client and threads of its own, which end when idle. */
  public AuthorizationServerDiscovery() {}

  /**
   * Reads the metadata of an issuer.
   *
   * @param issuer the issuer identifier, as the operator wrote it: its host may be private
   * @throws AuthException DISCOVERY_FAILED where no place has metadata that is the issuer's own,
   *     with each place and what was wrong there
   */
  public DiscoveredMetadata fetch(String issuer, DiscoveryForm first) {
    return fetch(issuer, first, found -> found);
  }

  /**
   * Reads the metadata of an issuer and takes what the caller needs from it; a place whose metadata
   * does not have it is passed over.
   *
   * @param needed takes it, or says with an {@link IllegalArgumentException} what is wrong
   * @throws AuthException DISCOVERY_FAILED where no place has metadata that is the issuer's own and
   *     has what is needed
   */
  public <T> T fetch(String issuer, DiscoveryForm first, Function<DiscoveredMetadata, T> needed) {
    Map<String, String> tried = new LinkedHashMap<>();
    for (URI place : places(issuer, first)) {
      DiscoveredMetadata found = ask(place, issuer, tried);
      if (found != null) {
        try {
          return needed.apply(found);
        } catch (IllegalArgumentException e) {
          tried.put(place.toString(), String.valueOf(e.getMessage()));
        }
      }
    }
    throw new AuthException(ReasonCode.DISCOVERY_FAILED, tried);
  }

  /** RFC 8414 section 3.1 inserted; OpenID Connect Discovery section 4 inserted and appended. */
  static List<URI> places(String issuer, DiscoveryForm first) {
    URI uri = URI.create(issuer);
    String origin = uri.getScheme() + "://" + uri.getRawAuthority();
    String path = uri.getRawPath().replaceFirst("/$", "");
    URI oauth = URI.create(origin + OAUTH + path);
    URI openid = URI.create(origin + OPENID + path);
    URI appended = URI.create(origin + path + OPENID);
    List<URI> places =
        first == DiscoveryForm.OAUTH_INSERTED
            ? List.of(oauth, openid, appended)
            : List.of(appended, oauth, openid);
    return places.stream().distinct().toList(); // without a path two of them are one
  }

  private @Nullable DiscoveredMetadata ask(URI place, String issuer, Map<String, String> tried) {
    try {
      OutboundResponse response =
          http.get(place, AddressPolicy.OPERATOR_CONFIGURED, Map.of("Accept", "application/json"));
      if (response.status() != 200) {
        tried.put(place.toString(), "status " + response.status());
        return null;
      }
      return new DiscoveredMetadata(
          AuthorizationServerMetadata.parse(response.body(), issuer),
          place,
          response.remoteAddress());
    } catch (OutboundException e) {
      tried.put(place.toString(), e.reason().name());
    } catch (IllegalArgumentException e) {
      tried.put(place.toString(), String.valueOf(e.getMessage()));
    }
    return null;
  }

  /** Ends the requests that run and every thread; later ones fail. */
  @Override
  public void close() {
    http.close();
  }
}
