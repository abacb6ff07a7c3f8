package io.mcpauth.examples.walkthrough;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.id.ClientID;
import java.net.URI;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Step 5: the client introduces itself. */
final class Registration {
  /** The name that the consent page shows. */
  static final String CLIENT_NAME = "Walk-through";

  private static final URI REDIRECT_URI = URI.create("http://127.0.0.1:53682/callback");

  private final Conversation conversation;

  Registration(Conversation conversation) {
    this.conversation = conversation;
  }

  Client run(AuthorizationServerMetadata server, URI resource) {
    conversation
        .transcript()
        .step(
            "The client registers itself",
            "Client and server never met before. The client states its name and where users come"
                + " back to.",
            "RFC 7591 section 3, RFC 8252 section 7.3; MCP authorization, \"Dynamic Client"
                + " Registration\"");
    ClientMetadata metadata = new ClientMetadata();
    metadata.setName(CLIENT_NAME);
    metadata.setRedirectionURI(REDIRECT_URI);
    metadata.setGrantTypes(Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN));
    metadata.setTokenEndpointAuthMethod(ClientAuthenticationMethod.NONE);
    Answer answer =
        conversation.exchange(
            Request.post(
                server.getRegistrationEndpointURI(),
                "application/json",
                metadata.toJSONObject().toString()),
            Registration::check);
    String id = answer.json().path("client_id").stringValue("");
    return new Client(new ClientID(id), REDIRECT_URI, server, resource);
  }

  private static void check(Expect expect) {
    expect.status(201);
    JsonNode registered = expect.json();
    expect.that("a client id", !expect.text(registered, "client_id").isEmpty());
    expect.equal(
        "the redirect URI as it was sent",
        List.of(REDIRECT_URI.toString()),
        expect.texts(registered, "redirect_uris"));
    expect.equal("a public client", "none", expect.text(registered, "token_endpoint_auth_method"));
    expect.that("so without a secret", registered.path("client_secret").isMissingNode());
    expect.sameSet(
        "with refresh tokens",
        List.of("authorization_code", "refresh_token"),
        expect.texts(registered, "grant_types"));
  }
}
