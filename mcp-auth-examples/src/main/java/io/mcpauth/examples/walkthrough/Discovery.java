package io.mcpauth.examples.walkthrough;

import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.BearerChallenge;
import io.mcpauth.discovery.ClientReadiness;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.ClientException;
import io.mcpauth.examples.client.AuthorizationPlace;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Steps 2 to 4: from a refusal to everything a client must know. */
final class Discovery {
  private final Conversation conversation;
  private final Target target;
  private final McpSession session;
  private final Tap tap;

  Discovery(Conversation conversation, Target target, McpSession session, Tap tap) {
    this.conversation = conversation;
    this.target = target;
    this.session = session;
    this.tap = tap;
  }

  /**
   * What was found.
   *
   * @param scopes those to ask for at first
   * @param resource the MCP server
   * @param place the authorization server, and what tokens of it are for
   * @param tapped the authorization server with endpoints that are listened to
   */
  record Found(
      Set<String> scopes, URI resource, AuthorizationPlace place, DiscoveredMetadata tapped) {}

  Found run() {
    BearerChallenge challenge = refusal();
    JsonNode resource = protectedResource(challenge);
    return authorizationServer(
        resource.path("authorization_servers").path(0),
        challenge,
        Expect.texts(resource, "scopes_supported"));
  }

  private BearerChallenge refusal() {
    conversation
        .transcript()
        .step(
            "A tool that needs a login",
            "Still without a token. The server refuses, and says where to find out how.",
            "RFC 6750 section 3, RFC 9728 section 5.1; MCP authorization, \"Protected Resource"
                + " Metadata Discovery Requirements\"");
    Answer answer =
        session.refusedCall(
            McpSession.tool("list_files"),
            expect -> {
              expect.status(401);
              BearerChallenge challenge = expect.challenge();
              expect.that("no error code, since nothing was sent", challenge.error() == null);
              expect.sameSet(
                  "the challenge names the scopes to start with",
                  List.of("files:list", "files:read"),
                  Expect.scopes(challenge));
              expect.that(
                  "and the address of the metadata",
                  Expect.metadataAddress(challenge).getScheme().equals("http"));
              expect.rpcError();
            });
    return new Expect(answer).challenge();
  }

  private JsonNode protectedResource(BearerChallenge challenge) {
    conversation
        .transcript()
        .step(
            "Who protects this server?",
            "The document at that address names the server itself and whose tokens it accepts.",
            "RFC 9728 sections 3 and 3.3; MCP authorization, \"Authorization Server Location\"");
    Request request = Request.get(Expect.metadataAddress(challenge));
    return conversation.exchange(request, this::checkResource).json();
  }

  private void checkResource(Expect expect) {
    expect.status(200);
    JsonNode metadata = expect.json();
    expect.equal(
        "resource is the URL that the client knows, to the letter",
        target.endpoint().toString(),
        expect.text(metadata, "resource"));
    expect.equal(
        "one authorization server",
        List.of(target.issuer()),
        Expect.texts(metadata, "authorization_servers"));
    expect.equal(
        "tokens go into the header",
        List.of("header"),
        Expect.texts(metadata, "bearer_methods_supported"));
    expect.sameSet(
        "the scopes of all tools",
        List.of("files:list", "files:read", "files:write"),
        Expect.texts(metadata, "scopes_supported"));
  }

  private Found authorizationServer(
      JsonNode named, BearerChallenge challenge, List<String> supported) {
    String issuer = named.stringValue("");
    conversation
        .transcript()
        .step(
            "What can the authorization server do?",
            "It tells where to register, log in and get tokens. Its name must be the one just"
                + " read.",
            "RFC 8414 sections 3 and 3.3, RFC 7636, RFC 9207 section 3");
    // RFC 8414 section 3.1, for an issuer without a path as this one is.
    URI address = URI.create(issuer + "/.well-known/oauth-authorization-server");
    Answer answer =
        conversation.exchange(Request.get(address), expect -> checkServer(expect, issuer));
    try {
      AuthorizationServerMetadata metadata =
          AuthorizationServerMetadata.parse(answer.body().getBytes(StandardCharsets.UTF_8), issuer);
      ClientReadiness.requireForAuthorizationCode(metadata);
      InetAddress server = InetAddress.getByName(address.getHost());
      URI resource = target.endpoint();
      AuthorizationPlace place =
          new AuthorizationPlace(
              new DiscoveredMetadata(metadata, address, server), resource, supported);
      return new Found(
          place.initialScopes(challenge).scopes(),
          resource,
          place,
          new DiscoveredMetadata(tap.listeningTo(metadata, answer.body()), address, server));
    } catch (ClientException | UnknownHostException e) {
      throw new IllegalStateException("the metadata passed its checks and cannot be used", e);
    }
  }

  private static void checkServer(Expect expect, String issuer) {
    expect.status(200);
    JsonNode metadata = expect.json();
    expect.equal("issuer is the same, byte for byte", issuer, expect.text(metadata, "issuer"));
    expect.equal(
        "PKCE with S256 and nothing weaker",
        List.of("S256"),
        Expect.texts(metadata, "code_challenge_methods_supported"));
    expect.that(
        "answers will carry iss",
        metadata.path("authorization_response_iss_parameter_supported").booleanValue(false));
    expect.that(
        "clients without a secret are welcome",
        Expect.texts(metadata, "token_endpoint_auth_methods_supported").contains("none"));
    for (String endpoint : List.of("authorization", "token", "registration", "revocation")) {
      expect.that(
          "the " + endpoint + " endpoint",
          expect.text(metadata, endpoint + "_endpoint").startsWith(issuer + "/"));
    }
  }
}
