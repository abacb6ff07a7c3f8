package io.mcpauth.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where the body of a request ends (RFC 9112 section 6.3), as its header lines say it. Containers
 * refuse what can be read in two ways, or should: Open Liberty and Undertow take some of it for no
 * body, and what follows for a request that a proxy in front has never seen.
 *
 * <p>Does not check that a length and a coding are not both there, which they do.
 */
final class BodyLength {
  private static final byte[] ANSWER =
      "{\"error\":\"invalid_request\",\"message\":\"Where the body ends is not clear\"}"
          .getBytes(StandardCharsets.UTF_8);

  private BodyLength() {}

  /** Whether everybody reads the same of them: one number, or the one coding {@code chunked}. */
  static boolean isClear(HttpServletRequest request) {
    return isOneOrNone(request.getHeaders("Content-Length"), BodyLength::isNumber)
        && isOneOrNone(request.getHeaders("Transfer-Encoding"), "chunked"::equalsIgnoreCase);
  }

  /** Null where the container keeps them to itself. */
  private static boolean isOneOrNone(
      @Nullable Enumeration<String> lines, Predicate<String> isClear) {
    return lines == null
        || !lines.hasMoreElements()
        || (isClear.test(lines.nextElement()) && !lines.hasMoreElements());
  }

  private static boolean isNumber(String length) {
    return !length.isEmpty() && length.chars().allMatch(digit -> digit >= '0' && digit <= '9');
  }

  /** Answers with 400 and ends the connection, on which nobody knows what comes next. */
  static void refuse(HttpServletResponse response) throws IOException {
    response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
    response.setHeader("Connection", "close");
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/json");
    response.setContentLength(ANSWER.length);
    response.getOutputStream().write(ANSWER);
  }
}
