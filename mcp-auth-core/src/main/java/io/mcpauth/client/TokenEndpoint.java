package io.mcpauth.client;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.net.ConfiguredUrl;
import io.mcpauth.outbound.OutboundConnections;
import java.net.URI;

/**
 * The token endpoint of one authorization server, and the client that is registered there. It is
 * asked by {@link ClientCredentials} and {@link TokenExchange}, which may share one. Used by all
 * threads.
 */
public final class TokenEndpoint {
  private final EndpointPlace place;
  private final ClientAuthentication authentication;
  private final OutboundConnections connections;

  private TokenEndpoint(
      EndpointPlace place, ClientAuthentication authentication, OutboundConnections connections) {
    URI unused = ConfiguredUrl.issuer(place.issuer());
    this.place = place;
    this.authentication = authentication;
    this.connections = connections;
  }

  /**
   * The token endpoint at an address that the operator knows; its host may be private.
   *
   * @param issuer the issuer identifier, exactly as the server's own metadata spells it
   * @param endpoint its {@code token_endpoint}
   * @param authentication the client
   * @throws IllegalArgumentException if one of them is not https (or http on loopback), or has a
   *     fragment or user-info (RFC 6749 section 3.2); or if the issuer has a query (RFC 8414
   *     section 2)
   */
  public static TokenEndpoint of(String issuer, URI endpoint, ClientAuthentication authentication) {
    return of(issuer, endpoint, authentication, OutboundConnections.defaults());
  }

  /**
   * The same through connections of the application's own.
   *
   * @throws IllegalArgumentException as the other does
   */
  public static TokenEndpoint of(
      String issuer,
      URI endpoint,
      ClientAuthentication authentication,
      OutboundConnections connections) {
    URI unused =
        ConfiguredUrl.endpoint(
            "Token endpoint", endpoint.toString(), "https://login.example.com/token");
    EndpointLookup.Location location =
        new EndpointLookup.Location(endpoint, AddressPolicy.OPERATOR_CONFIGURED);
    return at(EndpointPlace.at(issuer, location), authentication, connections);
  }

  /**
   * The token endpoint that the issuer's metadata names (RFC 8414 section 2). It is read with the
   * first token request, and again after the endpoint could not be reached.
   *
   * @param issuer the issuer identifier, exactly as the server's own metadata spells it
   * @param authentication the client
   * @throws IllegalArgumentException if the issuer is not https (or http on loopback), or has a
   *     fragment, user-info or a query (RFC 8414 section 2)
   */
  public static TokenEndpoint discovered(String issuer, ClientAuthentication authentication) {
    return discovered(issuer, authentication, OutboundConnections.defaults());
  }

  /**
   * The same through connections of the application's own.
   *
   * @throws IllegalArgumentException as the other does
   */
  public static TokenEndpoint discovered(
      String issuer, ClientAuthentication authentication, OutboundConnections connections) {
    return found(issuer, new MetadataLookup(connections), authentication, connections);
  }

  /** The token endpoint where a lookup finds it, which is asked with the first token request. */
  static TokenEndpoint found(
      String issuer, EndpointLookup lookup, ClientAuthentication authentication) {
    return found(issuer, lookup, authentication, OutboundConnections.defaults());
  }

  static TokenEndpoint found(
      String issuer,
      EndpointLookup lookup,
      ClientAuthentication authentication,
      OutboundConnections connections) {
    return at(EndpointPlace.found(issuer, lookup), authentication, connections);
  }

  /** The endpoint at a place that others ask too, for this client. */
  static TokenEndpoint at(
      EndpointPlace place, ClientAuthentication authentication, OutboundConnections connections) {
    return new TokenEndpoint(place, authentication, connections);
  }

  OutboundConnections connections() {
    return connections;
  }

  /** The issuer identifier, verbatim. */
  public String issuer() {
    return place.issuer();
  }

  ClientAuthentication authentication() {
    return authentication;
  }

  /** Where to send the request; one thread looks it up, the others wait for it. */
  EndpointLookup.Location location() throws ClientException {
    return place.location();
  }

  /** Looks the address up again next time: the provider may have moved. */
  void forgetLocation() {
    place.forget();
  }

  /** The issuer and the client. */
  @Override
  public String toString() {
    return "TokenEndpoint[" + place.issuer() + ", " + authentication + "]";
  }
}
