package io.mcpauth;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The MCP revision that a request claims, in its {@code MCP-Protocol-Version} header or in its
 * body. It shapes answers and the checks of the form; nothing is granted for it.
 *
 * @param date the revision, such as {@code 2025-11-25}; empty where none is claimed
 */
record ProtocolRevision(String date) {
  private static final String STATELESS = "2026-07-28";
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

  /** What a claim says; anything but a date says nothing. */
  static ProtocolRevision of(@Nullable String claimed) {
    return new ProtocolRevision(claimed != null && DATE.matcher(claimed).matches() ? claimed : "");
  }

  /** Whether it is one of the revisions without sessions and client responses. */
  boolean isStateless() {
    return date.compareTo(STATELESS) >= 0; // ISO dates sort as text
  }
}
