package io.mcpauth.issuer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The complete HTTP answer of an {@link OAuthServer}, for the adapter to write.
 *
 * @param status the HTTP status; 0 where the {@link Login} has written the answer already
 * @param headers their lines, in a stable order
 * @param body the content, empty where there is none; for HEAD too, whose adapter leaves it out
 */
@SuppressWarnings("ArrayRecordComponent") // written once to one response, compared by nobody
public record OAuthAnswer(int status, Map<String, List<String>> headers, byte[] body) {
  /** What the {@link Login} has answered by itself. */
  static final OAuthAnswer WRITTEN = new OAuthAnswer(0, Map.of(), new byte[0]);

  /** Whether there is nothing left to write. */
  public boolean written() {
    return status == 0;
  }

  /** An answer that nobody keeps (RFC 6749 section 5.1), and whose kind nobody guesses. */
  static OAuthAnswer of(int status, String contentType, byte[] body) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put("Cache-Control", List.of("no-store"));
    headers.put("Content-Type", List.of(contentType));
    headers.put("X-Content-Type-Options", List.of("nosniff"));
    return new OAuthAnswer(status, headers, body);
  }

  static OAuthAnswer json(int status, byte[] body) {
    return of(status, "application/json", body);
  }

  static OAuthAnswer html(int status, String page) {
    return of(status, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
  }

  static OAuthAnswer empty(int status) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put("Cache-Control", List.of("no-store"));
    return new OAuthAnswer(status, headers, new byte[0]);
  }

  /** A redirect that turns a POST into a GET (RFC 9700 section 4.12). */
  static OAuthAnswer redirect(String location) {
    return empty(303).with("Location", location).with("Referrer-Policy", "no-referrer");
  }

  /** The same with one more line of a header. */
  OAuthAnswer with(String name, String line) {
    Map<String, List<String>> more = new LinkedHashMap<>(headers);
    List<String> lines = new ArrayList<>(more.getOrDefault(name, List.of()));
    lines.add(line);
    more.put(name, List.copyOf(lines));
    return new OAuthAnswer(status, more, body);
  }

  /** The same, which may be kept as long as is said. */
  OAuthAnswer cached(String directives) {
    Map<String, List<String>> more = new LinkedHashMap<>(headers);
    more.put("Cache-Control", List.of(directives));
    return new OAuthAnswer(status, more, body);
  }

  /** The status alone: the rest may hold a code or a token. */
  @Override
  public String toString() {
    return "OAuthAnswer[" + status + "]";
  }
}
