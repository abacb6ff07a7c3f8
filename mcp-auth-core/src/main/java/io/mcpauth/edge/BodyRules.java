package io.mcpauth.edge;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the headers must say of a body before it is read: anything that could make the server behind
 * read other characters than were judged is refused.
 */
final class BodyRules {
  private static final Pattern JSON =
      Pattern.compile("application/json[ \\t]*(;[ \\t]*charset=(\"utf-8\"|utf-8)[ \\t]*)?");

  private BodyRules() {}

  /** A POST: JSON in UTF-8 (RFC 8259 section 8.1), without a content coding. */
  static void requireJson(AccessRequest request) {
    List<String> types = request.headers("Content-Type");
    if (types.size() != 1 || !isJson(types.get(0))) {
      throw new AuthException(
          ReasonCode.CONTENT_NOT_ACCEPTED, Map.of("content-type", types.toString()));
    }
    List<String> encodings = request.headers("Content-Encoding");
    if (!encodings.isEmpty()) {
      throw new AuthException(
          ReasonCode.CONTENT_NOT_ACCEPTED, Map.of("content-encoding", encodings.toString()));
    }
  }

  /** What nearly every client sends needs no pattern. */
  private static boolean isJson(String type) {
    return type.equals("application/json")
        || JSON.matcher(type.toLowerCase(Locale.ROOT).strip()).matches();
  }

  /** Any other method: no body, because none is judged. */
  static void requireNone(AccessRequest request) {
    List<String> lengths = request.headers("Content-Length");
    boolean empty =
        lengths.isEmpty() || (lengths.size() == 1 && lengths.get(0).strip().equals("0"));
    if (!empty || !request.headers("Transfer-Encoding").isEmpty()) {
      throw bodyWith(request);
    }
  }

  /** That it is not announced does not mean that none comes. */
  static void requireEmpty(AccessRequest request, BodyReader reader) throws IOException {
    reader.expectNone();
    if (request.body(reader).length > 0) {
      throw bodyWith(request);
    }
  }

  private static AuthException bodyWith(AccessRequest request) {
    return new AuthException(
        ReasonCode.BODY_UNREADABLE, Map.of("problem", "a body with " + request.method()));
  }
}
