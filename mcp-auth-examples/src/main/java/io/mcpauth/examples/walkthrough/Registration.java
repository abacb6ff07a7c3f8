package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.client.RegistrationClient;
import io.mcpauth.client.TokenClient;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.ClientException;
import io.mcpauth.examples.client.NativeClient;
import java.time.Clock;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Step 5: the client introduces itself. */
final class Registration {
  /** The name that the consent page shows. */
  static final String CLIENT_NAME = "Walk-through";

  private final Transcript transcript;
  private final Tap tap;

  Registration(Transcript transcript, Tap tap) {
    this.transcript = transcript;
    this.tap = tap;
  }

  Client run(Discovery.Found found) {
    transcript.step(
        "The client registers itself",
        "Client and server never met before. The client states its name and where users come"
            + " back to.",
        "RFC 7591 section 3, RFC 8252 section 7.3; MCP authorization, \"Dynamic Client"
            + " Registration\"");
    ClientMetadata metadata =
        NativeClient.metadata(CLIENT_NAME, found.tapped().metadata(), UserAtBrowser.REDIRECT_URI);
    try (RegistrationClient registrations = new RegistrationClient()) {
      ClientInformation client =
          tap.during(Registration::check, () -> registrations.register(found.tapped(), metadata));
      return new Client(
          client.clientId(), found.place(), found.resource(), tokens(found.tapped(), client));
    } catch (ClientException e) {
      throw new IllegalStateException("the answer passed its checks and the client refuses it", e);
    }
  }

  private static TokenClient tokens(DiscoveredMetadata server, ClientInformation client)
      throws ClientException {
    ClientAuthentication authentication = NativeClient.authentication(server.metadata(), client);
    return TokenClient.of(server, authentication, null, Clock.systemUTC());
  }

  private static void check(Expect expect) {
    expect.status(201);
    JsonNode registered = expect.json();
    expect.that("a client id", !expect.text(registered, "client_id").isEmpty());
    expect.equal(
        "the redirect URI as it was sent",
        List.of(UserAtBrowser.REDIRECT_URI.toString()),
        Expect.texts(registered, "redirect_uris"));
    expect.equal("a public client", "none", expect.text(registered, "token_endpoint_auth_method"));
    expect.that("so without a secret", registered.path("client_secret").isMissingNode());
    expect.sameSet(
        "with refresh tokens",
        List.of("authorization_code", "refresh_token"),
        Expect.texts(registered, "grant_types"));
  }
}
