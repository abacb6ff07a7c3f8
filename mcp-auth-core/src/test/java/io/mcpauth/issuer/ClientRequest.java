package io.mcpauth.issuer;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A POST of a client. */
record ClientRequest(
    String path, Map<String, List<String>> all, String content, @Nullable String peer)
    implements OAuthRequest {
  /** With a form, of names and values in turn. */
  static ClientRequest form(String path, String... pairs) {
    StringBuilder content = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      content
          .append(i == 0 ? "" : "&")
          .append(encoded(pairs[i]))
          .append('=')
          .append(encoded(pairs[i + 1]));
    }
    return new ClientRequest(path, Map.of(), content.toString(), "192.0.2.7")
        .with("Content-Type", "application/x-www-form-urlencoded");
  }

  static ClientRequest json(String path, String content) {
    return new ClientRequest(path, Map.of(), content, "192.0.2.7")
        .with("Content-Type", "application/json");
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The same with other lines of a header. */
  ClientRequest with(String header, String... lines) {
    Map<String, List<String>> more = new LinkedHashMap<>(all);
    more.put(header, List.of(lines));
    return new ClientRequest(path, more, content, peer);
  }

  ClientRequest from(@Nullable String address) {
    return new ClientRequest(path, all, content, address);
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  public @Nullable String query() {
    return null;
  }

  @Override
  public List<String> headers(String name) {
    return all.getOrDefault(name, List.of());
  }

  @Override
  public @Nullable String remoteAddress() {
    return peer;
  }

  @Override
  public byte[] body(int mostBytes) {
    return content.getBytes(StandardCharsets.UTF_8);
  }
}
