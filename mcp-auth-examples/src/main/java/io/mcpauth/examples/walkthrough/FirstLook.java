package io.mcpauth.examples.walkthrough;

import java.util.List;

/** Step 1: what is open to everybody. */
final class FirstLook {
  private final Transcript transcript;
  private final McpSession session;

  FirstLook(Transcript transcript, McpSession session) {
    this.transcript = transcript;
    this.session = session;
  }

  void run() {
    transcript.step(
        "A look around without a token",
        "Nobody has logged in. The server was started with FILE_TOOLS_ANONYMOUS_ABOUT=true: one"
            + " tool is open to everybody, so the handshake and the list are too. The list names"
            + " what a login could reach.",
        "MCP " + McpSession.REVISION + ", \"Lifecycle\", \"Transports\" and \"Tools\"");
    session.open();
    transcript.say("Which tools are there?");
    session.listTools(
        "about and the four for files",
        List.of("about", "list_files", "read_file", "write_file", "delete_file"));
    transcript.say("about:");
    session.succeeds("how much of it needs a login", "4 need a login", "about");
  }
}
