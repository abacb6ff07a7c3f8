package io.mcpauth.session;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where the client of one HTTP+SSE session sends its messages, as the server announced it.
 *
 * @param path the raw path
 * @param query the raw query, or null
 * @param announced what the server wrote, without the white space around it
 */
record MessageEndpoint(String path, @Nullable String query, String announced) {
  /** What a segment may have beside letters and digits (RFC 3986 section 3.3), without escapes. */
  private static final String OTHERS = "_~!$&'()*+,=:@.-";

  /**
   * Resolves what a server announces (RFC 3986 section 5.2).
   *
   * @param data of the event
   * @param base the path of the request that opened the stream
   * @param origin of the resource: a client takes no message endpoint elsewhere, since it would get
   *     the token
   * @throws IllegalArgumentException if it is no URI of this origin; the message says what is wrong
   *     and quotes no session id
   */
  static MessageEndpoint of(String data, String base, String origin) {
    // As the parsers of URLs do (URL standard, "basic URL parser").
    String announced = data.replaceAll("[\\r\\n\\t]", "").strip();
    URI uri;
    try {
      uri = new URI(announced);
    } catch (URISyntaxException e) { // not as the cause: it quotes the id
      throw new IllegalArgumentException("it is no URI");
    }
    boolean ascii = announced.chars().allMatch(c -> c > ' ' && c < 0x7F);
    if (uri.isOpaque() || !ascii || (uri.getRawPath().isEmpty() && uri.getRawQuery() == null)) {
      throw new IllegalArgumentException("it is no URI of a message endpoint");
    }
    // "///host/", "https:/host/": a host for a client that goes by the URL standard, and none here.
    if (uri.getRawAuthority() == null && (uri.getScheme() != null || announced.startsWith("//"))) {
      throw new IllegalArgumentException("it is at an origin that not every client reads alike");
    }
    if (uri.getRawAuthority() != null && !origin.equals(origin(uri, origin))) {
      throw new IllegalArgumentException(
          "it is at the origin "
              + origin(uri, origin)
              + " and not at "
              + origin
              + ": have the server write a path, or this origin");
    }
    return new MessageEndpoint(
        resolved(uri.getRawPath(), base), nonEmpty(uri.getRawQuery()), announced);
  }

  /** Whether a request for this path is for this endpoint, given that the query is. */
  boolean isAt(String requested) {
    return isSame(path, requested);
  }

  /** Whether two paths are one, apart from a prefix that a proxy takes away or puts before it. */
  static boolean isSame(String path, String requested) {
    if (path.equals(requested)) {
      return true;
    }
    return isPlain(requested)
        && isPlain(path)
        && (isEnd(path, requested) || isEnd(requested, path));
  }

  /** Nothing that two readers may take for different paths. */
  static boolean isPlain(String path) {
    if (path.length() < 2 || path.charAt(0) != '/' || path.contains("//")) {
      return false;
    }
    for (int i = 1; i < path.length(); i++) {
      char at = path.charAt(i);
      boolean word =
          (at >= 'a' && at <= 'z') || (at >= 'A' && at <= 'Z') || (at >= '0' && at <= '9');
      if (!word && at != '/' && OTHERS.indexOf(at) < 0) {
        return false;
      }
    }
    return !path.contains("/./") && !path.endsWith("/.") && !path.contains("/..");
  }

  /** An empty query is none. */
  static @Nullable String nonEmpty(@Nullable String query) {
    return query == null || query.isEmpty() ? null : query;
  }

  private static boolean isEnd(String path, String end) {
    return end.length() > 1 && path.endsWith(end);
  }

  private static String resolved(String path, String base) {
    if (path.isEmpty()) {
      return base;
    }
    String whole =
        path.startsWith("/") ? path : base.substring(0, base.lastIndexOf('/') + 1) + path;
    return whole.contains("/.") ? normal(whole) : whole;
  }

  private static String normal(String path) {
    try {
      return new URI(path).normalize().getRawPath();
    } catch (URISyntaxException e) { // of the request: the container took it
      throw new IllegalArgumentException("it is relative to a path that is none");
    }
  }

  private static String origin(URI uri, String origin) {
    String scheme =
        uri.getScheme() == null
            ? origin.substring(0, origin.indexOf(':'))
            : uri.getScheme().toLowerCase(Locale.ROOT);
    String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
    boolean standard = uri.getPort() == (scheme.equals("https") ? 443 : 80);
    return scheme + "://" + host + (uri.getPort() < 0 || standard ? "" : ":" + uri.getPort());
  }

  /** Without the session id. */
  @Override
  public String toString() {
    return "MessageEndpoint";
  }
}
