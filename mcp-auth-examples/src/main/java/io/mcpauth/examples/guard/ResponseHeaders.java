package io.mcpauth.examples.guard;

import jakarta.servlet.http.HttpServletResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * Which headers of the target reach a client: those on a list, and no others.
 *
 * <p>An answer comes under the guard's own name, so a header of it speaks for the guard's host:
 * {@code Set-Cookie}, {@code Strict-Transport-Security}, {@code NEL}, {@code Report-To}, and what
 * browsers learn next year. Whoever needs another one names it in GUARD_PASS_RESPONSE_HEADERS.
 */
final class ResponseHeaders {
  /** What says how to read an answer, what MCP uses, and what makes a browser stricter. */
  static final List<String> STANDARD =
      List.of(
          "Content-Type",
          "Content-Length",
          "Content-Encoding",
          "Content-Language",
          "Cache-Control",
          "Expires",
          "Date",
          "Vary",
          "Allow",
          "Retry-After",
          "MCP-Protocol-Version",
          "Mcp-Session-Id",
          "X-Accel-Buffering",
          "X-Request-Id",
          "X-Content-Type-Options",
          "X-Frame-Options",
          "Content-Security-Policy",
          "Referrer-Policy");

  /**
   * Headers of one connection (RFC 9110 section 7.6.1); logins and sessions at the target; its
   * place, which is not the client's; what a browser keeps or reports for the guard's whole origin;
   * which pages may read an answer, for the filter says that; orders to a proxy in front, which
   * would answer with a file of its own; who called.
   */
  private static final Pattern NEVER =
      Pattern.compile(
          "connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade"
              + "|www-authenticate|authentication-info|dpop-nonce|set-cookie2?|set-login"
              + "|location|content-location|refresh|alt-svc|service-worker-allowed"
              + "|strict-transport-security|public-key-pins.*|expect-ct|clear-site-data"
              + "|nel|report-to|reporting-endpoints|content-security-policy-report-only"
              + "|access-control-.*"
              + "|x-sendfile|x-reproxy-url|x-accel-.*|x-lighttpd-.*"
              + "|x-mcp-auth-.*");

  /**
   * What lets a shared cache give an answer to others although the request had a credential, of
   * which the target knows nothing (RFC 9111 section 3.5).
   */
  private static final Set<String> SHARING = Set.of("public", "s-maxage", "must-revalidate");

  private final Set<String> passed;

  private ResponseHeaders(Set<String> passed) {
    this.passed = passed;
  }

  /**
   * The standard list and further names.
   *
   * @throws IllegalArgumentException for a name that no target may set
   */
  static ResponseHeaders with(List<String> further) {
    return new ResponseHeaders(HeaderNames.of(STANDARD, further, ResponseHeaders::objection));
  }

  private static @Nullable String objection(String lower) {
    return NEVER.matcher(lower).matches() && !lower.equals("x-accel-buffering")
        ? "sends a client or its browser to another place or login, speaks for the guard's whole"
            + " host, orders about a proxy in front, or belongs to one connection. Remove it."
        : null;
  }

  /**
   * Copies what may pass.
   *
   * @param sameBody whether the body stays as long as it says
   */
  void copy(HttpFields from, HttpServletResponse to, boolean sameBody) {
    Set<String> hops = HeaderNames.ofOneConnection(from);
    Set<String> set = new HashSet<>();
    for (HttpField field : from) {
      String lower = field.getLowerCaseName();
      String value = field.getValue();
      if (value == null || !passed.contains(lower) || hops.contains(lower)) {
        continue;
      }
      if (!sameBody && lower.equals("content-length")) {
        continue;
      }
      if (lower.equals("cache-control") && mayBeShared(value)) {
        value = "no-store";
      }
      if (lower.equals("vary")) {
        to.addHeader("Vary", value); // beside the filter's, which varies by origin
      } else if (set.add(lower)) {
        to.setHeader(field.getName(), value); // Jetty has set a Date already
      } else {
        to.addHeader(field.getName(), value);
      }
    }
  }

  private static boolean mayBeShared(String cacheControl) {
    for (String directive : cacheControl.toLowerCase(Locale.ROOT).split(",", -1)) {
      if (SHARING.contains(directive.replaceFirst("=.*", "").strip())) {
        return true;
      }
    }
    return false;
  }
}
