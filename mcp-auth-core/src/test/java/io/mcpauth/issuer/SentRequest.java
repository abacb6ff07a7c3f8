package io.mcpauth.issuer;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as a test sends it. */
final class SentRequest implements OAuthRequest {
  private final String method;
  private final String path;
  private final @Nullable String query;
  private final byte[] body;
  private final Map<String, List<String>> headers = new LinkedHashMap<>();
  private @Nullable String from = "127.0.0.1";

  private SentRequest(String method, String path, @Nullable String query, byte[] body) {
    this.method = method;
    this.path = path;
    this.query = query;
    this.body = body;
  }

  static SentRequest of(String method, String path, @Nullable String query) {
    return new SentRequest(method, path, query, new byte[0]);
  }

  /** A form; the names and values alternate. */
  static SentRequest post(String path, String... form) {
    return posted(path, encoded(form));
  }

  /** A form, letter by letter. */
  static SentRequest posted(String path, String form) {
    return new SentRequest("POST", path, null, form.getBytes(StandardCharsets.UTF_8))
        .with("Content-Type", "application/x-www-form-urlencoded");
  }

  static String encoded(String... pairs) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pairs.length; i += 2) {
      text.append(text.isEmpty() ? "" : "&")
          .append(URLEncoder.encode(pairs[i], StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(pairs[i + 1], StandardCharsets.UTF_8));
    }
    return text.toString();
  }

  SentRequest with(String header, String line) {
    headers.computeIfAbsent(header.toLowerCase(Locale.ROOT), name -> new ArrayList<>()).add(line);
    return this;
  }

  SentRequest without(String header) {
    headers.remove(header.toLowerCase(Locale.ROOT));
    return this;
  }

  SentRequest from(String address) {
    from = address;
    return this;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String query() {
    return query;
  }

  @Override
  public List<String> headers(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  @Override
  public @Nullable String remoteAddress() {
    return from;
  }

  @Override
  public byte[] body(int mostBytes) {
    return body.clone();
  }
}
