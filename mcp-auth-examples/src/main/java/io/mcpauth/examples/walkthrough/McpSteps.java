package io.mcpauth.examples.walkthrough;

import io.mcpauth.discovery.BearerChallenge;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** The steps that an MCP user would recognise: hello, which tools, and each of them. */
final class McpSteps {
  private static final String NEW_TEXT = "Written by the walk-through.";

  private final Transcript transcript;
  private final McpSession session;

  /** A name of its own for each run: what an earlier one left behind must not look like success. */
  private final String newFile = "notes/walk-through-" + UUID.randomUUID() + ".txt";

  McpSteps(Transcript transcript, McpSession session) {
    this.transcript = transcript;
    this.session = session;
  }

  /** Step 8. */
  void listTools() {
    transcript.step(
        "The same session, now with the token",
        "The session belongs to the user from here on. All tools are named, also the two that this"
            + " token does not reach: what is not known is never asked for.",
        "RFC 6750 section 2.1; MCP " + McpSession.REVISION + ", \"Tools\"");
    session.listTools(
        "all five, delete_file among them",
        List.of("about", "list_files", "read_file", "write_file", "delete_file"));
  }

  /** Step 9. */
  void look() {
    transcript.step(
        "The tools that the token reaches",
        "list_files needs files:list, read_file needs files:read; the user allowed both.",
        "MCP authorization, \"Token Handling\"");
    transcript.say("list_files:");
    session.succeeds("the sample files", "README.txt", "list_files");
    transcript.say("read_file:");
    session.succeeds("the text of the file", "Welcome!", "read_file", "path", "README.txt");
  }

  /** Part of step 17. */
  void lookAgain() {
    transcript.say("The new access token at work:");
    session.succeeds("the sample files", "README.txt", "list_files");
  }

  /**
   * Step 10.
   *
   * @return the challenge
   */
  BearerChallenge writeInVain() {
    transcript.step(
        "The tool that it does not reach",
        "write_file needs files:write. The server refuses before the tool runs, and says which"
            + " scopes would do.",
        "RFC 6750 section 3.1; MCP authorization, \"Scope Challenge Handling\"");
    Answer answer =
        session.refusedCall(
            write(),
            expect -> {
              expect.status(403);
              BearerChallenge challenge = expect.challenge();
              expect.that("insufficient_scope", challenge.isInsufficientScope());
              Set<String> scopes = Expect.scopes(challenge);
              expect.that("files:write is asked for", scopes.contains("files:write"));
              expect.that(
                  "and nothing unheard of",
                  Set.of("files:list", "files:read", "files:write").containsAll(scopes));
              expect.that(
                  "the address of the metadata again",
                  Expect.metadataAddress(challenge).getScheme().equals("http"));
              expect.rpcError();
            });
    return new Expect(answer).challenge();
  }

  /** Step 12. */
  void writeReadDelete() {
    transcript.step(
        "The same call again",
        "With the new token, in the same session: write, read back, delete, and gone.",
        "MCP authorization, \"Step-Up Authorization Flow\"");
    transcript.say("write_file:");
    session.succeeds("created", "Created", "write_file", "path", newFile, "content", NEW_TEXT);
    transcript.say("read_file:");
    session.succeeds("what was written", NEW_TEXT, "read_file", "path", newFile);
    transcript.say("delete_file:");
    session.succeeds("deleted", "Deleted", "delete_file", "path", newFile);
    transcript.say("read_file once more:");
    fails("the file is gone", "no such file", "read_file", "path", newFile);
  }

  /** Step 13. */
  void leaveTheRoot() {
    transcript.step(
        "A token is no master key",
        "Whoever may read files may read those of the one directory. That is the tool's own"
            + " guard, so HTTP says 200 and the tool says no.",
        "MCP " + McpSession.REVISION + ", \"Tools\", \"Error Handling\"");
    fails("no way out of the directory", "'..' is not allowed", "read_file", "path", "../secret");
  }

  /** Step 14. */
  void callWhatIsNotThere() {
    transcript.step(
        "A tool that does not exist",
        "That is no question of rights. The filter knows which tools there are, and answers as the"
            + " server would; the call is not handed on.",
        "MCP " + McpSession.REVISION + ", \"Tools\", \"Error Handling\"");
    session.refusedCall(
        McpSession.tool("format_disk"),
        expect -> {
          expect.status(200);
          int code = expect.json().path("error").path("code").intValue(0);
          expect.equal("invalid params, as JSON-RPC calls it", -32602, code);
        });
  }

  /** Step 20. */
  void sayGoodbye() {
    transcript.step(
        "Good-bye",
        "The client ends its session.",
        "MCP " + McpSession.REVISION + ", \"Transports\", \"Session Management\"");
    session.end();
  }

  private JsonNode write() {
    return McpSession.tool("write_file", "path", newFile, "content", NEW_TEXT);
  }

  private void fails(String what, String text, String tool, String... arguments) {
    session.call(
        "tools/call",
        McpSession.tool(tool, arguments),
        (expect, result) -> {
          expect.equal("a tool error", true, result.path("isError").booleanValue(false));
          expect.contains(what, text, McpSession.content(result));
        });
  }
}
