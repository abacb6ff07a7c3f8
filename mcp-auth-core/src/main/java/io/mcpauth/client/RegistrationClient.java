package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.ENDPOINT_FAULT;
import static io.mcpauth.error.ClientException.Reason.NOT_SUPPORTED;
import static io.mcpauth.error.ClientException.Reason.REFUSED;

import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.http.Withheld;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.internal.net.ApplicationType;
import io.mcpauth.outbound.OutboundConnections;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Registers this program as a client at providers (RFC 7591) and manages its registrations there
 * (RFC 7592). Keeps nothing: see {@link ProviderRegistrations}. Used by all threads, at most 4
 * requests at a time, each with the limits of the connections; redirects are not followed and
 * nothing is retried.
 *
 * <pre>{@code
 * try (RegistrationClient registration = new RegistrationClient()) {
 *   ClientInformation me =
 *       registration.register(
 *           provider,
 *           ClientMetadata.builder()
 *               .clientName("My client")
 *               .redirectUris("http://127.0.0.1/callback")
 *               .tokenEndpointAuthMethod("none")
 *               .build());
 *   ClientAuthentication authentication = me.authentication();
 * }
 * }</pre>
 *
 * <p>Requests go to https, or to http on loopback, and to a private address only where the metadata
 * came from one. MCP clients must say their {@code application_type}; where the metadata does not,
 * it is {@code native} if a redirect URI is loopback or private-use, else {@code web}.
 *
 * <p>Does not check: that the provider is the one that the user means.
 */
public final class RegistrationClient implements AutoCloseable {
  private static final String JSON = "application/json";

  private final OutboundHttp http;

  /** A client with threads of its own, which end when idle. */
  public RegistrationClient() {
    this(OutboundConnections.defaults());
  }

  /** The same through connections of the application's own. */
  public RegistrationClient(OutboundConnections connections) {
    this.http = new OutboundHttp(connections, 4);
  }

  RegistrationClient(OutboundHttp.Limits limits) {
    this.http = new OutboundHttp(OutboundConnections.defaults(), limits);
  }

  /** Sends one request. */
  @FunctionalInterface
  private interface Sending {
    OutboundResponse send(URI uri, AddressPolicy policy, Map<String, String> headers)
        throws OutboundException;
  }

  /** Registers without an initial access token, as open registration has it. */
  public ClientInformation register(DiscoveredMetadata server, ClientMetadata wanted)
      throws ClientException {
    return registered(server, wanted, null);
  }

  /**
   * Registers with an initial access token (RFC 7591 section 3), which the provider gave out.
   *
   * @throws IllegalArgumentException if it is no token (RFC 6750 section 2.1)
   */
  public ClientInformation register(
      DiscoveredMetadata server, ClientMetadata wanted, String initialAccessToken)
      throws ClientException {
    if (!RegistrationAnswer.B64TOKEN.matcher(initialAccessToken).matches()) {
      throw new IllegalArgumentException(
          "The initial access token has characters that no token has. Write it as the provider"
              + " shows it, without 'Bearer'.");
    }
    return registered(server, wanted, initialAccessToken);
  }

  /**
   * What the provider has registered (RFC 7592 section 2.1). Tokens and secrets of the answer take
   * the place of those known.
   *
   * @throws ClientException NOT_SUPPORTED where the provider gave nothing to manage it with
   */
  public ClientInformation read(DiscoveredMetadata server, ClientInformation client)
      throws ClientException {
    OutboundResponse response = manage(server, client, http::get);
    return answer(server, client.metadata()).read(response.body(), client);
  }

  /**
   * Replaces what the provider has registered (RFC 7592 section 2.2).
   *
   * @throws ClientException NOT_SUPPORTED where the provider gave nothing to manage it with
   */
  public ClientInformation update(
      DiscoveredMetadata server, ClientInformation client, ClientMetadata wanted)
      throws ClientException {
    ClientMetadata complete = complete(wanted);
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(ClientInformation.CLIENT_ID, client.clientId());
    String secret = client.clientSecret();
    if (secret != null) {
      members.put(ClientInformation.CLIENT_SECRET, secret);
    }
    complete.members().forEach(members::putIfAbsent);
    byte[] body = Json.write(members);
    OutboundResponse response =
        manage(
            server, client, (uri, policy, headers) -> http.put(uri, policy, headers, body, JSON));
    return answer(server, complete).read(response.body(), client);
  }

  /**
   * Ends the registration at the provider (RFC 7592 section 2.3).
   *
   * @throws ClientException NOT_SUPPORTED where the provider gave nothing to manage it with
   */
  public void delete(DiscoveredMetadata server, ClientInformation client) throws ClientException {
    OutboundResponse unused = manage(server, client, http::delete);
  }

  /** Ends the requests that run and every thread; later ones fail with CLOSED. */
  @Override
  public void close() {
    http.close();
  }

  private ClientInformation registered(
      DiscoveredMetadata server, ClientMetadata wanted, @Nullable String token)
      throws ClientException {
    String named = server.metadata().registrationEndpoint();
    URI endpoint = RegistrationAnswer.endpoint(named);
    if (endpoint == null) {
      throw ClientException.noRegistration(
          NOT_SUPPORTED,
          server.metadata().issuer(),
          "its metadata names no registration_endpoint that may be called");
    }
    ClientMetadata complete = complete(wanted);
    byte[] body = complete.toJson();
    OutboundResponse response =
        ask(
            server,
            endpoint,
            token,
            new Withheld(token == null ? List.of() : List.of(token)),
            (uri, policy, headers) -> http.post(uri, policy, headers, body, JSON));
    return answer(server, complete).read(response.body(), null);
  }

  private OutboundResponse manage(
      DiscoveredMetadata server, ClientInformation client, Sending sending) throws ClientException {
    String token = client.registrationAccessToken();
    URI uri = client.registrationClientUri();
    if (token == null || uri == null) {
      throw ClientException.noRegistration(
          NOT_SUPPORTED,
          server.metadata().issuer(),
          "it gave no registration_access_token and registration_client_uri");
    }
    String secret = client.clientSecret();
    Withheld secrets = new Withheld(secret == null ? List.of(token) : List.of(token, secret));
    return ask(server, uri, token, secrets, sending);
  }

  private OutboundResponse ask(
      DiscoveredMetadata server, URI uri, @Nullable String token, Withheld secrets, Sending sending)
      throws ClientException {
    String issuer = server.metadata().issuer();
    AddressPolicy policy = AddressPolicy.ofWhatIsNamedAt(server.address(), server.steered());
    Map<String, String> headers = new LinkedHashMap<>(Map.of("Accept", JSON));
    if (token != null) {
      headers.put("Authorization", "Bearer " + token);
    }
    try {
      OutboundResponse response = sending.send(uri, policy, headers);
      requireSuccess(issuer, response, secrets);
      return response;
    } catch (OutboundException e) {
      throw failure(issuer, e);
    }
  }

  private static void requireSuccess(String issuer, OutboundResponse response, Withheld secrets)
      throws ClientException {
    int status = response.status();
    Map<String, @Nullable Object> members = members(response);
    Object error = JsonAnswer.error(members);
    // RFC 7591 section 3.2.1: 201; others say 200 or 202, and some say no with a 200.
    if (!JsonAnswer.isSuccess(response) || error != null) {
      throw ClientException.noRegistration(
          status >= 500 || status == 429 ? ENDPOINT_FAULT : REFUSED,
          issuer,
          status,
          secrets.shown(error),
          secrets.shown(members.get("error_description")));
    }
  }

  private static Map<String, @Nullable Object> members(OutboundResponse response) {
    try {
      return JsonAnswer.members(response.body());
    } catch (InvalidJsonException e) {
      return Map.of(); // whoever needs the members of a success reads them again, and fails
    }
  }

  private static ClientMetadata complete(ClientMetadata wanted) {
    return wanted.applicationType() != null
        ? wanted
        : ClientMetadata.builder()
            .members(wanted)
            .applicationType(ApplicationType.judgedBy(wanted.redirectUris()))
            .build();
  }

  private static RegistrationAnswer answer(DiscoveredMetadata server, ClientMetadata asked) {
    return new RegistrationAnswer(server.metadata().issuer(), asked);
  }

  private static ClientException failure(String issuer, OutboundException e) {
    return ClientException.noRegistration(
        EndpointFailure.reason(e), issuer, String.valueOf(e.getMessage()));
  }
}
