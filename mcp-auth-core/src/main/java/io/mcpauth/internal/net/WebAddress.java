package io.mcpauth.internal.net;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The URLs that a client may be sent to by what a server says: https, or http within one machine.
 * Anything else is a command for whoever opens it (CVE-2025-6514).
 */
public final class WebAddress {
  private WebAddress() {}

  /**
   * What is wrong with a URL, or null. Does not repeat it: its user-info may be a password.
   *
   * @param loopback whether plain http on a loopback host is meant (RFC 9700 section 2.6)
   */
  public static @Nullable String problem(@Nullable String value, boolean loopback) {
    URI uri = parsed(value);
    if (uri == null || uri.getHost() == null) {
      return "is no absolute URL, such as https://example.com/mcp";
    }
    boolean https = "https".equalsIgnoreCase(uri.getScheme());
    boolean http = "http".equalsIgnoreCase(uri.getScheme()) && loopback && Loopback.host(uri);
    if (!https && !http) {
      return "is not https, nor http on the loopback host of a loopback server";
    }
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      return "has user-info or a fragment";
    }
    return uri.getPort() == 0 || uri.getPort() > 65_535 ? "has a port beyond 1 to 65535" : null;
  }

  /**
   * A text with URLs for a message or a log, without their user-info, which may hold a password.
   */
  public static String shown(String text) {
    return text.replaceAll("//[^/]*@", "//...@");
  }

  /** Whether two URLs are the same but for a slash at the end, which nobody sees. */
  public static boolean differByASlash(String one, String other) {
    return isOtherWithASlash(one, other) || isOtherWithASlash(other, one);
  }

  /** Copies nothing: one of them may be as long as a stranger likes, and be compared with many. */
  private static boolean isOtherWithASlash(String one, String other) {
    return one.length() == other.length() + 1 && one.endsWith("/") && one.startsWith(other);
  }

  /** The URI of a text, or null where it is none. */
  public static @Nullable URI parsed(@Nullable String text) {
    try {
      return text == null ? null : new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
