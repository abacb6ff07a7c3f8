package io.mcpauth.examples.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client says to one MCP server: its messages and the headers that go with them, with a
 * handshake and a session up to 2025-11-25, each for itself from 2026-07-28 on. Sends nothing.
 */
public final class McpMessages {
  private static final String META = "io.modelcontextprotocol/";

  /** What a header can carry as it is (2026-07-28, transports, "Standard Request Headers"). */
  private static final Pattern PLAIN = Pattern.compile("[!-~]([ -~]*[!-~])?");

  private final String clientName;
  private Revision revision;
  private String sessionId = "";
  private int lastId;

  /**
   * Without a session yet.
   *
   * @param clientName what the client calls itself
   * @param revision the revision to speak
   */
  public McpMessages(String clientName, Revision revision) {
    this.clientName = clientName;
    this.revision = revision;
  }

  /** The parameters of {@code initialize}, which ask for this revision. */
  public ObjectNode hello() {
    ObjectNode parameters = Messages.object().put("protocolVersion", revision.date());
    parameters.putObject("capabilities");
    parameters.set("clientInfo", clientInfo());
    return parameters;
  }

  /** Uses what the server answered to {@code initialize}; an empty id is no session. */
  public void agreed(Revision revision, String sessionId) {
    this.revision = revision;
    this.sessionId = sessionId;
  }

  /** A request with an id of its own, which is its member {@code id}. */
  public ObjectNode request(String method, JsonNode parameters) {
    return message(method, parameters).put("id", ++lastId);
  }

  /** A notification, which has no response. */
  public ObjectNode notification(String method) {
    return message(method, Messages.object());
  }

  /** The headers that a message is posted with; the session id is a secret. */
  public Map<String, String> headers(JsonNode message) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("Accept", "application/json, text/event-stream");
    headers.putAll(sessionHeaders());
    if (revision.isStateless()) {
      headers.put("Mcp-Method", message.path("method").stringValue(""));
      JsonNode name = message.path("params").path("name");
      if (!name.isMissingNode()) {
        headers.put("Mcp-Name", headerValue(name.stringValue("")));
      }
    }
    return headers;
  }

  /** The headers of a request without a message, such as the one that ends the session. */
  public Map<String, String> sessionHeaders() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("MCP-Protocol-Version", revision.date());
    if (!sessionId.isEmpty()) {
      headers.put("Mcp-Session-Id", sessionId);
    }
    return headers;
  }

  Revision revision() {
    return revision;
  }

  boolean hasSession() {
    return !sessionId.isEmpty();
  }

  private ObjectNode message(String method, JsonNode parameters) {
    ObjectNode complete = Messages.object();
    parameters.properties().forEach(member -> complete.set(member.getKey(), member.getValue()));
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

  static String headerValue(String text) {
    return PLAIN.matcher(text).matches() && !text.startsWith("=?base64?")
        ? text
        : "=?base64?"
            + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
            + "?=";
  }

  private ObjectNode clientInfo() {
    return Messages.object().put("name", clientName).put("version", "1");
  }

  /** Holds the session id. */
  @Override
  public String toString() {
    return "McpMessages[" + revision + "]";
  }
}
