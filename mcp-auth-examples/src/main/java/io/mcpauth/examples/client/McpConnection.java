package io.mcpauth.examples.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One MCP server over Streamable HTTP: with a handshake and a session up to 2025-11-25, each
 * request for itself from 2026-07-28 on.
 */
final class McpConnection implements AutoCloseable {
  private static final String META = "io.modelcontextprotocol/";

  /** What a header can carry as it is (2026-07-28, transports, "Standard Request Headers"). */
  private static final Pattern PLAIN = Pattern.compile("[!-~]([ -~]*[!-~])?");

  private final AuthorizedHttp http;
  private Revision revision;
  private String sessionId = "";
  private int lastId;

  McpConnection(AuthorizedHttp http, Revision revision) {
    this.http = http;
    this.revision = revision;
  }

  /** Says hello. */
  void open() throws ClientFailure {
    if (revision.isStateless()) {
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
    if (!sessionId.isEmpty()) {
      try {
        http.end(headers("", Messages.object()));
      } catch (ClientFailure e) {
        // The server ends it by itself.
      }
    }
  }

  private void discover() throws ClientFailure {
    JsonNode result = request("server/discover", Messages.object());
    for (JsonNode version : result.path("supportedVersions")) {
      if (version.stringValue("").equals(revision.date())) {
        return;
      }
    }
    throw new ClientFailure("The MCP server does not speak " + revision + ".");
  }

  private void initialize() throws ClientFailure {
    ObjectNode parameters = Messages.object().put("protocolVersion", revision.date());
    parameters.putObject("capabilities");
    parameters.set("clientInfo", clientInfo());
    Exchange exchange = exchange("initialize", parameters);
    JsonNode result = result("initialize", exchange);
    String version = result.path("protocolVersion").stringValue("");
    Revision chosen = Revision.of(version);
    if (chosen == null || chosen.isStateless()) {
      throw new ClientFailure("The MCP server answers with revision '" + version + "'.");
    }
    revision = chosen;
    sessionId = exchange.sessionId();
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
    int id = ++lastId;
    ObjectNode message = message(method, parameters).put("id", id);
    String operation = operation(method, parameters);
    try (Answer answer = http.send(operation, headers(method, parameters), message.toString())) {
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
    ObjectNode parameters = Messages.object();
    String message = message(method, parameters).toString();
    http.send(method, headers(method, parameters), message).close();
  }

  private ObjectNode message(String method, ObjectNode parameters) {
    ObjectNode complete = parameters.deepCopy();
    if (revision.isStateless()) {
      ObjectNode meta = complete.putObject("_meta");
      meta.put(META + "protocolVersion", revision.date());
      meta.set(META + "clientInfo", clientInfo());
      meta.putObject(META + "clientCapabilities");
    }
    ObjectNode message = Messages.object().put("jsonrpc", "2.0").put("method", method);
    message.set("params", complete);
    return message;
  }

  private Map<String, String> headers(String method, ObjectNode parameters) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Accept", "application/json, text/event-stream");
    headers.put("MCP-Protocol-Version", revision.date());
    if (!sessionId.isEmpty()) {
      headers.put("Mcp-Session-Id", sessionId);
    }
    if (revision.isStateless()) {
      headers.put("Mcp-Method", method);
      if (parameters.has("name")) {
        headers.put("Mcp-Name", headerValue(parameters.path("name").stringValue("")));
      }
    }
    return headers;
  }

  static String headerValue(String text) {
    return PLAIN.matcher(text).matches() && !text.startsWith("=?base64?")
        ? text
        : "=?base64?"
            + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
            + "?=";
  }

  private static String operation(String method, ObjectNode parameters) {
    return (method + " " + parameters.path("name").stringValue("")).strip();
  }

  private static ObjectNode clientInfo() {
    return Messages.object().put("name", "mcp-auth-client").put("version", "1");
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
