package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.TokenSet;
import io.mcpauth.examples.client.McpMessages;
import io.mcpauth.examples.client.Revision;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The client's side of MCP 2025-11-25 over Streamable HTTP: one POST for each message. */
final class McpSession {
  static final String REVISION = Revision.R2025_11_25.date();

  private final McpMessages messages = new McpMessages("walk-through", Revision.R2025_11_25);

  private final Conversation conversation;
  private final URI endpoint;
  private String accessToken = "";

  McpSession(Conversation conversation, URI endpoint) {
    this.conversation = conversation;
    this.endpoint = endpoint;
  }

  /** Uses this access token from now on. */
  void authorize(TokenSet tokens) {
    accessToken = tokens.accessToken().value();
  }

  /** Says hello, and uses the session that the server opens. */
  void open() {
    Answer answer =
        call(
            "initialize",
            messages.hello(),
            (expect, result) -> {
              expect.equal("the revision", REVISION, expect.text(result, "protocolVersion"));
              expect.equal(
                  "the server's name",
                  "file-tools",
                  expect.text(result.path("serverInfo"), "name"));
              expect.that("a session id", !expect.header("Mcp-Session-Id").isEmpty());
            });
    messages.agreed(Revision.R2025_11_25, answer.header("Mcp-Session-Id"));
    tell("notifications/initialized");
  }

  /** Asks which tools there are; these and no others. */
  void listTools(String words, List<String> expected) {
    call(
        "tools/list",
        object(),
        (expect, result) -> {
          List<String> names = new ArrayList<>();
          result.path("tools").forEach(tool -> names.add(tool.path("name").stringValue("")));
          expect.sameSet(words, expected, names);
        });
  }

  /** Calls a tool, whose answer is to have a text. */
  void succeeds(String words, String text, String tool, String... arguments) {
    call(
        "tools/call",
        tool(tool, arguments),
        (expect, result) -> {
          expect.equal("no tool error", false, result.path("isError").booleanValue(false));
          expect.contains(words, text, content(result));
        });
  }

  /** The text of a tool's result. */
  static String content(JsonNode result) {
    return result.path("content").path(0).path("text").stringValue("");
  }

  /** The parameters of a tool call: names and values of its arguments in turn. */
  static ObjectNode tool(String name, String... arguments) {
    ObjectNode parameters = object().put("name", name);
    ObjectNode values = parameters.putObject("arguments");
    for (int i = 0; i < arguments.length; i += 2) {
      values.put(arguments[i], arguments[i + 1]);
    }
    return parameters;
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A JSON-RPC request as it would be sent now. */
  Request request(String method, JsonNode parameters) {
    return post(messages.request(method, parameters));
  }

  /** Sends a request and has its result checked. */
  Answer call(String method, JsonNode parameters, ResultCheck check) {
    ObjectNode message = messages.request(method, parameters);
    int id = message.path("id").intValue(0);
    return conversation.exchange(
        post(message),
        expect -> {
          expect.status(200);
          JsonNode response = expect.json();
          expect.equal("the id of the request", id, response.path("id").intValue(-1));
          expect.that("a result", response.path("result").isObject());
          check.accept(expect, response.path("result"));
        });
  }

  /** Sends a notification, which has no answer but a status. */
  void tell(String method) {
    conversation.exchange(post(messages.notification(method)), expect -> expect.status(202));
  }

  /** Sends a tool call that is to be refused. */
  Answer refusedCall(JsonNode parameters, Consumer<Expect> checks) {
    return conversation.exchange(request("tools/call", parameters), checks);
  }

  /** Says that the session is over. */
  void end() {
    conversation.exchange(
        with(new Request("DELETE", endpoint, List.of(), null), messages.sessionHeaders()),
        expect -> expect.status(200));
  }

  private Request post(JsonNode message) {
    Request request = new Request("POST", endpoint, List.of(), message.toString());
    return with(request, messages.headers(message));
  }

  private Request with(Request request, Map<String, String> headers) {
    Request complete = request;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      complete = complete.with(header.getKey(), header.getValue());
    }
    return accessToken.isEmpty()
        ? complete
        : complete.with("Authorization", "Bearer " + accessToken);
  }

  /** The checks of a JSON-RPC result. */
  @FunctionalInterface
  interface ResultCheck {
    void accept(Expect expect, JsonNode result);
  }
}
