package io.mcpauth.authserver;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.net.ApplicationType;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which redirect URIs may be registered: https; http on {@code localhost}, {@code 127.0.0.1} and
 * {@code [::1]} with any port (RFC 8252 section 7.3); and private-use schemes that the operator
 * names (RFC 8252 section 7.1). By default one of the latter is named, the exact URI of Cursor,
 * which registers it beside two others and fails as a whole where one is refused.
 *
 * <p>Refused whatever is allowed: fragments (RFC 6749 section 3.1.2), user-info, wildcards, dot
 * segments, also percent-encoded, backslashes, characters that RFC 3986 does not have, encoded
 * control characters, an empty host and more than 2000 characters. Browsers repair or normalise
 * such URIs, so the one that was compared would not be the one that is opened.
 *
 * <p>Immutable. Does not check: who owns the host or the scheme.
 */
public final class RedirectUriRules {
  /** The longest redirect URI, in characters. */
  public static final int MAX_LENGTH = 2000;

  private static final String CURSOR = "cursor://anysphere.cursor-mcp/oauth/callback";

  /** Schemes that a browser or an operating system runs, reads or sends something with. */
  private static final Set<String> NEVER =
      Set.of(
          "about",
          "blob",
          "chrome",
          "data",
          "file",
          "filesystem",
          "ftp",
          "http",
          "https",
          "intent",
          "jar",
          "javascript",
          "mailto",
          "mhtml",
          "ms-msdt",
          "resource",
          "search-ms",
          "sms",
          "tel",
          "urn",
          "vbscript",
          "view-source",
          "ws",
          "wss");

  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");

  /** RFC 3986 without the fragment, and without the asterisk, which others read as a wildcard. */
  private static final Pattern CHARACTERS =
      Pattern.compile("[A-Za-z0-9._~:/?\\[\\]@!$&'()+,;=%-]+");

  private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  /** Encoded controls, DEL and backslash. */
  private static final Pattern HARMFUL_ESCAPE = Pattern.compile("%(?:[01][0-9A-F]|7F|5C)");

  private static final Pattern PORT = Pattern.compile("(?:[^:\\[\\]]+|\\[[^\\]]*])(?::[1-9]\\d*)?");

  private static final Pattern APPLICATION = Pattern.compile("[A-Za-z0-9._~-]+");

  private final Set<String> schemes;
  private final Set<String> exact;

  private RedirectUriRules(Set<String> schemes, Set<String> exact) {
    this.schemes = schemes;
    this.exact = exact;
  }

  /** https, http on loopback, and Cursor's own URI. */
  public static RedirectUriRules standard() {
    return new RedirectUriRules(Set.of(), Set.of(CURSOR));
  }

  /** https, and http on loopback. */
  public static RedirectUriRules webOnly() {
    return new RedirectUriRules(Set.of(), Set.of());
  }

  /**
   * The same, and every URI of a private-use scheme. Several applications can claim one scheme, and
   * the system decides who gets the code; {@link #allowExact} is narrower.
   *
   * @param scheme such as {@code com.example.app}
   * @throws IllegalArgumentException if it is no scheme, or one that no redirect may have
   */
  public RedirectUriRules allowScheme(String scheme) {
    if (!SCHEME.matcher(scheme).matches() || isNever(scheme)) {
      throw new IllegalArgumentException(
          "'"
              + AuthException.fitForLog(scheme)
              + "' is no private-use scheme. Write the scheme of an application in lower case, such"
              + " as 'com.example.app'.");
    }
    return new RedirectUriRules(with(schemes, scheme), exact);
  }

  /**
   * The same, and one URI of a private-use scheme, to the letter.
   *
   * @throws IllegalArgumentException if a rule for all redirect URIs refuses it
   */
  public RedirectUriRules allowExact(String uri) {
    RedirectUriRules changed = new RedirectUriRules(schemes, with(exact, uri));
    String problem = changed.problem(uri);
    if (problem != null) {
      throw new IllegalArgumentException(
          "'"
              + AuthException.fitForLog(uri)
              + "' cannot be allowed: it "
              + problem
              + ". Write a URI such as 'com.example.app:/oauth/callback'.");
    }
    return changed;
  }

  /** Whether a redirect URI may be registered. */
  public boolean accepts(String text) {
    return problem(text) == null;
  }

  /**
   * The redirect URI of a text.
   *
   * @throws AuthException REDIRECT_URI_NOT_ACCEPTED with what is wrong; the text is in the facts
   *     only
   */
  public RedirectUri accept(String text) {
    return accept(text, "The redirect URI");
  }

  /** With words for the place of the text, such as {@code redirect_uris[2]}. */
  RedirectUri accept(String text, String where) {
    String problem = problem(text);
    URI uri = problem == null ? WebAddress.parsed(text) : null;
    if (uri == null) {
      throw new AuthException(
          ReasonCode.REDIRECT_URI_NOT_ACCEPTED,
          where + " " + problem + ".",
          Map.of("redirect_uri", text));
    }
    return new RedirectUri(text, uri);
  }

  /** What is wrong, as the end of a sentence that repeats nothing of the text; null if nothing. */
  private @Nullable String problem(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return "is empty or longer than 2000 characters";
    }
    if (text.indexOf('#') >= 0) {
      return "has a fragment; leave it out";
    }
    if (!CHARACTERS.matcher(text).matches() || BROKEN_ESCAPE.matcher(text).find()) {
      return "has a character that a URI or a redirect cannot have";
    }
    if (HARMFUL_ESCAPE.matcher(text.toUpperCase(Locale.ROOT)).find()) {
      return "has an encoded control character or backslash";
    }
    URI uri = WebAddress.parsed(text);
    if (uri == null || uri.getScheme() == null || uri.isOpaque()) {
      return "is not an absolute URI; write https://host/path";
    }
    if (hasDotSegment(uri.getRawPath())) {
      return "has a dot segment; write the path without it";
    }
    return isWebScheme(uri) ? webProblem(uri) : privateUseProblem(text, uri);
  }

  private static boolean isWebScheme(URI uri) {
    return "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
  }

  private static @Nullable String webProblem(URI uri) {
    String authority = uri.getRawAuthority();
    if (uri.getHost() == null || authority == null || uri.getRawUserInfo() != null) {
      return "has no usable host, or user-info; write https://host/path";
    }
    // An empty port, a leading zero: browsers rewrite both.
    if (!PORT.matcher(authority).matches() || uri.getPort() > 65_535) {
      return "has a malformed port";
    }
    boolean secure = "https".equals(uri.getScheme());
    // The exact lower-case names: what a browser would first have to normalise is not compared.
    boolean loopback =
        ApplicationType.isLoopbackHost(uri.getHost())
            && uri.getHost().equals(uri.getHost().toLowerCase(Locale.ROOT));
    return secure || loopback
        ? null
        : "is http on another host than localhost, 127.0.0.1 or [::1]; use https";
  }

  private @Nullable String privateUseProblem(String text, URI uri) {
    if (isNever(uri.getScheme()) || !(exact.contains(text) || schemes.contains(uri.getScheme()))) {
      return "has a scheme that is not accepted here; use https, or http on loopback";
    }
    String authority = uri.getRawAuthority();
    return authority == null || APPLICATION.matcher(authority).matches()
        ? null
        : "has user-info, a port or a malformed host";
  }

  /** Dots may be encoded, and so may the slashes around them; parameters follow a semicolon. */
  private static boolean hasDotSegment(String rawPath) {
    String path = rawPath.replaceAll("(?i)%2e", ".").replaceAll("(?i)%2f", "/");
    for (String segment : path.split("/", -1)) {
      String name = segment.split(";", 2)[0];
      if (name.equals(".") || name.equals("..")) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNever(String scheme) {
    return NEVER.contains(scheme.toLowerCase(Locale.ROOT));
  }

  private static Set<String> with(Set<String> before, String added) {
    Set<String> all = new LinkedHashSet<>(before);
    all.add(added);
    return Set.copyOf(all);
  }

  @Override
  public String toString() {
    return "RedirectUriRules[schemes=" + schemes + ", exact=" + exact + "]";
  }
}
