package io.mcpauth.bench;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of 300 bytes with the headers that clients send, read as an adapter reads it. */
final class Call implements AccessRequest {
  static final byte[] BODY =
      """
      {"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"get_weather",\
      "arguments":{"city":"Zurich","units":"metric","days":5,"hourly":true,\
      "fields":["temperature","wind","rain"],"note":"%s"}}}\
      """
          .formatted("t".repeat(114))
          .getBytes(StandardCharsets.UTF_8);

  private static final List<String> HOST = List.of("mcp.example.com");
  private static final List<String> JSON = List.of("application/json");
  private static final List<String> ACCEPT = List.of("application/json, text/event-stream");
  private static final List<String> REVISION = List.of("2025-06-18");

  private final List<String> authorization;

  Call(String token) {
    authorization = List.of("Bearer " + token);
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  public List<String> headers(String name) {
    return switch (name) {
      case "Host" -> HOST;
      case "Authorization" -> authorization;
      case "Content-Type" -> JSON;
      case "Accept" -> ACCEPT;
      case "MCP-Protocol-Version" -> REVISION;
      default -> List.of();
    };
  }

  @Override
  public @Nullable String query() {
    return null;
  }

  @Override
  public byte[] body(BodyReader reader) throws IOException {
    return reader.read(new ByteArrayInputStream(BODY), BODY.length, 1 << 20);
  }
}
