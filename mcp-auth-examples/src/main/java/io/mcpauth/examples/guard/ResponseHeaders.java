package io.mcpauth.examples.guard;

import jakarta.servlet.http.HttpServletResponse;
import java.util.HashSet;
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
          // what runs there
          "server",
          "x-powered-by",
          "via");

  /** The filter decides which web pages may read an answer. */
  private static final String CORS = "access-control-";

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
          || lower.startsWith(CORS)
          || hops.contains(lower)) {
        continue;
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

  private static Set<String> lower(Set<String> names) {
    Set<String> lower = new HashSet<>();
    names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
    return lower;
  }
}
