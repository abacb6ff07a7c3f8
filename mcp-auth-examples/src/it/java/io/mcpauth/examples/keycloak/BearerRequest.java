package io.mcpauth.examples.keycloak;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A call of {@code list_files} with a token. */
record BearerRequest(String token) implements AccessRequest {
  @Override
  public String method() {
    return "POST";
  }

  @Override
  public List<String> headers(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "authorization" -> List.of("Bearer " + token);
      case "content-type" -> List.of("application/json");
      default -> List.of();
    };
  }

  @Override
  public @Nullable String query() {
    return null;
  }

  @Override
  public byte[] body(BodyReader reader) {
    return """
    {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_files"}}\
    """
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "BearerRequest"; // a failed assertion prints no token
  }
}
