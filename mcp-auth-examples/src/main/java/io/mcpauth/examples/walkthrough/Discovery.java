package io.mcpauth.examples.walkthrough;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import java.net.URI;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Steps 2 to 4: from a refusal to everything a client must know. */
final class Discovery {
  private final Conversation conversation;
  private final Target target;
  private final McpSession session;

  Discovery(Conversation conversation, Target target, McpSession session) {
    this.conversation = conversation;
    this.target = target;
    this.session = session;
  }

  /**
   * What was found.
   *
   * @param scopes those to ask for at first
   * @param server the authorization server
   */
  record Found(Set<String> scopes, AuthorizationServerMetadata server) {}

  Found run() {
    BearerChallenge challenge = refusal();
    String issuer = protectedResource(challenge);
    return new Found(challenge.scopes(), authorizationServer(issuer));
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
              expect.equal("no error code, since nothing was sent", "", challenge.error());
              expect.sameSet(
                  "the challenge names the scopes to start with",
                  List.of("files:list", "files:read"),
                  challenge.scopes());
              expect.that(
                  "and the address of the metadata",
                  challenge.resourceMetadata().startsWith("http://"));
              expect.rpcError();
            });
    return new Expect(answer).challenge();
  }

  private String protectedResource(BearerChallenge challenge) {
    conversation
        .transcript()
        .step(
            "Who protects this server?",
            "The document at that address names the server itself and whose tokens it accepts.",
            "RFC 9728 sections 3 and 3.3; MCP authorization, \"Authorization Server Location\"");
    URI address = URI.create(challenge.resourceMetadata());
    Answer answer = conversation.exchange(Request.get(address), this::checkResource);
    return answer.json().path("authorization_servers").path(0).stringValue("");
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
        expect.texts(metadata, "authorization_servers"));
    expect.equal(
        "tokens go into the header",
        List.of("header"),
        expect.texts(metadata, "bearer_methods_supported"));
    expect.sameSet(
        "the scopes of all tools",
        List.of("files:list", "files:read", "files:write"),
        expect.texts(metadata, "scopes_supported"));
  }

  private AuthorizationServerMetadata authorizationServer(String issuer) {
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
      return AuthorizationServerMetadata.parse(answer.body());
    } catch (ParseException e) {
      throw new IllegalStateException("the metadata passed its checks and is unreadable", e);
    }
  }

  private static void checkServer(Expect expect, String issuer) {
    expect.status(200);
    JsonNode metadata = expect.json();
    expect.equal("issuer is the same, byte for byte", issuer, expect.text(metadata, "issuer"));
    expect.equal(
        "PKCE with S256 and nothing weaker",
        List.of("S256"),
        expect.texts(metadata, "code_challenge_methods_supported"));
    expect.that(
        "answers will carry iss",
        metadata.path("authorization_response_iss_parameter_supported").booleanValue(false));
    expect.that(
        "clients without a secret are welcome",
        expect.texts(metadata, "token_endpoint_auth_methods_supported").contains("none"));
    for (String endpoint : List.of("authorization", "token", "registration", "revocation")) {
      expect.that(
          "the " + endpoint + " endpoint",
          expect.text(metadata, endpoint + "_endpoint").startsWith(issuer + "/"));
    }
  }
}
