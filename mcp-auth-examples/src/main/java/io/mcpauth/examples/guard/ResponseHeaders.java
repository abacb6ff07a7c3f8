package io.mcpauth.examples.guard;

import jakarta.servlet.http.HttpServletResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/**
 * Which headers of the target reach a client: all but those that would send it, or its browser, to
 * another place or login, and those of one connection.
 */
final class ResponseHeaders {
  private static final Set<String> DROPPED =
      Set.of(
          // of one connection (RFC 9110 section 7.6.1)
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          // logins and sessions at the target; MCP has Mcp-Session-Id
          "www-authenticate",
          "proxy-authenticate",
          "authentication-info",
          "proxy-authentication-info",
          "dpop-nonce",
          "set-cookie",
          "set-cookie2",
          // the target's place, which is not the client's
          "location",
          "content-location",
          "refresh",
          "alt-svc",
          "strict-transport-security",
          "service-worker-allowed",
          // what is kept for the client's origin, logins of others included
          "clear-site-data",
          // orders to a proxy in front, which would answer with a file of its own
          "x-sendfile",
          "x-reproxy-url",
          // what runs there
          "server",
          "x-powered-by",
          "via");

  /**
   * The filter decides which web pages may read an answer; the others are orders to nginx and
   * lighttpd in front, which would answer with a file of their own or keep the answer for others.
   */
  private static final List<String> DROPPED_KINDS =
      List.of("access-control-", "x-accel-", "x-lighttpd-");

  /** The one order that streams need. */
  private static final String UNBUFFERED = "x-accel-buffering";

  /**
   * What lets a shared cache give an answer to others although the request had a credential, of
   * which the target knows nothing (RFC 9111 section 3.5).
   */
  private static final Set<String> SHARING = Set.of("public", "s-maxage", "must-revalidate");

  private ResponseHeaders() {}

  static void copy(HttpFields from, HttpServletResponse to) {
    Set<String> hops = new HashSet<>(from.getCSV("Connection", false));
    hops = lower(hops);
    Set<String> set = new HashSet<>();
    for (HttpField field : from) {
      String lower = field.getLowerCaseName();
      String value = field.getValue();
      if (value == null
          || DROPPED.contains(lower)
          || isOfADroppedKind(lower)
          || hops.contains(lower)) {
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

  private static boolean isOfADroppedKind(String lower) {
    return !lower.equals(UNBUFFERED) && DROPPED_KINDS.stream().anyMatch(lower::startsWith);
  }

  private static boolean mayBeShared(String cacheControl) {
    for (String directive : cacheControl.toLowerCase(Locale.ROOT).split(",", -1)) {
      if (SHARING.contains(directive.replaceFirst("=.*", "").strip())) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> lower(Set<String> names) {
    Set<String> lower = new HashSet<>();
    names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
    return lower;
  }
}
