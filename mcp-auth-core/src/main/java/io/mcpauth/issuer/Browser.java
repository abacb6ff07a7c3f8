package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Opaque;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which browser a request is from: a secret of its own in a cookie, by which a form proves that it
 * was shown there. It says nothing of who is logged in.
 */
final class Browser {
  /** RFC 6265bis section 4.1.3.2: no other host, and nothing without TLS, can have set it. */
  private static final String COOKIE = "__Host-mcp-auth-";

  /** Over http on loopback a browser takes no cookie with that prefix. */
  private static final String DEVELOPMENT_COOKIE = "mcp-auth-dev-";

  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");
  private static final int SECRET_BYTES = 32;

  /** By which the names of cookies differ. */
  private static final int TAG_CHARS = 8;

  /** Of tabs that were opened at once. */
  private static final int MOST_SECRETS = 20;

  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  private final String origin;
  private final boolean secure;

  Browser(String issuer) {
    URI uri = URI.create(issuer);
    secure = uri.getScheme().equals("https");
    int usual = secure ? HTTPS : HTTP;
    String port = uri.getPort() < 0 || uri.getPort() == usual ? "" : ":" + uri.getPort();
    // As browsers write it (RFC 6454 section 6.2), however the operator does.
    origin = uri.getScheme() + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
  }

  /**
   * The secrets that a request brings. It is one, unless tabs were opened at once before there was
   * one: then each has got its own, under a name of its own, and all of them are this browser's. Of
   * several under one name none counts.
   */
  List<String> secrets(OAuthRequest request) {
    String prefix = secure ? COOKIE : DEVELOPMENT_COOKIE;
    Map<String, String> found = new LinkedHashMap<>();
    for (String line : request.headers("Cookie")) {
      for (String pair : line.split(";", -1)) {
        String[] parts = pair.trim().split("=", 2);
        if (parts.length == 2 && parts[0].startsWith(prefix)) {
          found.merge(parts[0], parts[1], (one, other) -> one.equals(other) ? one : "");
        }
      }
    }
    return found.entrySet().stream()
        .filter(one -> SECRET.matcher(one.getValue()).matches())
        .filter(one -> one.getKey().equals(name(one.getValue())))
        .map(Map.Entry::getValue)
        .limit(MOST_SECRETS)
        .toList();
  }

  /** The secret that pages are shown for, or null where there is none yet. */
  @Nullable String secret(OAuthRequest request) {
    List<String> all = secrets(request);
    return all.isEmpty() ? null : all.get(0);
  }

  private String name(String secret) {
    String tag = Opaque.hash("name\n" + secret).substring(0, TAG_CHARS);
    return (secure ? COOKIE : DEVELOPMENT_COOKIE) + tag;
  }

  static String newSecret() {
    return Opaque.random(SECRET_BYTES);
  }

  /** The answer, which gives the browser its secret. */
  OAuthAnswer remembering(OAuthAnswer answer, String secret) {
    String cookie = name(secret) + "=" + secret + "; Path=/; HttpOnly; SameSite=Lax";
    return answer.with("Set-Cookie", secure ? cookie + "; Secure" : cookie);
  }

  /** What a form that was shown to this user in this browser sends back. */
  static String formToken(String secret, String userId) {
    return Opaque.hash("form\n" + secret + "\n" + userId);
  }

  /**
   * A form of another site is none of ours.
   *
   * @throws AuthException CONSENT_INVALID
   */
  void requireSameOrigin(OAuthRequest request) {
    List<String> origins = request.headers("Origin");
    List<String> sites = request.headers("Sec-Fetch-Site");
    boolean foreign =
        origins.stream().anyMatch(one -> !one.equals(origin))
            || sites.stream().anyMatch(one -> !one.equals("same-origin"));
    if (foreign) {
      throw new AuthException(
          ReasonCode.CONSENT_INVALID, Map.of("problem", "a form of another site"));
    }
  }
}
