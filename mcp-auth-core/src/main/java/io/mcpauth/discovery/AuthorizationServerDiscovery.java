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
import io.mcpauth.outbound.EgressProxy;
import io.mcpauth.outbound.OutboundConnections;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the metadata of an authorization server in the three places that the MCP specification
 * names, in its order (authorization, "Authorization Server Metadata Discovery"): for a client
 * {@link #fetchNamedBy} what an MCP server names, for a proxy or a login {@link #fetch(String)}
 * what the operator wrote. A {@code ResourceServer} has one of its own.
 *
 * <pre>{@code
 * try (AuthorizationServerDiscovery discovery = new AuthorizationServerDiscovery()) {
 *   DiscoveredMetadata provider = discovery.fetch("https://login.example.com");
 * }
 * }</pre>
 *
 * <p>A place is given the limits of the {@link OutboundConnections}; redirects are not followed.
 * Nothing is kept. Used by all threads, at most 4 requests at a time.
 */
public final class AuthorizationServerDiscovery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuthorizationServerDiscovery.class);
  private static final String OAUTH = "/.well-known/oauth-authorization-server";
  private static final String SHARED_SIGNALS = "/.well-known/ssf-configuration";
  private static final String OPENID = "/.well-known/openid-configuration";

  private final OutboundHttp http;
  private final @Nullable EgressProxy proxy;

  /** A discovery with a client and threads of its own, which end when idle. */
  public AuthorizationServerDiscovery() {
    this(OutboundConnections.defaults());
  }

  /** The same through connections of the application's own. */
  public AuthorizationServerDiscovery(OutboundConnections connections) {
    http = new OutboundHttp(connections, 4);
    proxy = connections.proxy();
  }

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
    return fetch(
        issuer,
        issuer,
        first,
        AddressPolicy.OPERATOR_CONFIGURED,
        found -> needed.apply(whole(found)));
  }

  /**
   * The same for whoever needs the address of the keys, and nothing that the metadata says to
   * clients: a member that stands for protection may be unusable too, and then counts as absent.
   *
   * @param named the {@code issuer} that the metadata have to name: mostly the same; Entra's for
   *     several tenants name a template
   * @param needed takes what it needs, or says with an {@link IllegalArgumentException} what is
   *     wrong
   * @throws AuthException DISCOVERY_FAILED as above
   */
  public <T> T fetchForKeys(
      String named, String issuer, Form first, Function<DiscoveredMetadata, T> needed) {
    return fetch(named, issuer, first, AddressPolicy.OPERATOR_CONFIGURED, needed);
  }

  private static DiscoveredMetadata whole(DiscoveredMetadata found) {
    found.metadata().requireProtection();
    return found;
  }

  private <T> T fetch(
      String named,
      String issuer,
      Form first,
      AddressPolicy policy,
      Function<DiscoveredMetadata, T> needed) {
    Map<String, String> tried = new LinkedHashMap<>();
    OutboundException last = null;
    for (URI place : places(issuer, first)) {
      try {
        DiscoveredMetadata found = ask(place, named, policy, tried);
        if (found != null) {
          return needed.apply(found);
        }
      } catch (OutboundException e) {
        tried.put(place.toString(), e.inWords());
        last = e;
      } catch (IllegalArgumentException e) {
        tried.put(place.toString(), String.valueOf(e.getMessage()));
      }
    }
    throw new AuthException(ReasonCode.DISCOVERY_FAILED, tried, last);
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
      DiscoveredMetadata found = fetch(origin, Form.OAUTH_INSERTED);
      return new DiscoveredMetadata(found.metadata(), found.place(), found.address(), true);
    } catch (AuthException e) {
      if (!e.facts().values().stream().allMatch("status 404"::equals)) {
        throw ClientException.of(
            ClientException.Reason.AUTHORIZATION_SERVER_UNAVAILABLE, origin, e.facts().toString());
      }
    }
    // At the host that the user named, and nobody else named anything.
    return new DiscoveredMetadata(defaults(origin), mcpUrl, addressOf(mcpUrl), false);
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
      DiscoveredMetadata found =
          fetch(issuer, issuer, Form.OAUTH_INSERTED, policy, AuthorizationServerDiscovery::whole);
      List<String> unusable = found.metadata().unusableMembers();
      if (!unusable.isEmpty()) {
        LOG.info(
            "The metadata of {} has members that cannot be used and count as absent: {}",
            issuer,
            AuthException.fitForLog(unusable.toString()));
      }
      return found;
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
      int port = uri.getPort() == -1 ? 443 : uri.getPort(); // plain http is for loopback
      if (proxy != null && proxy.isFor(uri.getHost(), port)) {
        return AddressPolicy.BEYOND_A_PROXY; // which resolves names itself, and has just done so
      }
      throw ClientException.of(
          ClientException.Reason.AUTHORIZATION_SERVER_UNAVAILABLE,
          uri.getHost(),
          "its name cannot be resolved");
    }
  }

  /**
   * RFC 8414 section 3.1 inserted; OpenID Connect Discovery section 4 inserted and appended; OpenID
   * Shared Signals Framework section 7 inserted, and nowhere else.
   */
  static List<URI> places(String issuer, Form first) {
    URI uri = URI.create(issuer);
    String origin = uri.getScheme() + "://" + uri.getRawAuthority();
    String path = uri.getRawPath().replaceFirst("/$", "");
    if (first == Form.SHARED_SIGNALS) {
      return List.of(URI.create(origin + SHARED_SIGNALS + path));
    }
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
      URI place, String issuer, AddressPolicy policy, Map<String, String> tried)
      throws OutboundException {
    OutboundResponse response = http.get(place, policy, Map.of("Accept", "application/json"));
    if (response.status() != 200) {
      tried.put(place.toString(), "status " + response.status());
      return null;
    }
    return new DiscoveredMetadata(
        AuthorizationServerMetadata.parseForKeys(response.body(), issuer),
        place,
        response.remoteAddress(),
        policy == AddressPolicy.PUBLIC_ONLY);
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
    OPENID_APPENDED,
    /**
     * {@code /.well-known/ssf-configuration} before the path (OpenID Shared Signals Framework
     * section 7), and nowhere else: of a transmitter of events, which is no authorization server.
     */
    SHARED_SIGNALS
  }
}
