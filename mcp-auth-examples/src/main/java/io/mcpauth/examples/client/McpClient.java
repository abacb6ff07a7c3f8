package io.mcpauth.examples.client;

import io.mcpauth.examples.client.ClientSettings.Call;
import java.io.PrintStream;
import java.time.Clock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Lists the tools of an MCP server, calls one, and prints what comes of it. */
final class McpClient {
  private final ClientSettings settings;
  private final UserAgent userAgent;
  private final Clock clock;
  private final PrintStream out;

  McpClient(ClientSettings settings, UserAgent userAgent, Clock clock, PrintStream out) {
    this.settings = settings;
    this.userAgent = userAgent;
    this.clock = clock;
    this.out = out;
  }

  /**
   * Does it all.
   *
   * @return whether the tool, if one was called, did what it was to do
   */
  boolean run() throws ClientFailure {
    try (Authorization authorization = new Authorization(settings, userAgent, clock);
        McpConnection connection =
            new McpConnection(
                new AuthorizedHttp(settings.url(), authorization), settings.revision())) {
      connection.open();
      JsonNode tools = connection.request("tools/list", Messages.object()).path("tools");
      Call call = settings.call();
      if (call != null) {
        return called(connection, call);
      }
      tools.forEach(tool -> out.println(printable(tool.path("name").stringValue(""))));
      return true;
    }
  }

  private boolean called(McpConnection connection, Call call) throws ClientFailure {
    ObjectNode parameters = Messages.object().put("name", call.tool());
    parameters.set("arguments", arguments(call));
    JsonNode result = connection.request("tools/call", parameters);
    for (JsonNode content : result.path("content")) {
      String type = content.path("type").stringValue("");
      out.println(
          printable(type.equals("text") ? content.path("text").stringValue("") : "[" + type + "]"));
    }
    return !result.path("isError").booleanValue(false);
  }

  private static JsonNode arguments(Call call) throws ClientFailure {
    JsonNode arguments = Messages.parse(call.arguments());
    if (!arguments.isObject()) {
      throw new ClientFailure("The arguments of the tool are no JSON object.");
    }
    return arguments;
  }

  /** A server's words must not move the cursor or change the terminal. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}&&[^\\n\\t]]", "\uFFFD");
  }
}
