package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.TokenSet;
import io.mcpauth.discovery.BearerChallenge;
import java.util.List;
import java.util.Set;

/** Step 15: a user without the role that deleting needs. */
final class GuestSteps {
  private final Conversation conversation;
  private final Target target;
  private final Client client;
  private final Tap tap;

  GuestSteps(Conversation conversation, Target target, Client client, Tap tap) {
    this.conversation = conversation;
    this.target = target;
    this.client = client;
    this.tap = tap;
  }

  void run(Set<String> scopes) {
    Transcript transcript = conversation.transcript();
    transcript.step(
        "Another user, who may do less",
        "The guest logs in with the same client and allows the same scopes, but has no role"
            + " 'editor', which delete_file needs besides.",
        "RFC 9068 section 2.2.3.1; MCP authorization, \"Token Handling\"");
    AuthorizationSteps guest = new AuthorizationSteps(conversation, target, target.guest(), client);
    TokenSet tokens =
        new TokenSteps(transcript, tap, client).token(guest.authorize(scopes), scopes);
    McpSession session = new McpSession(conversation, target.endpoint());
    session.authorize(tokens);
    session.open();
    transcript.say(
        "Which tools are there? No scope would help with delete_file, so it is left out:");
    session.listTools("no delete_file", List.of("about", "list_files", "read_file", "write_file"));
    transcript.say("And what is not shown cannot be called. Another login would be in vain:");
    session.refusedCall(McpSession.tool("delete_file"), GuestSteps::denied);
    session.end();
  }

  private static void denied(Expect expect) {
    expect.status(403);
    BearerChallenge challenge = expect.challenge();
    expect.that("no insufficient_scope", challenge.error() == null);
    expect.equal("no scopes to ask for", Set.of(), Expect.scopes(challenge));
    expect.rpcError();
  }
}
