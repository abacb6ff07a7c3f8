package io.mcpauth.authserver;

import io.mcpauth.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metadata documents as clients publish them. */
final class Documents {
  private Documents() {}

  static Map<String, @Nullable Object> minimal(String clientId) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("client_id", clientId);
    document.put("client_name", "Example Client");
    document.put("redirect_uris", List.of("http://127.0.0.1:3000/callback"));
    return document;
  }

  static String named(String clientId, String name) {
    Map<String, @Nullable Object> document = minimal(clientId);
    document.put("client_name", name);
    return json(document);
  }

  static String json(Map<String, @Nullable Object> document) {
    return new String(Json.write(document), StandardCharsets.UTF_8);
  }
}
