package io.mcpauth.discovery;

import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether metadata is about the server that was called (RFC 9728 section 3.3): the same origin, and
 * the path that was called or one above it. Else a server could have this client fetch a token for
 * another server and hand it over.
 */
final class ResourceMatch {
  private ResourceMatch() {}

  /** The resource, or null where it is none of the URL's. */
  static @Nullable URI of(URI mcpUrl, @Nullable Object named) {
    URI resource = named instanceof String text ? WebAddress.parsed(text) : null;
    if (resource == null
        || resource.getHost() == null
        || resource.getRawUserInfo() != null
        || resource.getRawFragment() != null) { // RFC 8707 section 2
      return null;
    }
    boolean sameQuery =
        resource.getRawQuery() == null || resource.getRawQuery().equals(mcpUrl.getRawQuery());
    boolean within = folder(mcpUrl).startsWith(folder(resource));
    return origin(resource).equals(origin(mcpUrl)) && within && sameQuery ? resource : null;
  }

  /** With a slash at the end, so that {@code /mcp} is not above {@code /mcp-evil}. */
  private static String folder(URI uri) {
    return uri.getRawPath().endsWith("/") ? uri.getRawPath() : uri.getRawPath() + "/";
  }

  /** RFC 6454 section 4. */
  private static String origin(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    int defaultPort = scheme.equals("https") ? 443 : 80;
    int port = uri.getPort() == -1 ? defaultPort : uri.getPort();
    return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
  }
}
