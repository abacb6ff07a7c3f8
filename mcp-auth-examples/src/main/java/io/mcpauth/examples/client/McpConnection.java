package io.mcpauth.examples.client;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One MCP server over Streamable HTTP: with a handshake and a session up to 2025-11-25, each
 * request for itself from 2026-07-28 on.
 */
final class McpConnection implements AutoCloseable {
  private final AuthorizedHttp http;
  private final McpMessages messages;

  McpConnection(AuthorizedHttp http, Revision revision) {
    this.http = http;
    this.messages = new McpMessages("mcp-auth-client", revision);
  }

  /** Says hello. */
  void open() throws ClientFailure {
    if (messages.revision().isStateless()) {
      discover();
    } else {
      initialize();
    }
  }

  /** The result of a request. */
  JsonNode request(String method, ObjectNode parameters) throws ClientFailure {
    return result(operation(method, parameters), exchange(method, parameters));
  }

  /** Says that the session is over, where there is one; a server may not want to know. */
  @Override
  public void close() {
    if (messages.hasSession()) {
      try {
        http.end(messages.sessionHeaders());
      } catch (ClientFailure e) {
        // The server ends it by itself.
      }
    }
  }

  private void discover() throws ClientFailure {
    Revision revision = messages.revision();
    JsonNode result = request("server/discover", Messages.object());
    for (JsonNode version : result.path("supportedVersions")) {
      if (version.stringValue("").equals(revision.date())) {
        return;
      }
    }
    throw new ClientFailure("The MCP server does not speak " + revision + ".");
  }

  private void initialize() throws ClientFailure {
    Exchange exchange = exchange("initialize", messages.hello());
    JsonNode result = result("initialize", exchange);
    String version = result.path("protocolVersion").stringValue("");
    Revision chosen = Revision.of(version);
    if (chosen == null || chosen.isStateless()) {
      throw new ClientFailure("The MCP server answers with revision '" + version + "'.");
    }
    messages.agreed(chosen, exchange.sessionId());
    notification("notifications/initialized");
  }

  /** A response, and the session that came with it. */
  private record Exchange(JsonNode response, String sessionId) {
    @Override
    public String toString() {
      return "Exchange";
    }
  }

  private Exchange exchange(String method, ObjectNode parameters) throws ClientFailure {
    ObjectNode message = messages.request(method, parameters);
    int id = message.path("id").intValue(0);
    String operation = operation(method, parameters);
    try (Answer answer = http.send(operation, messages.headers(message), message.toString())) {
      // 2026-07-28 answers JSON-RPC errors with a 400 or 404, whose body says more.
      boolean readable = answer.status() == 200 || answer.type().equals("application/json");
      if (!readable) {
        throw new ClientFailure(operation + ": the MCP server answers " + answer.status() + ".");
      }
      return new Exchange(
          Messages.response(answer, id), answer.headers().firstValue("Mcp-Session-Id").orElse(""));
    }
  }

  private void notification(String method) throws ClientFailure {
    ObjectNode message = messages.notification(method);
    http.send(method, messages.headers(message), message.toString()).close();
  }

  private static String operation(String method, ObjectNode parameters) {
    return (method + " " + parameters.path("name").stringValue("")).strip();
  }

  private static JsonNode result(String operation, Exchange exchange) throws ClientFailure {
    JsonNode error = exchange.response().path("error");
    if (error.isObject()) {
      throw new ClientFailure(
          operation
              + ": error "
              + error.path("code").intValue(0)
              + ", "
              + error.path("message").stringValue(""));
    }
    JsonNode result = exchange.response().path("result");
    // 2026-07-28, "Multi Round-Trip Requests": it declared no capability that could be asked for.
    if (!result.path("resultType").stringValue("complete").equals("complete")) {
      throw new ClientFailure(operation + ": the server asks back, which this client cannot.");
    }
    return result;
  }
}
