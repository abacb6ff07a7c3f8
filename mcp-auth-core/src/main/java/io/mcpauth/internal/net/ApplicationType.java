package io.mcpauth.internal.net;

import java.net.URI;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What {@code application_type} means for redirect URIs (OpenID Connect Registration section 2).
 */
public final class ApplicationType {
  /** For a program on the user's computer. */
  public static final String NATIVE = "native";

  /** For a web server. */
  public static final String WEB = "web";

  private static final Pattern LOOPBACK_HOST = Pattern.compile("localhost|127\\.0\\.0\\.1|\\[::1]");

  private ApplicationType() {}

  /** Native where one URI is for a program on the user's computer. */
  public static String judgedBy(Collection<String> redirectUris) {
    return redirectUris.stream().allMatch(ApplicationType::isRemote) ? WEB : NATIVE;
  }

  /** https, and not on loopback. */
  public static boolean isRemote(String text) {
    URI uri = WebAddress.parsed(text);
    return uri != null && "https".equalsIgnoreCase(uri.getScheme()) && !isLoopback(text);
  }

  /** Whether its host is {@code localhost}, {@code 127.0.0.1} or {@code [::1]}. */
  public static boolean isLoopback(String text) {
    URI uri = WebAddress.parsed(text);
    return uri != null && uri.getHost() != null && isLoopbackHost(uri.getHost());
  }

  /** Whether a host is one of the three names of RFC 8252 section 7.3, in any case. */
  public static boolean isLoopbackHost(String host) {
    return LOOPBACK_HOST.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }
}
