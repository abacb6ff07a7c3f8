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
  /**
   * RFC 9110 section 5.6.6: a semicolon may stand without a parameter. {@code utf8} is no
   * registered name (RFC 9110 section 8.3.2) and can mean nothing else.
   */
  private static final Pattern JSON =
      Pattern.compile(
          "application/json[ \\t]*(?:;[; \\t]*"
              + "(?:charset=(?:utf-?8|\"utf-?8\")[ \\t]*(?:;[; \\t]*)?)?)?");

  private BodyRules() {}

  /** A POST: JSON in UTF-8 (RFC 8259 section 8.1), without a content coding. */
  static void requireJson(AccessRequest request) {
    if (!isJson(request)) {
      throw new AuthException(
          ReasonCode.CONTENT_NOT_ACCEPTED,
          Map.of("content-type", request.headers("Content-Type").toString()));
    }
    List<String> encodings = request.headers("Content-Encoding");
    if (!encodings.isEmpty()) {
      throw new AuthException(
          ReasonCode.CONTENT_NOT_ACCEPTED, Map.of("content-encoding", encodings.toString()));
    }
  }

  /** Whether a request says so of its body: one type, and nothing beside it but UTF-8. */
  static boolean isJson(AccessRequest request) {
    List<String> types = request.headers("Content-Type");
    return types.size() == 1 && isJson(types.get(0));
  }

  /** What nearly every client sends needs no pattern. */
  private static boolean isJson(String type) {
    return type.equals("application/json")
        || JSON.matcher(type.toLowerCase(Locale.ROOT).strip()).matches();
  }

  /**
   * Any other method: no body, because none is judged. A length says that there is one; a transfer
   * coding does not, since what is coded may be empty (RFC 9112 section 6.3), and proxies add one.
   */
  static void requireNone(AccessRequest request) {
    List<String> lengths = request.headers("Content-Length");
    if (!lengths.isEmpty() && !(lengths.size() == 1 && lengths.get(0).strip().equals("0"))) {
      throw bodyWith(request);
    }
  }

  /** Bytes tell, not headers: what is announced may be empty, and what is not may come. */
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
