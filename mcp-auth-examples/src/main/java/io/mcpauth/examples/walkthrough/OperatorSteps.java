package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.TokenClient;
import io.mcpauth.client.TokenSet;
import io.mcpauth.error.ClientException;
import io.mcpauth.issuer.ClientControl;
import io.mcpauth.issuer.CreatedClient;
import io.mcpauth.issuer.NewClient;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Steps 23 to 26: a client that the operator enters, limits and gives another secret, until its
 * user disconnects it.
 */
final class OperatorSteps {
  private static final String NAME = "Quarterly reports";

  private final Conversation conversation;
  private final Transcript transcript;
  private final Target target;
  private final ClientControl operator;
  private final Discovery.Found found;
  private final Tap tap;
  private final McpSession session;

  /** One of its own for each run: the server may have seen others. */
  private final String id = "reports-" + UUID.randomUUID().toString().substring(0, 8);

  OperatorSteps(
      Conversation conversation,
      Target target,
      ClientControl operator,
      Discovery.Found found,
      Tap tap) {
    this.conversation = conversation;
    this.transcript = conversation.transcript();
    this.target = target;
    this.operator = operator;
    this.found = found;
    this.tap = tap;
    this.session = new McpSession(conversation, target.endpoint());
  }

  void run() {
    transcript.step(
        "A client that the operator entered",
        "It has the id that was chosen for it and a secret of its own. On the consent page the"
            + " operator vouches for its name.",
        "RFC 6749 sections 2.2 and 2.3.1; docs/authorization-server.md");
    transcript.say(
        "clients add --id " + id + " --redirect-uri " + UserAtBrowser.REDIRECT_URI + ", in code:");
    CreatedClient created =
        operator.add(
            NewClient.withId(id).name(NAME).redirectUris(UserAtBrowser.REDIRECT_URI.toString()));
    try (Client client = client(created)) {
      UserAtBrowser user = new UserAtBrowser(conversation, target, target.user(), NAME);
      AuthorizationSteps login = new AuthorizationSteps(transcript, user, client);
      TokenSteps tokens = new TokenSteps(transcript, tap, client);
      TokenSet first = tokens.token(login.authorize(found.scopes()), found.scopes());
      session.authorize(first);
      session.open();
      session.succeeds("the text of the file", "Welcome!", "read_file", "path", "README.txt");
      rotated(client, tokens, limited(tokens, first), user);
    }
  }

  private TokenSet limited(TokenSteps tokens, TokenSet before) {
    transcript.step(
        "The operator limits it",
        "Access tokens of it that reach further end at once. It refreshes, and has what it is left"
            + " with, whatever the user allowed; nobody has to log in again.",
        "RFC 6749 sections 3.3 and 6");
    transcript.say("clients limit " + id + " --scopes files:list, in code:");
    Object unused = operator.limit(id, Set.of("files:list"));
    TokenSet less = tokens.refreshedTo(before, Set.of("files:list"));
    session.authorize(less);
    session.succeeds("the sample files", "README.txt", "list_files");
    session.refusedCall(
        McpSession.tool("read_file", "path", "README.txt"),
        expect -> {
          expect.status(403);
          expect.that("insufficient_scope", expect.challenge().isInsufficientScope());
          expect.rpcError();
        });
    return less;
  }

  private void rotated(Client client, TokenSteps tokens, TokenSet before, UserAtBrowser user) {
    transcript.step(
        "It gets another secret",
        "The one before stays good for a while, so that the client can be given the new one.",
        "RFC 6749 section 2.3.1; docs/authorization-server.md");
    transcript.say("clients rotate " + id + ", in code. The secret before, for an hour:");
    CreatedClient hour = operator.rotate(id, Duration.ofHours(1));
    TokenSet byOld = tokens.refreshedTo(before, Set.of("files:list"));
    transcript.say("The new one:");
    try (Client renewed = client(hour)) {
      TokenSteps newSteps = new TokenSteps(transcript, tap, renewed);
      TokenSet byNew = newSteps.refreshedTo(byOld, Set.of("files:list"));
      transcript.say("Rotated again, without an overlap, neither is good:");
      CreatedClient now = operator.rotate(id, Duration.ZERO);
      unproven(client, byNew);
      unproven(renewed, byNew);
      try (Client last = client(now)) {
        disconnected(new TokenSteps(transcript, tap, last), byNew, user);
      }
    }
  }

  private void disconnected(TokenSteps tokens, TokenSet before, UserAtBrowser user) {
    transcript.step(
        "The user disconnects it",
        "A page shows what is connected. What the user ends there ends at once, here and on every"
            + " node that has the same store: the next call is refused.",
        "docs/authorization-server.md; RFC 9700 section 4.14");
    transcript.say("With the third secret:");
    TokenSet last = tokens.refreshedTo(before, Set.of("files:list"));
    session.authorize(last);
    session.succeeds("the sample files", "README.txt", "list_files");
    user.disconnect(id);
    session.refusedCall(
        McpSession.tool("list_files"),
        expect -> {
          expect.status(401);
          expect.equal(
              "invalid_token", "invalid_token", String.valueOf(expect.challenge().error()));
          expect.rpcError();
        });
    tokens.over(last);
  }

  /** A secret that is none any more. */
  private void unproven(Client client, TokenSet tokens) {
    try {
      TokenSet unexpected =
          tap.during(
              expect -> {
                expect.status(401);
                expect.equal(
                    "invalid_client", "invalid_client", expect.text(expect.json(), "error"));
              },
              () -> client.tokens().refresh(tokens, client.resource()));
      throw new IllegalStateException("tokens of " + unexpected.issuer() + " from a refusal");
    } catch (ClientException e) {
      return; // as it should
    }
  }

  private Client client(CreatedClient created) {
    String secret = Objects.requireNonNull(created.secret(), "made");
    try {
      TokenClient tokens =
          TokenClient.of(
              found.tapped(), ClientAuthentication.secretPost(id, secret), null, Clock.systemUTC());
      return new Client(id, found.place(), found.resource(), tokens);
    } catch (ClientException e) {
      throw new IllegalStateException("the metadata passed its checks and cannot be used", e);
    }
  }
}
