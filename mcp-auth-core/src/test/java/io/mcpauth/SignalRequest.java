package io.mcpauth;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request with a signal, whose body is read within the limits. */
final class SignalRequest implements AccessRequest {
  private final String method;
  private final byte[] body;
  private final Map<String, List<String>> headers = new TreeMap<>();
  private boolean announced = true;
  private boolean read;

  private SignalRequest(String method, String body) {
    this.method = method;
    this.body = body.getBytes(StandardCharsets.UTF_8);
  }

  static SignalRequest of(String method, String body) {
    return new SignalRequest(method, body);
  }

  static SignalRequest logout(String token) {
    return form("logout_token=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
  }

  static SignalRequest form(String body) {
    return new SignalRequest("POST", body)
        .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
  }

  static SignalRequest event(String token) {
    return new SignalRequest("POST", token)
        .header("Content-Type", "application/secevent+jwt")
        .header("Accept", "application/json");
  }

  SignalRequest header(String name, String value) {
    headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>()).add(value);
    return this;
  }

  SignalRequest without(String name) {
    headers.remove(name.toLowerCase(Locale.ROOT));
    return this;
  }

  /** As in a chunked body. */
  SignalRequest unannounced() {
    announced = false;
    return this;
  }

  boolean wasRead() {
    return read;
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
    return null;
  }

  @Override
  public byte[] body(BodyReader reader) throws IOException {
    read = true;
    return reader.read(
        new ByteArrayInputStream(body),
        announced ? body.length : -1,
        ResourceServer.MOST_SIGNAL_BYTES);
  }
}
