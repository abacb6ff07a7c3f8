package io.mcpauth.edge;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which web pages may talk to the MCP endpoint: a browser names the page's origin in {@code Origin}
 * (RFC 6454 section 7), other clients send none.
 *
 * <p>MCP 2026-07-28, Streamable HTTP, Security: an {@code Origin} that is present and not valid
 * gets a 403. Without it, a page whose name is made to point at this server could use it.
 *
 * @param allowed the origins, as browsers write them
 */
record OriginCheck(Set<String> allowed) {
  private static final List<String> LOOPBACK_HOSTS = List.of("localhost", "127.0.0.1", "[::1]");

  OriginCheck {
    allowed = Set.copyOf(allowed);
  }

  /**
   * Allows the origin of the resource itself, for a loopback resource under each loopback name, and
   * those that were configured.
   */
  static OriginCheck of(ResourceIdentifier resource, Set<String> more) {
    Set<String> allowed = new LinkedHashSet<>();
    URI uri = URI.create(resource.value()); // in normalised form, which is RFC 6454 section 6.2's
    String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
    allowed.add(uri.getScheme() + "://" + uri.getHost() + port);
    if (resource.loopback()) {
      LOOPBACK_HOSTS.forEach(host -> allowed.add(uri.getScheme() + "://" + host + port));
    }
    allowed.addAll(more);
    return new OriginCheck(allowed);
  }

  /**
   * Requires that a request comes from no page, or from an allowed one.
   *
   * @param lines every line of the {@code Origin} header
   * @throws AuthException ORIGIN_NOT_ALLOWED
   */
  void require(List<String> lines) {
    if (!allows(lines)) {
      throw new AuthException(
          ReasonCode.ORIGIN_NOT_ALLOWED, Map.of("found", String.join(" | ", lines)));
    }
  }

  /** Whether a request with these lines comes from no page, or from an allowed one. */
  boolean allows(List<String> lines) {
    // Browsers write origins in one way only (RFC 6454 section 6.2), so anything else is no match.
    return lines.size() <= 1 && allowed.containsAll(lines);
  }
}
