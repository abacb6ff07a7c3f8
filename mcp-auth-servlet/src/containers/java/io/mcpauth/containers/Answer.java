package io.mcpauth.containers;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An answer as it came over the wire.
 *
 * @param status 0 where the connection was closed without an answer
 * @param headers by their names in lower case
 */
record Answer(int status, Map<String, List<String>> headers, String body) {
  static final Answer CLOSED = new Answer(0, Map.of(), "");

  List<String> header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** Whether an MCP servlet ran: its header, or its body where an include drops headers. */
  boolean reached() {
    return !header("X-Reached").isEmpty() || body.contains("\"reached\":");
  }

  boolean byAlice() {
    return reached() && body.contains("|alice\",\"attribute\":true,\"credential\":false,");
  }

  boolean refused() {
    return status == 0 || (status >= 300 && status != 304);
  }
}
