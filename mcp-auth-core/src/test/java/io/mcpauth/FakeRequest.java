package io.mcpauth;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request that a test writes down. */
final class FakeRequest implements AccessRequest {
  private final String method;
  private final byte[] body;
  private final Map<String, List<String>> headers = new TreeMap<>();
  private @Nullable String query;

  private FakeRequest(String method, byte[] body) {
    this.method = method;
    this.body = body;
  }

  static FakeRequest get() {
    return new FakeRequest("GET", new byte[0]);
  }

  static FakeRequest post(String body) {
    return new FakeRequest("POST", body.getBytes(StandardCharsets.UTF_8))
        .header("Content-Type", "application/json");
  }

  static FakeRequest toolCall(String tool) {
    return post(
        """
        {"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"%s"}}\
        """
            .formatted(tool));
  }

  FakeRequest header(String name, String value) {
    headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>()).add(value);
    return this;
  }

  FakeRequest bearer(String token) {
    return header("Authorization", "Bearer " + token);
  }

  FakeRequest query(String raw) {
    query = raw;
    return this;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  @Override
  public @Nullable String query() {
    return query;
  }

  @Override
  public byte[] body(BodyReader reader) {
    return body.clone();
  }
}
