package io.mcpauth.examples.walkthrough;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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

  /** Step 7. */
  void initialize() {
    transcript.step(
        "Hello",
        "With the token, the same endpoint opens an MCP session.",
        "RFC 6750 section 2.1; MCP " + McpSession.REVISION + ", \"Lifecycle\" and \"Transports\"");
    ObjectNode parameters = McpSession.object().put("protocolVersion", McpSession.REVISION);
    parameters.putObject("capabilities");
    parameters.putObject("clientInfo").put("name", "walk-through").put("version", "1");
    Answer answer =
        session.call(
            "initialize",
            parameters,
            (expect, result) -> {
              expect.equal(
                  "the revision", McpSession.REVISION, expect.text(result, "protocolVersion"));
              expect.equal(
                  "the server's name",
                  "file-tools",
                  expect.text(result.path("serverInfo"), "name"));
              expect.that("a session id", !expect.header("Mcp-Session-Id").isEmpty());
            });
    session.join(answer);
    session.tell("notifications/initialized");
  }

  /** Step 8. */
  void listTools() {
    transcript.step(
        "Which tools are there?",
        "All four are named, also the two that this token does not reach.",
        "MCP " + McpSession.REVISION + ", \"Tools\"");
    session.call(
        "tools/list",
        McpSession.object(),
        (expect, result) -> {
          List<String> names = new ArrayList<>();
          result.path("tools").forEach(tool -> names.add(tool.path("name").stringValue("")));
          expect.sameSet(
              "list_files, read_file, write_file, delete_file",
              List.of("list_files", "read_file", "write_file", "delete_file"),
              names);
        });
  }

  /** Step 9. */
  void look() {
    transcript.step(
        "The tools that the token reaches",
        "list_files needs files:list, read_file needs files:read; the user allowed both.",
        "MCP authorization, \"Token Handling\"");
    transcript.say("list_files:");
    succeeds("the sample files", "README.txt", "list_files");
    transcript.say("read_file:");
    succeeds("the text of the file", "Welcome!", "read_file", "path", "README.txt");
  }

  /** Part of step 15. */
  void lookAgain() {
    transcript.say("The new access token at work:");
    succeeds("the sample files", "README.txt", "list_files");
  }

  /**
   * Step 10.
   *
   * @return the scopes of the challenge
   */
  Set<String> writeInVain() {
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
              expect.equal("insufficient_scope", "insufficient_scope", challenge.error());
              expect.that("files:write is asked for", challenge.scopes().contains("files:write"));
              expect.that(
                  "and nothing unheard of",
                  Set.of("files:list", "files:read", "files:write")
                      .containsAll(challenge.scopes()));
              expect.that(
                  "the address of the metadata again",
                  challenge.resourceMetadata().startsWith("http://"));
              expect.rpcError();
            });
    return new Expect(answer).challenge().scopes();
  }

  /** Step 12. */
  void writeReadDelete() {
    transcript.step(
        "The same call again",
        "With the new token, in the same session: write, read back, delete, and gone.",
        "MCP authorization, \"Step-Up Authorization Flow\"");
    transcript.say("write_file:");
    session.call(
        "tools/call", write(), (expect, result) -> success(expect, result, "created", "Created"));
    transcript.say("read_file:");
    succeeds("what was written", NEW_TEXT, "read_file", "path", newFile);
    transcript.say("delete_file:");
    succeeds("deleted", "Deleted", "delete_file", "path", newFile);
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

  /** Step 19. */
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

  private void succeeds(String what, String text, String tool, String... arguments) {
    session.call(
        "tools/call",
        McpSession.tool(tool, arguments),
        (expect, result) -> success(expect, result, what, text));
  }

  private static void success(Expect expect, JsonNode result, String what, String text) {
    expect.equal("no tool error", false, result.path("isError").booleanValue(false));
    expect.contains(what, text, content(result));
  }

  private void fails(String what, String text, String tool, String... arguments) {
    session.call(
        "tools/call",
        McpSession.tool(tool, arguments),
        (expect, result) -> {
          expect.equal("a tool error", true, result.path("isError").booleanValue(false));
          expect.contains(what, text, content(result));
        });
  }

  private static String content(JsonNode result) {
    return result.path("content").path(0).path("text").stringValue("");
  }
}
