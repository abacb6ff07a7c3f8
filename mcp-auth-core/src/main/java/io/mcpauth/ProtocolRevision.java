package io.mcpauth;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The MCP revision that a request claims in its {@code MCP-Protocol-Version} header. It shapes
 * answers; nothing is granted for it.
 *
 * @param date the revision, such as {@code 2025-11-25}; empty where none is claimed
 */
record ProtocolRevision(String date) {
  private static final String STATELESS = "2026-07-28";
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  static ProtocolRevision of(AccessRequest request) {
    List<String> claimed = request.headers("MCP-Protocol-Version");
    boolean one = claimed.size() == 1 && DATE.matcher(claimed.get(0)).matches();
    return new ProtocolRevision(one ? claimed.get(0) : "");
  }

  /** Whether it is one of the revisions without sessions and client responses. */
  boolean isStateless() {
    return date.compareTo(STATELESS) >= 0; // ISO dates sort as text
  }
}
