package io.mcpauth.discovery;

import static io.mcpauth.error.ClientException.Reason.AUTHORIZATION_SERVER_UNNAMED;
import static io.mcpauth.error.ClientException.Reason.RESOURCE_METADATA_ABSENT;
import static io.mcpauth.error.ClientException.Reason.RESOURCE_METADATA_UNAVAILABLE;
import static io.mcpauth.error.ClientException.Reason.RESOURCE_MISMATCH;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.WebAddress;
import io.mcpauth.outbound.OutboundConnections;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where an MCP server wants its clients to get their tokens (RFC 9728; MCP authorization,
 * "Protected Resource Metadata Discovery Requirements"): at the {@code resource_metadata} of its
 * challenge, else at the path-inserted well-known URL, else at that of the origin.
 *
 * <pre>{@code
 * BearerChallenge challenge = BearerChallenge.of(wwwAuthenticate).orElse(null); // of the 401
 * try (ProtectedResourceDiscovery resources = ProtectedResourceDiscovery.create();
 *     AuthorizationServerDiscovery servers = new AuthorizationServerDiscovery()) {
 *   URI url = URI.create("https://mcp.example.com/mcp");
 *   DiscoveredResource resource = resources.fetch(url, challenge);
 *   String issuer = resource.authorizationServers().get(0);
 *   DiscoveredMetadata provider = servers.fetchNamedBy(resource, issuer);
 * }
 * }</pre>
 *
 * <p>A place is given the limits of the {@link OutboundConnections}; no redirect is followed. What
 * the server names has to be https, or http on loopback where the MCP server itself is on loopback,
 * and may not lead to a private address unless the MCP server is at one. Nothing is kept. Used by
 * all threads.
 */
public final class ProtectedResourceDiscovery implements AutoCloseable {
  private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

  private final OutboundHttp http;
  private final boolean inside;

  private ProtectedResourceDiscovery(OutboundConnections connections, boolean inside) {
    this.http = new OutboundHttp(connections, 4);
    this.inside = inside;
  }

  /** A discovery with a client and threads of its own, which end when idle. */
  public static ProtectedResourceDiscovery create() {
    return create(OutboundConnections.defaults());
  }

  /**
   * The same through connections of the application's own. Where they have an egress proxy, which
   * resolves names itself, what a public MCP server names is not asked for through it unless the
   * proxy {@linkplain io.mcpauth.outbound.EgressProxy#refusingPrivateAddressesByItself() refuses
   * private addresses}.
   */
  public static ProtectedResourceDiscovery create(OutboundConnections connections) {
    return new ProtectedResourceDiscovery(connections, false);
  }

  /**
   * The same for a network where public and private MCP servers and authorization servers are
   * mixed. Whoever runs an MCP server that is called can then make this client send requests to
   * private addresses (CVE-2026-45609): only where all of them are the operator's own.
   */
  public static ProtectedResourceDiscovery allowingServersToNamePrivateAddresses() {
    return allowingServersToNamePrivateAddresses(OutboundConnections.defaults());
  }

  /**
   * The same through connections of the application's own. Where they have an egress proxy, all
   * that MCP servers name is asked for through it, whatever it can reach.
   */
  public static ProtectedResourceDiscovery allowingServersToNamePrivateAddresses(
      OutboundConnections connections) {
    return new ProtectedResourceDiscovery(connections, true);
  }

  /**
   * Reads and checks the metadata of an MCP server.
   *
   * @param mcpUrl the URL of the MCP server, as the user wrote it; its host may be private
   * @param challenge the challenge of its 401, or null where it sent none
   * @throws ClientException RESOURCE_MISMATCH where a document is about another resource, which no
   *     other place cures; RESOURCE_METADATA_ABSENT, RESOURCE_METADATA_UNAVAILABLE,
   *     AUTHORIZATION_SERVER_UNNAMED, URL_NOT_ACCEPTED
   */
  public DiscoveredResource fetch(URI mcpUrl, @Nullable BearerChallenge challenge)
      throws ClientException {
    String wrong = WebAddress.problem(mcpUrl.toString(), true);
    if (wrong != null) {
      throw ClientException.ofUrl("The MCP URL", mcpUrl.toString(), wrong);
    }
    URI named = challenge == null ? null : challenge.resourceMetadata();
    Map<URI, String> tried = new LinkedHashMap<>();
    for (URI place : places(mcpUrl, named)) {
      DiscoveredResource found = ask(mcpUrl, place, tried);
      if (found != null) {
        return found;
      }
    }
    boolean absent = tried.values().stream().allMatch("status 404"::equals);
    throw ClientException.of(
        absent ? RESOURCE_METADATA_ABSENT : RESOURCE_METADATA_UNAVAILABLE,
        mcpUrl.toString(),
        tried.toString());
  }

  /** Ends the requests that run and every thread; later ones fail. */
  @Override
  public void close() {
    http.close();
  }

  private static Set<URI> places(URI mcpUrl, @Nullable URI named) {
    String origin = mcpUrl.getScheme() + "://" + mcpUrl.getRawAuthority();
    String path = mcpUrl.getRawPath().replaceFirst("/$", "");
    Set<URI> places = new LinkedHashSet<>();
    if (named != null) {
      places.add(named);
    }
    places.add(URI.create(origin + WELL_KNOWN + path)); // RFC 9728 section 3.1
    places.add(URI.create(origin + WELL_KNOWN));
    return places;
  }

  private @Nullable DiscoveredResource ask(URI mcpUrl, URI place, Map<URI, String> tried)
      throws ClientException {
    String wrong = WebAddress.problem(place.toString(), Loopback.host(mcpUrl));
    if (wrong != null) {
      throw ClientException.ofUrl("resource_metadata", place.toString(), wrong);
    }
    try {
      OutboundResponse response =
          http.get(place, policy(mcpUrl, place), Map.of("Accept", "application/json"));
      if (response.status() != 200) {
        tried.put(place, "status " + response.status());
        return null;
      }
      return document(mcpUrl, place, response);
    } catch (OutboundException e) {
      tried.put(place, e.inWords());
    } catch (InvalidJsonException e) {
      tried.put(place, String.valueOf(e.getMessage()));
    }
    return null;
  }

  /** The user named the MCP server's host; any other is the server's idea. */
  private AddressPolicy policy(URI mcpUrl, URI place) {
    boolean own = mcpUrl.getRawAuthority().equalsIgnoreCase(place.getRawAuthority());
    return own || inside || Loopback.host(mcpUrl)
        ? AddressPolicy.OPERATOR_CONFIGURED
        : AddressPolicy.PUBLIC_ONLY;
  }

  private DiscoveredResource document(URI mcpUrl, URI place, OutboundResponse response)
      throws InvalidJsonException, ClientException {
    Map<String, @Nullable Object> members = Json.object(response.body());
    URI resource = ResourceMatch.of(mcpUrl, members.get("resource"));
    if (resource == null) {
      throw ClientException.of(
          RESOURCE_MISMATCH,
          mcpUrl.toString(),
          "the metadata at " + place + " is about '" + members.get("resource") + "'");
    }
    List<String> servers = strings(members.get("authorization_servers"));
    if (servers == null || servers.isEmpty()) {
      throw ClientException.of(
          AUTHORIZATION_SERVER_UNNAMED, mcpUrl.toString(), "authorization_servers is missing");
    }
    return new DiscoveredResource(
        mcpUrl,
        resource,
        servers,
        strings(members.get("scopes_supported")),
        Boolean.TRUE.equals(members.get("dpop_bound_access_tokens_required")),
        place,
        response.remoteAddress(),
        inside);
  }

  /** Null where it is missing or no list of strings: then it says nothing. */
  private static @Nullable List<String> strings(@Nullable Object value) {
    return value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
        ? list.stream().map(String.class::cast).toList()
        : null;
  }
}
