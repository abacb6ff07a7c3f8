package io.mcpauth.edge;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Under which names the MCP endpoint may be asked. A server on loopback answers only to loopback
 * names: a page whose name was made to point at 127.0.0.1 (DNS rebinding) still sends its own name
 * in {@code Host}. Elsewhere only a configured list is held, because reverse proxies rewrite {@code
 * Host}.
 *
 * @param allowed the names in lower case, with a port or for any port; null where any name will do
 */
record HostCheck(@Nullable Set<String> allowed) {
  private static final int MAX_LENGTH = 300;

  /** RFC 9110 section 7.2, without what no client sends: user-info, encoded characters, a zone. */
  private static final Pattern HOST =
      Pattern.compile(
          "([a-z0-9._-]+|\\[[0-9a-f:.]+])(?::([1-9]\\d{0,4}))?", Pattern.CASE_INSENSITIVE);

  HostCheck {
    allowed = allowed == null ? null : Set.copyOf(allowed);
  }

  /**
   * The check of a resource.
   *
   * @param configured the names that {@link #name} let pass, or null where none were configured
   */
  static HostCheck of(ResourceIdentifier resource, @Nullable Set<String> configured) {
    if (!resource.loopback() && configured == null) {
      return new HostCheck(null);
    }
    Set<String> allowed = new LinkedHashSet<>();
    allowed.add(URI.create(resource.value()).getHost());
    if (resource.loopback()) {
      allowed.addAll(List.of("localhost", "127.0.0.1", "[::1]"));
    }
    if (configured != null) {
      allowed.addAll(configured);
    }
    return new HostCheck(allowed);
  }

  /**
   * A configured name, with or without a port.
   *
   * @throws IllegalArgumentException if no client sends it; the message says what to write
   */
  static String name(String configured) {
    Matcher form = HOST.matcher(configured);
    if (configured.length() > MAX_LENGTH
        || !form.matches()
        || !configured.equals(configured.toLowerCase(Locale.ROOT))
        || configured.endsWith(".")) {
      throw wrong(configured, "it is not a host in lower case, with a port at most");
    }
    String port = form.group(2);
    if (port != null && Integer.parseInt(port) > 65535) {
      throw wrong(configured, "there is no such port");
    }
    if (port != null && (port.equals("80") || port.equals("443"))) {
      throw wrong(configured, "clients leave the default port out, and a name fits every port");
    }
    return configured;
  }

  /** Whether not every name will do. */
  boolean isNeeded() {
    return allowed != null;
  }

  /**
   * Requires that a request is for an allowed name, where that is checked.
   *
   * @param lines every line of the {@code Host} header
   * @throws AuthException HOST_NOT_ALLOWED
   */
  void require(List<String> lines) {
    Set<String> names = allowed;
    // RFC 9112 section 3.2: exactly one line.
    if (names != null && !(lines.size() == 1 && fits(names, lines.get(0)))) {
      throw new AuthException(
          ReasonCode.HOST_NOT_ALLOWED, Map.of("found", String.join(" | ", lines)));
    }
  }

  private static boolean fits(Set<String> names, String line) {
    if (line.length() > MAX_LENGTH) {
      return false;
    }
    Matcher form = HOST.matcher(line);
    if (!form.matches()) {
      return false;
    }
    // Host names ignore case (RFC 3986 section 3.2.2); the pattern has let only ASCII pass.
    return names.contains(form.group(1).toLowerCase(Locale.ROOT))
        || names.contains(line.toLowerCase(Locale.ROOT));
  }

  private static IllegalArgumentException wrong(String configured, String problem) {
    String shown = configured.replaceFirst("^.*@", "...@"); // user-info may hold a password
    return new IllegalArgumentException(
        "Host '"
            + shown
            + "': "
            + problem
            + ". Write a name such as 'mcp.example.com' for every port, or"
            + " 'mcp.example.com:8443' for one.");
  }
}
