package io.mcpauth.discovery;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.json.Json;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.WebAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the metadata of an authorization server in the three places that the MCP specification
 * names, in its order (authorization, "Authorization Server Metadata Discovery"): for a client
 * {@link #fetchNamedBy} what an MCP server names, for a proxy or a login {@link #fetch(String)}
 * what the operator wrote. A {@code ResourceServer} has one of its own.
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
   * Reads the metadata of an issuer that the operator wrote down, such as the provider behind a
   * proxy. Its host may be private.
   *
   * @param issuer the issuer identifier, exactly as its metadata spells it
   * @throws ClientException URL_NOT_ACCEPTED where it is not https, nor http on loopback, or has a
   *     query (RFC 8414 section 2); AUTHORIZATION_SERVER_UNAVAILABLE where no place has metadata
   *     whose {@code issuer} is identical (RFC 8414 section 3.3), with each place and what was
   *     wrong there
   */
  public DiscoveredMetadata fetch(String issuer) throws ClientException {
    return fetchChecked(issuer, "The issuer", true, AddressPolicy.OPERATOR_CONFIGURED);
  }

  /**
   * Reads the metadata of an issuer, as {@code ResourceServer} does at its start.
   *
   * @param issuer the issuer identifier, as the operator wrote it: its host may be private
   * @param first where to ask first; the result differs only where the places do
   * @throws AuthException DISCOVERY_FAILED where no place has metadata that is the issuer's own,
   *     with each place and what was wrong there
   */
  public DiscoveredMetadata fetch(String issuer, Form first) {
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
  public <T> T fetch(String issuer, Form first, Function<DiscoveredMetadata, T> needed) {
    return fetch(issuer, first, AddressPolicy.OPERATOR_CONFIGURED, needed);
  }

  private <T> T fetch(
      String issuer, Form first, AddressPolicy policy, Function<DiscoveredMetadata, T> needed) {
    Map<String, String> tried = new LinkedHashMap<>();
    for (URI place : places(issuer, first)) {
      DiscoveredMetadata found = ask(place, issuer, policy, tried);
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

  /**
   * Reads the metadata of an authorization server that a protected resource names, for a client of
   * both. Its host may be private only where the MCP server is.
   *
   * @param issuer one of {@link DiscoveredResource#authorizationServers()}, verbatim
   * @throws ClientException AUTHORIZATION_SERVER_UNNAMED where the resource does not name it;
   *     URL_NOT_ACCEPTED; AUTHORIZATION_SERVER_UNAVAILABLE where no place has metadata whose {@code
   *     issuer} is identical (RFC 8414 section 3.3), with each place and what was wrong there
   */
  public DiscoveredMetadata fetchNamedBy(DiscoveredResource resource, String issuer)
      throws ClientException {
    if (!resource.authorizationServers().contains(issuer)) {
      throw ClientException.of(
          ClientException.Reason.AUTHORIZATION_SERVER_UNNAMED,
          issuer,
          "none of " + resource.authorizationServers());
    }
    return fetchChecked(
        issuer, "authorization_servers", Loopback.host(resource.mcpUrl()), resource.policy());
  }

  /**
   * Reads the metadata of the authorization server at the origin of an MCP URL: the fallback for
   * servers of protocol revision 2025-03-26, which have no protected resource metadata. An explicit
   * step, after {@link ClientException.Reason#RESOURCE_METADATA_ABSENT} alone: a client that takes
   * it for a server that is merely down, or of a later revision, lets whoever can suppress an
   * answer choose where it goes.
   *
   * @param mcpUrl the URL of the MCP server, as the user wrote it
   * @return the metadata, or without any the default endpoints {@code /authorize}, {@code /token}
   *     and {@code /register} (revision 2025-03-26, "Fallbacks for Servers without Metadata
   *     Discovery"); these are taken to support S256, since that revision asks for PKCE
   * @throws ClientException where the origin has metadata that is not its own, or does not answer
   */
  public DiscoveredMetadata fetchAtOriginOf(URI mcpUrl) throws ClientException {
    String wrong = WebAddress.problem(mcpUrl.toString(), true);
    if (wrong != null) {
      throw ClientException.ofUrl("The MCP URL", mcpUrl.toString(), wrong);
    }
    String origin = mcpUrl.getScheme() + "://" + mcpUrl.getRawAuthority();
    try {
      return fetch(origin, Form.OAUTH_INSERTED);
    } catch (AuthException e) {
      if (!e.facts().values().stream().allMatch("status 404"::equals)) {
        throw ClientException.of(
            ClientException.Reason.AUTHORIZATION_SERVER_UNAVAILABLE, origin, e.facts().toString());
      }
    }
    return new DiscoveredMetadata(defaults(origin), mcpUrl, addressOf(mcpUrl));
  }

  private static AuthorizationServerMetadata defaults(String origin) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    members.put("issuer", origin);
    members.put("authorization_endpoint", origin + "/authorize");
    members.put("token_endpoint", origin + "/token");
    members.put("registration_endpoint", origin + "/register");
    members.put("response_types_supported", List.of("code"));
    members.put("code_challenge_methods_supported", List.of("S256"));
    return AuthorizationServerMetadata.parse(Json.write(members), origin);
  }

  private DiscoveredMetadata fetchChecked(
      String issuer, String about, boolean loopback, AddressPolicy policy) throws ClientException {
    String wrong = WebAddress.problem(issuer, loopback);
    if (wrong != null || URI.create(issuer).getRawQuery() != null) { // RFC 8414 section 2
      throw ClientException.ofUrl(about, issuer, wrong == null ? "has a query" : wrong);
    }
    try {
      return fetch(issuer, Form.OAUTH_INSERTED, policy, found -> found);
    } catch (AuthException e) {
      throw ClientException.of(
          ClientException.Reason.AUTHORIZATION_SERVER_UNAVAILABLE, issuer, e.facts().toString());
    }
  }

  /** What the host of a URL that the user wrote resolves to. */
  private InetAddress addressOf(URI uri) throws ClientException {
    try {
      return InetAddress.getByName(uri.getHost());
    } catch (UnknownHostException e) {
      throw ClientException.of(
          ClientException.Reason.AUTHORIZATION_SERVER_UNAVAILABLE,
          uri.getHost(),
          "its name cannot be resolved");
    }
  }

  /** RFC 8414 section 3.1 inserted; OpenID Connect Discovery section 4 inserted and appended. */
  static List<URI> places(String issuer, Form first) {
    URI uri = URI.create(issuer);
    String origin = uri.getScheme() + "://" + uri.getRawAuthority();
    String path = uri.getRawPath().replaceFirst("/$", "");
    URI oauth = URI.create(origin + OAUTH + path);
    URI openid = URI.create(origin + OPENID + path);
    URI appended = URI.create(origin + path + OPENID);
    List<URI> places =
        first == Form.OAUTH_INSERTED
            ? List.of(oauth, openid, appended)
            : List.of(appended, oauth, openid);
    return places.stream().distinct().toList(); // without a path two of them are one
  }

  private @Nullable DiscoveredMetadata ask(
      URI place, String issuer, AddressPolicy policy, Map<String, String> tried) {
    try {
      OutboundResponse response = http.get(place, policy, Map.of("Accept", "application/json"));
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

  /** Where the metadata of an issuer is asked for first; the other places follow. */
  public enum Form {
    /** {@code /.well-known/oauth-authorization-server} before the path (RFC 8414 section 3). */
    OAUTH_INSERTED,
    /** {@code /.well-known/openid-configuration} behind the path (OpenID Connect Discovery). */
    OPENID_APPENDED
  }
}
