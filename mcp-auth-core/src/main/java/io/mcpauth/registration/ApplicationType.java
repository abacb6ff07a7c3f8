package io.mcpauth.registration;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What {@code application_type} means for redirect URIs (OpenID Connect Registration section 2).
 */
final class ApplicationType {
  static final String NATIVE = "native";
  static final String WEB = "web";

  private ApplicationType() {}

  /** Native where one URI is for a program on the user's computer. */
  static String judgedBy(Collection<String> redirectUris) {
    return redirectUris.stream().allMatch(ApplicationType::isRemote) ? WEB : NATIVE;
  }

  /** https, and not on loopback. */
  static boolean isRemote(String text) {
    URI uri = parsed(text);
    return uri != null && "https".equalsIgnoreCase(uri.getScheme()) && !isLoopback(text);
  }

  static boolean isLoopback(String text) {
    URI uri = parsed(text);
    return uri != null && uri.getHost() != null && RedirectUri.isLoopbackHost(uri.getHost());
  }

  private static @Nullable URI parsed(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
