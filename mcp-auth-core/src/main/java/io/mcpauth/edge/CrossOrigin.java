package io.mcpauth.edge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells browsers what a page of another origin may do with the MCP endpoint (Fetch standard, "CORS
 * protocol"): pages of allowed origins only, with the headers of MCP, without cookies.
 *
 * @param origins whose pages
 * @param further headers, in lower case, that they may send beside
 */
record CrossOrigin(OriginCheck origins, Set<String> further) {
  private static final String METHODS = "GET, HEAD, POST, DELETE";

  /** What MCP clients send, beside what needs no permission. */
  private static final String HEADERS =
      "Content-Type, Accept, Authorization, DPoP, MCP-Protocol-Version, Mcp-Session-Id,"
          + " Last-Event-ID";

  /** What they have to read: without it a page cannot see why it was refused. */
  private static final String EXPOSED = "WWW-Authenticate, Mcp-Session-Id, DPoP-Nonce, Retry-After";

  /** {@code Mcp-Method}, {@code Mcp-Name}, {@code Mcp-Param-*}: any server may declare more. */
  private static final Pattern MCP_HEADER = Pattern.compile("mcp-[a-z0-9!#$%&'*+.^_`|~-]{1,120}");

  private static final int MAX_ECHOED = 32;

  private static final int MAX_LIST = 8192;

  /** Whether this is the question that a browser asks ahead of a request; it has no credential. */
  static boolean isPreflight(AccessRequest request) {
    return request.method().equals("OPTIONS")
        && request.headers("Origin").size() == 1
        && request.headers("Access-Control-Request-Method").size() == 1;
  }

  /** What lets the page read an answer; empty where no page asked, or one that is not allowed. */
  Map<String, String> answerHeaders(AccessRequest request) {
    List<String> lines = request.headers("Origin");
    if (lines.isEmpty() || !origins.allows(lines)) {
      return Map.of();
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Access-Control-Allow-Origin", lines.get(0));
    headers.put("Access-Control-Expose-Headers", EXPOSED);
    headers.put("Vary", "Origin");
    return headers;
  }

  /** The headers of the answer to a preflight of an allowed origin. */
  Map<String, String> preflight(AccessRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Access-Control-Allow-Origin", request.headers("Origin").get(0));
    headers.put("Access-Control-Allow-Methods", METHODS);
    headers.put("Access-Control-Allow-Headers", allowed(request));
    headers.put("Access-Control-Max-Age", "600");
    headers.put("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    headers.put("Cache-Control", "no-store");
    return headers;
  }

  private String allowed(AccessRequest request) {
    StringBuilder names = new StringBuilder(HEADERS);
    further.stream().sorted().forEach(name -> names.append(", ").append(name));
    return names.append(echoed(request)).toString();
  }

  private static String echoed(AccessRequest request) {
    List<String> names = new ArrayList<>();
    for (String line : request.headers("Access-Control-Request-Headers")) {
      if (line.length() > MAX_LIST) {
        continue; // no browser writes as much
      }
      for (String entry : line.toLowerCase(Locale.ROOT).split(",", -1)) {
        String name = entry.strip();
        if (names.size() < MAX_ECHOED
            && MCP_HEADER.matcher(name).matches()
            && !name.equals("mcp-protocol-version")
            && !name.equals("mcp-session-id")
            && !names.contains(name)) {
          names.add(name);
        }
      }
    }
    return names.isEmpty() ? "" : ", " + String.join(", ", names);
  }
}
