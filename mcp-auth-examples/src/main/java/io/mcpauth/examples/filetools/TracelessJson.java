package io.mcpauth.examples.filetools;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpError;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * JSON of the MCP SDK, except that an error is written as a JSON-RPC error.
 *
 * <p>The transport of SDK 2.1.0 hands the exception itself to the mapper, which writes its fields:
 * every 400, 404 and 415 would carry a stack trace.
 */
final class TracelessJson implements McpJsonMapper {

  private final McpJsonMapper json;

  TracelessJson(McpJsonMapper json) {
    this.json = json;
  }

  private static Object traceless(Object value) {
    // JSON-RPC 2.0 section 5; the transport no longer knows the id, so there is none.
    if (!(value instanceof McpError error)) {
      return value;
    }
    // What follows the colon is the message of an exception and names classes.
    String message = String.valueOf(error.getMessage()).split(": ", 2)[0];
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("code", error.getJsonRpcError().code());
    shown.put("message", message);
    return Map.of("jsonrpc", "2.0", "error", shown);
  }

  @Override
  public String writeValueAsString(Object value) throws IOException {
    return json.writeValueAsString(traceless(value));
  }

  @Override
  public byte[] writeValueAsBytes(Object value) throws IOException {
    return json.writeValueAsBytes(traceless(value));
  }

  @Override
  public <T> T readValue(String content, Class<T> type) throws IOException {
    return json.readValue(content, type);
  }

  @Override
  public <T> T readValue(byte[] content, Class<T> type) throws IOException {
    return json.readValue(content, type);
  }

  @Override
  public <T> T readValue(String content, TypeRef<T> type) throws IOException {
    return json.readValue(content, type);
  }

  @Override
  public <T> T readValue(byte[] content, TypeRef<T> type) throws IOException {
    return json.readValue(content, type);
  }

  @Override
  public <T> T convertValue(Object from, Class<T> type) {
    return json.convertValue(from, type);
  }

  @Override
  public <T> T convertValue(Object from, TypeRef<T> type) {
    return json.convertValue(from, type);
  }
}
