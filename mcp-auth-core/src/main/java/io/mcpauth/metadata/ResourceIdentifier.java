package io.mcpauth.metadata;

import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The resource identifier of an MCP server (RFC 8707 section 2, RFC 9728 section 1.2): the URL that
 * clients are configured with, and the audience of every token for it.
 *
 * <p>It comes from configuration alone, never from a request. It is {@code https}, or {@code http}
 * on a loopback host, in normalised form: scheme and host in lower case, no default port, no
 * fragment, no query, no user-info, no dot segments and no slash on an empty path.
 */
public final class ResourceIdentifier {
  private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

  /** Letters, digits, hyphen, dot, underscore and tilde, percent-encoded. */
  private static final Pattern NEEDLESS =
      Pattern.compile("%(?:3\\d|[46][1-9A-Fa-f]|[57][0-9Aa]|2[DdEe]|5[Ff]|7[Ee])");

  private final URI uri;

  private ResourceIdentifier(URI uri) {
    this.uri = uri;
  }

  /**
   * Reads a resource identifier.
   *
   * @throws IllegalArgumentException if it is not in normalised form; the message says what to
   *     write
   */
  public static ResourceIdentifier of(String resource) {
    URI uri = WebAddress.parsed(resource);
    if (uri == null) {
      throw wrong(resource, "it is not a URI", "https://mcp.example.com/mcp");
    }
    requireForm(resource, uri);
    String normalised = normalised(uri);
    if (!normalised.equals(resource)) {
      throw wrong(resource, "it is not in normalised form", normalised);
    }
    return new ResourceIdentifier(uri);
  }

  /** The identifier as clients know it, such as {@code https://mcp.example.com/mcp}. */
  public String value() {
    return uri.toString();
  }

  /** The path of the MCP endpoint, empty for a bare origin. */
  public String path() {
    return uri.getRawPath();
  }

  /** Whether the host is a loopback name or address, as in development. */
  public boolean loopback() {
    return loopback(uri);
  }

  /**
   * Whether the host of any URL is {@code localhost}, in 127.0.0.0/8 or {@code [::1]}, which is
   * where this library accepts plain http (RFC 8252 section 7.3); false where it has none.
   */
  public static boolean loopback(URI url) {
    return Loopback.host(url);
  }

  /**
   * The path of the metadata document: the well-known segment inserted before the path of the
   * resource (RFC 9728 section 3.1).
   */
  public String metadataPath() {
    return WELL_KNOWN + path();
  }

  /** The path of the metadata document of the origin, for clients that look only there. */
  public String rootMetadataPath() {
    return WELL_KNOWN;
  }

  /** The absolute URL of the metadata document, as the challenge names it. */
  public String metadataUrl() {
    return uri.getScheme() + "://" + uri.getRawAuthority() + metadataPath();
  }

  /**
   * Whether an {@code aud} value names this resource: the same characters, apart from the case of
   * scheme and host, and with an empty path and {@code /} alike (RFC 3986 section 6.2.3). Nothing
   * else is forgiven; above all a prefix is another resource.
   */
  public boolean matches(String audience) {
    if (audience.equals(value())) {
      return true;
    }
    String origin = origin();
    // Ignoring case ignores more than that beyond ASCII: the Kelvin sign would pass for a k.
    if (!audience.regionMatches(true, 0, origin, 0, origin.length())
        || audience.chars().limit(origin.length()).anyMatch(c -> c > 0x7F)) {
      return false;
    }
    String rest = audience.substring(origin.length());
    return rest.equals(path()) || (path().isEmpty() && rest.equals("/"));
  }

  /** Scheme, host and port, without a slash at the end (RFC 6454 section 6.2). */
  public String origin() {
    return value().substring(0, value().length() - path().length());
  }

  @Override
  public String toString() {
    return value();
  }

  private static void requireForm(String resource, URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw wrong(resource, "it is not an absolute http(s) URL", "https://mcp.example.com/mcp");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65535) {
      throw wrong(resource, "it has no possible port", "https://mcp.example.com/mcp");
    }
    if (scheme.equals("http") && !Loopback.host(uri)) {
      throw wrong(
          resource,
          "plain http is only for loopback hosts",
          normalised(URI.create("https" + normalised(uri).substring(scheme.length()))));
    }
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null || uri.getRawQuery() != null) {
      throw wrong(resource, "user-info, query and fragment do not belong in it", normalised(uri));
    }
  }

  /** Decodes what needs no encoding (RFC 3986 section 6.2.2.2), or one path had two spellings. */
  private static String withoutNeedlessEncoding(String path) {
    return NEEDLESS
        .matcher(path)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    Character.toString(Integer.parseInt(found.group().substring(1), 16))));
  }

  private static String normalised(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    int defaultPort = scheme.equals("https") ? 443 : 80;
    // The challenge and the well-known URL are ASCII, so the path has to be (RFC 3986 section 2).
    String ascii = URI.create(uri.toASCIIString()).getRawPath();
    String path =
        URI.create(withoutNeedlessEncoding(ascii).replaceFirst("^/+", "/"))
            .normalize()
            .getRawPath();
    while (path.startsWith("/../") || path.equals("/..")) {
      path = path.substring(3);
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    String port = uri.getPort() == -1 || uri.getPort() == defaultPort ? "" : ":" + uri.getPort();
    return scheme + "://" + host + port + (path.equals("/") ? "" : path);
  }

  private static IllegalArgumentException wrong(String resource, String problem, String write) {
    String shown = WebAddress.shown(resource);
    return new IllegalArgumentException(
        "Resource '" + shown + "': " + problem + ". Write '" + write + "' instead.");
  }
}
