package io.mcpauth.token;

import java.util.Locale;
import java.util.regex.Pattern;

/** The name of a header that the operator picks for a credential. */
final class CredentialHeader {
  /** Without underscores, which some servers and proxies take for hyphens, and others drop. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");

  /** What says something else already, to this server or to what stands before it. */
  private static final Pattern TAKEN =
      Pattern.compile(
          "(authorization|cookie2?|set-cookie2?|host|origin|referer|accept|connection|upgrade|via"
              + "|expect|date|range|from|vary|allow|age|pragma|warning|location|server|te"
              + "|trailer|transfer-encoding|user-agent|last-event-id|dpop|dpop-nonce|keep-alive"
              + "|retry-after|etag|forwarded|max-forwards|traceparent|tracestate|baggage"
              + "|x-real-ip|x-request-id|x-http-method-override)"
              + "|(content|mcp|x-mcp|proxy|accept|access-control|sec|if|x-forwarded|cache|www)-.*");

  private CredentialHeader() {}

  /**
   * Requires one that is free for it.
   *
   * @throws IllegalArgumentException if it is none
   */
  static void require(String name, String example) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "A header for a credential needs a name of 1 to 64 letters, digits and hyphens. Write"
              + " one such as '"
              + example
              + "'.");
    }
    if (TAKEN.matcher(lower).matches()) {
      throw new IllegalArgumentException(
          "The header '" + name + "' says something else. Write one such as '" + example + "'.");
    }
  }
}
