package io.mcpauth.edge;

import java.util.List;

/**
 * Tells requests that a browser sends for a page of an allowed origin from those that any other
 * page can make it send. A cookie goes along with both, so it proves something in the first alone.
 */
final class OwnPage {
  private OwnPage() {}

  /**
   * Whether no other page can have had a request sent, once {@link OriginCheck} has let it pass.
   *
   * <p>A page anywhere can have a browser send forms, {@code text/plain} and GETs, without a
   * question ahead (Fetch standard, "CORS-safelisted request-header" and "CORS-safelisted method").
   * So a POST has to be JSON and to name its origin, which browsers add to each (Fetch standard,
   * "append a request Origin header") and no page can write; and a DELETE likewise.
   *
   * <p>A GET of a page's own origin has no {@code Origin}. There {@code Sec-Fetch-Site} may stand
   * for it, which no page can write either, and which says {@code same-origin} only if that is so
   * for every redirect on the way (W3C Fetch Metadata, section 2.3). It has to ask for an event
   * stream, so that no image, link or frame of an own page is one.
   */
  static boolean sent(AccessRequest request) {
    return switch (request.method()) {
      case "POST" -> namesOrigin(request) && BodyRules.isJson(request);
      case "DELETE" -> namesOrigin(request);
      case "GET" ->
          (namesOrigin(request) || isSameOrigin(request))
              && MediaRanges.name(request.headers("Accept"), "text/event-stream");
      default -> false;
    };
  }

  /** It was compared before: what is there is allowed, and {@code null} never is. */
  private static boolean namesOrigin(AccessRequest request) {
    return request.headers("Origin").size() == 1;
  }

  private static boolean isSameOrigin(AccessRequest request) {
    return request.headers("Origin").isEmpty()
        && request.headers("Sec-Fetch-Site").equals(List.of("same-origin"));
  }
}
