package io.mcpauth.edge;

import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An origin that was configured, in the one form in which browsers write it (RFC 6454 section 6.2):
 * scheme, host, and the port unless it is the scheme's default.
 *
 * @param value such as {@code https://app.example.com}
 */
record WebOrigin(String value) {
  private static final Pattern FORM =
      Pattern.compile(
          "([a-z][a-z0-9+.-]*)://([a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?|\\[[0-9a-f:.]+])"
              + "(?::([1-9]\\d{0,4}))?");

  /** Their pages send {@code null}, or the origin is that of the page which uses them. */
  private static final Set<String> WITHOUT_ORIGIN =
      Set.of("about", "blob", "data", "file", "ftp", "javascript", "ws", "wss");

  private static final int MAX_LENGTH = 300;
  private static final String EXAMPLE = "https://app.example.com";

  WebOrigin {
    String problem = problem(value);
    if (problem != null) {
      throw new IllegalArgumentException(
          "Origin '" + shown(value) + "': " + problem + ". Write '" + fix(value) + "' instead.");
    }
  }

  private static @Nullable String problem(String value) {
    if (value.contains("*")) {
      return "there are no wildcards, because whoever has a name below the host would be let in";
    }
    if (value.equals("null")) {
      return "every sandboxed page and local file has this one";
    }
    Matcher form = FORM.matcher(value);
    if (value.length() > MAX_LENGTH || !form.matches()) {
      return "it is not scheme, host and port alone, in lower case";
    }
    return problem(value, form.group(1), form.group(3));
  }

  private static @Nullable String problem(String value, String scheme, @Nullable String port) {
    if (WITHOUT_ORIGIN.contains(scheme)) {
      return "no browser sends an origin of this scheme";
    }
    if (port != null && Integer.parseInt(port) > 65535) {
      return "there is no such port";
    }
    if (isDefault(scheme, port == null ? -1 : Integer.parseInt(port))) {
      return "browsers leave the default port out";
    }
    // Whoever is on the way can answer for a host that is not asked over TLS.
    if (scheme.equals("http") && !Loopback.host(URI.create(value))) {
      return "plain http is only for loopback hosts";
    }
    return null;
  }

  private static boolean isDefault(String scheme, int port) {
    return (scheme.equals("https") && port == 443) || (scheme.equals("http") && port == 80);
  }

  /** What was meant, where that can be told. */
  private static String fix(String value) {
    try {
      URI uri = new URI(value);
      if (uri.getScheme() == null || uri.getHost() == null) {
        return EXAMPLE;
      }
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      int port = uri.getPort();
      String host = uri.getHost().toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
      boolean secured = scheme.equals("http") && !Loopback.host(uri);
      String fixed =
          (secured ? "https" : scheme)
              + "://"
              + host
              + (port == -1 || isDefault(scheme, port) ? "" : ":" + port);
      return problem(fixed) == null ? fixed : EXAMPLE;
    } catch (URISyntaxException e) {
      return EXAMPLE;
    }
  }

  private static String shown(String value) {
    return WebAddress.shown(value);
  }
}
