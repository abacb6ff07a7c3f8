package io.mcpauth.token;

import io.mcpauth.internal.net.WebAddress;
import io.mcpauth.metadata.ResourceIdentifier;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the URL of a request is, as clients know it: the origin of the MCP endpoint, which is
 * configured, and the path of the request. What the request says of its host decides nothing.
 *
 * <p>A proxy in front may take a prefix of the path away or add one. For the MCP endpoint, whose
 * public path is configured, that makes no difference; a message endpoint of HTTP+SSE behind such a
 * proxy has a public path that nobody knows here.
 */
final class RequestUrl {
  private final String origin;
  private final String endpoint;

  /**
   * The URLs of the requests of a server.
   *
   * @param endpoint the URL of its MCP endpoint
   */
  RequestUrl(ResourceIdentifier endpoint) {
    this(URI.create(endpoint.value()));
  }

  /** The same for an endpoint of another kind, https or http. */
  RequestUrl(URI endpoint) {
    this.origin = origin(endpoint);
    this.endpoint = path(endpoint.getRawPath());
  }

  /**
   * Whether a URL is that of a request, apart from query and fragment, and compared as RFC 9449
   * section 4.3 wants: after the normalisation of RFC 3986 sections 6.2.2 and 6.2.3.
   *
   * @param url as a client wrote it
   * @param path of the request, raw; null where the adapter does not say, and then it is that of
   *     the MCP endpoint
   */
  boolean isOf(String url, @Nullable String path) {
    URI uri = WebAddress.parsed(url);
    if (uri == null
        || uri.getScheme() == null
        || uri.getHost() == null
        || uri.getRawUserInfo() != null
        || !origin(uri).equals(origin)) {
      return false;
    }
    String claimed = path(uri.getRawPath());
    String seen = path == null ? endpoint : path(path);
    return claimed.equals(seen) || (claimed.equals(endpoint) && isEndpointBehindAProxy(seen));
  }

  private boolean isEndpointBehindAProxy(String seen) {
    return !endpoint.equals("/")
        && !seen.equals("/")
        && (endpoint.endsWith(seen) || seen.endsWith(endpoint));
  }

  /** RFC 3986 section 6.2.2.1 and 6.2.3: case of scheme and host, and the default port. */
  private static String origin(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int standard = scheme.equals("https") ? 443 : scheme.equals("http") ? 80 : -1;
    int port = uri.getPort() == standard ? -1 : uri.getPort();
    return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + (port < 0 ? "" : ":" + port);
  }

  /** Sections 6.2.2.1 to 6.2.2.3 and 6.2.3: percent-encoding, dot segments, the empty path. */
  private static String path(String raw) {
    StringBuilder path = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      int code = c == '%' ? encoded(raw, i) : -1;
      if (code < 0) {
        path.append(c);
      } else {
        if (isUnreserved(code)) {
          path.append((char) code);
        } else {
          path.append(raw.substring(i, i + 3).toUpperCase(Locale.ROOT));
        }
        i += 2;
      }
    }
    String normal = withoutDotSegments(path.toString());
    return normal.isEmpty() ? "/" : normal;
  }

  /** The byte that a percent sign begins, or -1. */
  private static int encoded(String raw, int at) {
    if (at + 2 >= raw.length()) {
      return -1;
    }
    int high = Character.digit(raw.charAt(at + 1), 16);
    int low = Character.digit(raw.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.'
        || c == '_'
        || c == '~';
  }

  /** RFC 3986 section 5.2.4, of a path that begins with a slash. Empty segments stay. */
  private static String withoutDotSegments(String path) {
    if (!path.contains("/.")) {
      return path;
    }
    StringBuilder kept = new StringBuilder(path.length());
    int start = 0;
    while (start < path.length()) {
      int end = path.indexOf('/', start + 1);
      String segment = path.substring(start, end < 0 ? path.length() : end);
      if (segment.equals("/.") || segment.equals("/..")) {
        if (segment.length() == 3) {
          kept.setLength(Math.max(0, kept.lastIndexOf("/")));
        }
        if (end < 0) {
          kept.append('/');
        }
      } else {
        kept.append(segment);
      }
      start = end < 0 ? path.length() : end;
    }
    return kept.toString();
  }
}
