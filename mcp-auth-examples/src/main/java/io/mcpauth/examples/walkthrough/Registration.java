package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.TokenClient;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.discovery.DiscoveryException;
import io.mcpauth.registration.ClientInformation;
import io.mcpauth.registration.ClientMetadata;
import io.mcpauth.registration.RegistrationClient;
import io.mcpauth.registration.RegistrationException;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Step 5: the client introduces itself. */
final class Registration {
  /** The name that the consent page shows. */
  static final String CLIENT_NAME = "Walk-through";

  private static final URI REDIRECT_URI = URI.create("http://127.0.0.1:53682/callback");

  private final Transcript transcript;
  private final Tap tap;

  Registration(Transcript transcript, Tap tap) {
    this.transcript = transcript;
    this.tap = tap;
  }

  Client run(Discovery.Found found, URI resource) {
    transcript.step(
        "The client registers itself",
        "Client and server never met before. The client states its name and where users come"
            + " back to.",
        "RFC 7591 section 3, RFC 8252 section 7.3; MCP authorization, \"Dynamic Client"
            + " Registration\"");
    ClientMetadata metadata =
        ClientMetadata.builder()
            .clientName(CLIENT_NAME)
            .applicationType("native")
            .redirectUris(REDIRECT_URI.toString())
            .grantTypes("authorization_code", "refresh_token")
            .tokenEndpointAuthMethod("none")
            .build();
    try (RegistrationClient registrations = new RegistrationClient()) {
      ClientInformation client =
          tap.during(Registration::check, () -> registrations.register(found.tapped(), metadata));
      return new Client(
          client.clientId(),
          REDIRECT_URI,
          found.server().metadata(),
          resource,
          tokens(found.tapped(), client.clientId()));
    } catch (RegistrationException | DiscoveryException e) {
      throw new IllegalStateException("the answer passed its checks and the client refuses it", e);
    }
  }

  private static TokenClient tokens(DiscoveredMetadata server, String clientId)
      throws DiscoveryException {
    return TokenClient.of(server, ClientAuthentication.none(clientId), null, Clock.systemUTC());
  }

  private static void check(Expect expect) {
    expect.status(201);
    JsonNode registered = expect.json();
    expect.that("a client id", !expect.text(registered, "client_id").isEmpty());
    expect.equal(
        "the redirect URI as it was sent",
        List.of(REDIRECT_URI.toString()),
        Expect.texts(registered, "redirect_uris"));
    expect.equal("a public client", "none", expect.text(registered, "token_endpoint_auth_method"));
    expect.that("so without a secret", registered.path("client_secret").isMissingNode());
    expect.sameSet(
        "with refresh tokens",
        List.of("authorization_code", "refresh_token"),
        Expect.texts(registered, "grant_types"));
  }
}
