package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.TokenSet;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The client's side of MCP 2025-11-25 over Streamable HTTP: one POST for each message. */
final class McpSession {
  static final String REVISION = "2025-11-25";

  private final Conversation conversation;
  private final URI endpoint;
  private String accessToken = "";
  private String sessionId = "";
  private int lastId;

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
    ObjectNode parameters = object().put("protocolVersion", REVISION);
    parameters.putObject("capabilities");
    parameters.putObject("clientInfo").put("name", "walk-through").put("version", "1");
    Answer answer =
        call(
            "initialize",
            parameters,
            (expect, result) -> {
              expect.equal("the revision", REVISION, expect.text(result, "protocolVersion"));
              expect.equal(
                  "the server's name",
                  "file-tools",
                  expect.text(result.path("serverInfo"), "name"));
              expect.that("a session id", !expect.header("Mcp-Session-Id").isEmpty());
            });
    sessionId = answer.header("Mcp-Session-Id");
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
    lastId++;
    return message(
        object()
            .put("jsonrpc", "2.0")
            .put("id", lastId)
            .put("method", method)
            .set("params", parameters));
  }

  /** Sends a request and has its result checked. */
  Answer call(String method, JsonNode parameters, ResultCheck check) {
    Request request = request(method, parameters);
    int id = lastId;
    return conversation.exchange(
        request,
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
    conversation.exchange(
        message(object().put("jsonrpc", "2.0").put("method", method)),
        expect -> expect.status(202));
  }

  /** Sends a tool call that is to be refused. */
  Answer refusedCall(JsonNode parameters, Consumer<Expect> checks) {
    return conversation.exchange(request("tools/call", parameters), checks);
  }

  /** Says that the session is over. */
  void end() {
    conversation.exchange(
        withSession(new Request("DELETE", endpoint, List.of(), null)),
        expect -> expect.status(200));
  }

  private Request message(JsonNode message) {
    Request request =
        Request.post(endpoint, "application/json", message.toString())
            .with("Accept", "application/json, text/event-stream");
    return withSession(request);
  }

  private Request withSession(Request request) {
    Request complete = request.with("MCP-Protocol-Version", REVISION);
    complete = sessionId.isEmpty() ? complete : complete.with("Mcp-Session-Id", sessionId);
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
