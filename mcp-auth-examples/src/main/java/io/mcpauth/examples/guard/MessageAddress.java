package io.mcpauth.examples.guard;

import io.mcpauth.servlet.McpAuthFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where at the target a granted request goes: to the target's URL, or to the message endpoint of
 * HTTP+SSE that the target announced to this very caller. Never to what the caller's path and query
 * say.
 */
final class MessageAddress {
  private MessageAddress() {}

  /** The URL; null for a path that is neither the resource's nor a message endpoint. */
  static @Nullable URI of(HttpServletRequest request, URI target) {
    if (request.getAttribute(McpAuthFilter.MESSAGE_ENDPOINT_ATTRIBUTE)
        instanceof String announced) {
      return resolved(announced, target);
    }
    boolean resource = request.getHttpServletMapping().getMappingMatch() == MappingMatch.EXACT;
    return resource ? target : null;
  }

  /**
   * Resolves what was announced against the target (RFC 3986 section 5.2), whose stream it came
   * from. Of a whole URL only path and query count: the filter lets none pass but one at the
   * guard's own origin, which is the target's for its clients.
   */
  static URI resolved(String announced, URI target) {
    URI reference = URI.create(announced);
    String path = reference.getRawPath();
    String base = target.getRawPath();
    if (path.isEmpty()) {
      path = base;
    } else if (!path.startsWith("/")) {
      path = base.substring(0, base.lastIndexOf('/') + 1) + path;
    }
    String query = reference.getRawQuery();
    return URI.create(
            target.getScheme()
                + "://"
                + target.getRawAuthority()
                + (path.startsWith("/") ? path : "/" + path)
                + (query == null ? "" : "?" + query))
        .normalize();
  }
}
