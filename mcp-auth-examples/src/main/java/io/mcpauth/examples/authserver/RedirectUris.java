package io.mcpauth.examples.authserver;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which redirect URIs may be registered, and which requested one equals a registered one. */
final class RedirectUris {
  /** Cursor registers it beside an https and a loopback one; one refusal would refuse all. */
  private static final String CURSOR = "cursor://anysphere.cursor-mcp/oauth/callback";

  private static final Set<String> LOOPBACK_HOSTS = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final int MAX_LENGTH = 2000;

  private RedirectUris() {}

  /** Says whether the URI may be registered: https, http on loopback, or Cursor's. */
  static boolean registrable(String text) {
    if (text.equals(CURSOR)) {
      return true;
    }
    URI uri = parse(text);
    // RFC 6749 section 3.1.2: absolute and without a fragment.
    if (uri == null || uri.getHost() == null || uri.getRawFragment() != null) {
      return false;
    }
    if (uri.getRawUserInfo() != null || text.contains("*") || text.length() > MAX_LENGTH) {
      return false;
    }
    // java.net.URI lets other letters through, RFC 3986 does not; they would end up in a header.
    if (!text.chars().allMatch(c -> c > 0x20 && c < 0x7F)) {
      return false;
    }
    return "https".equals(uri.getScheme()) || isLoopback(uri);
  }

  /**
   * Says whether the requested URI is a registered one: identical, or, for http on loopback,
   * identical but for the port (RFC 8252 section 7.3; {@code localhost} included, since clients use
   * it the same way).
   */
  static boolean matches(Collection<String> registered, String requested) {
    if (registered.contains(requested)) {
      return true;
    }
    URI uri = parse(requested);
    return uri != null
        && isLoopback(uri)
        && uri.getRawUserInfo() == null
        && uri.getRawFragment() == null
        && registered.stream().anyMatch(known -> equalButForPort(parse(known), uri));
  }

  /** Names the place a code is sent to, in words for the consent page. */
  static String place(String redirectUri) {
    URI uri = parse(redirectUri);
    if (uri == null || uri.getHost() == null) {
      return redirectUri;
    }
    if (isLoopback(uri)) {
      return "an application on this computer (" + uri.getRawAuthority() + ")";
    }
    if (!"https".equals(uri.getScheme())) {
      return "an application on this computer (" + uri.getScheme() + "://" + uri.getHost() + ")";
    }
    return uri.getRawAuthority();
  }

  /**
   * What an approval holds for: the URI, without the port on loopback, which changes every time.
   */
  static String approval(String redirectUri) {
    URI uri = parse(redirectUri);
    if (uri == null || !isLoopback(uri)) {
      return redirectUri;
    }
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return "http://" + uri.getHost() + uri.getRawPath() + query;
  }

  private static boolean equalButForPort(@Nullable URI known, URI requested) {
    return known != null
        && isLoopback(known)
        && known.getHost().equals(requested.getHost())
        && Objects.equals(known.getRawPath(), requested.getRawPath())
        && Objects.equals(known.getRawQuery(), requested.getRawQuery());
  }

  private static boolean isLoopback(URI uri) {
    String host = uri.getHost();
    return "http".equals(uri.getScheme())
        && host != null
        && LOOPBACK_HOSTS.contains(host.toLowerCase(Locale.ROOT));
  }

  private static @Nullable URI parse(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
