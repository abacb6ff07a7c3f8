package io.mcpauth.issuer;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The answers that go to a client by the user's browser (OAuth 2.1 section 4.1.2, RFC 9207). */
final class Redirects {
  private Redirects() {}

  static String withCode(String redirectUri, String code, @Nullable String state, String issuer) {
    return with(redirectUri, "code", code, state, issuer);
  }

  static String withError(
      String redirectUri, String error, String description, @Nullable String state, String issuer) {
    String at = with(redirectUri, "error", error, state, issuer);
    return description.isEmpty() ? at : at + "&error_description=" + encoded(description);
  }

  private static String with(
      String redirectUri, String name, String value, @Nullable String state, String issuer) {
    String to = redirectUri + (redirectUri.indexOf('?') < 0 ? "?" : "&");
    to += name + "=" + encoded(value);
    if (state != null) {
      to += "&state=" + encoded(state);
    }
    return to + "&iss=" + encoded(issuer);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
