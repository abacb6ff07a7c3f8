package io.mcpauth.examples.walkthrough;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.examples.client.ClientMain;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Step 22: the command-line client does the same by itself. */
final class ClientStep {
  /** What the command-line client registers as. */
  private static final String CLIENT_NAME = "mcp-auth command line";

  private final Conversation conversation;
  private final Target target;

  ClientStep(Conversation conversation, Target target) {
    this.conversation = conversation;
    this.target = target;
  }

  /**
   * From nothing to the text of a file.
   *
   * @param scopes those that a first login is to ask for
   */
  void run(Set<String> scopes) {
    List<String> args =
        List.of(target.endpoint().toString(), "read_file", "{\"path\":\"README.txt\"}");
    Transcript transcript = conversation.transcript();
    transcript.step(
        "The same in one command",
        "The command-line client knows the address and nothing else. It looks around, registers"
            + " and gets its token by itself, as in the steps before; what the user sees of it is"
            + " here.",
        "docs/client.md; MCP authorization, \"Authorization Flow Steps\"");
    transcript.say("$ java -jar mcp-client.jar " + String.join(" ", args));
    UserAtBrowser user = new UserAtBrowser(conversation, target, target.user(), CLIENT_NAME);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        ClientMain.run(
            args,
            Map.of(),
            user,
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    transcript.say("And what it prints:");
    conversation.printed(
        out.toString(UTF_8) + err.toString(UTF_8),
        expect -> {
          expect.equal("the client ends with status 0", 0, status);
          expect.contains("the text of the file", "Welcome!", out.toString(UTF_8));
          expect.equal("no complaint", "", err.toString(UTF_8));
          expect.sameSet("the user allowed what a first login needs", scopes, user.approved());
        });
  }
}
