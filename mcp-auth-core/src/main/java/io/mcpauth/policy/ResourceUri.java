package io.mcpauth.policy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a resource's URI may be compared with a pattern: only in its normal form (RFC 3986
 * section 6.2.2), because {@code file:///public/../secret} is in another place than it looks.
 */
final class ResourceUri {
  private static final Pattern EXPRESSION = Pattern.compile("\\{[^{}]*\\}");

  /** What a star may stand for, to see whether a pattern can fit anything. */
  private static final List<String> FILLINGS = List.of("x", "/x", "x/x", "//x/x", "///x", "");

  private static final Pattern FILE_OTHERWISE = Pattern.compile("file:(//localhost/|(?!//)[^*])");
  private static final Pattern AUTHORITY = Pattern.compile("[^:/?#*]+://([^/?#]*)");

  /** A star where {@code //host} could stand. */
  private static final Pattern BEFORE_HOST = Pattern.compile("([^:/?#*]+):(/?)\\*.*");

  /** All URIs of a scheme, without a word on their hosts. */
  private static final Pattern WHOLE_SCHEME = Pattern.compile("[^:/?#*]+:\\*+");

  private static final Pattern STARS = Pattern.compile("\\*+");

  private static final Set<String> WITH_HOST =
      Set.of("http", "https", "ws", "wss", "ftp", "ftps", "sftp", "file");

  /** Also before a path parameter, which some servers cut off, and spaces, which Windows does. */
  private static final Pattern DOTS = Pattern.compile("\\.{1,2}(%20)*((;|%3B).*)?");

  private static final Map<String, String> DEFAULT_PORTS =
      Map.of("http", ":80", "ws", ":80", "https", ":443", "wss", ":443");

  private ResourceUri() {}

  /** A template (RFC 6570) as a URI that its patterns can be compared with. */
  static String expanded(String template) {
    return EXPRESSION.matcher(template).replaceAll("x");
  }

  /**
   * What is wrong with a pattern and what to write instead, or null. A star stands for slashes too:
   * {@code *://docs.internal/*} would fit {@code https://evil.example/?u=x://docs.internal/}, and
   * {@code https://*.example.com/*} would fit {@code https://evil.example/.example.com/}.
   */
  static @Nullable String problemOf(String pattern) {
    if (FILE_OTHERWISE.matcher(pattern).lookingAt()) {
      return "fits nothing: only one spelling of such a URI is compared. Write 'file:///...'.";
    }
    if (leavesHostOpen(pattern)) {
      return "has a '*' in or before its scheme and host, which slashes fit too, and so every host."
          + " Write scheme and host in full, such as 'https://example.com/*' or 'file:///*'; or"
          + " 'note:*' for a scheme of your own, '*' for every resource.";
    }
    return !pattern.startsWith("*")
            && FILLINGS.stream().noneMatch(x -> isNormal(pattern.replace("*", x)))
        ? "fits no URI in normal form. Write scheme and host in lower case, and no '..', '//' or"
            + " needless escape."
        : null;
  }

  /** RFC 3986 section 3: whether a star stands in or before scheme and authority. */
  private static boolean leavesHostOpen(String pattern) {
    if (STARS.matcher(pattern).matches()) {
      return false; // says that it means everything
    }
    int star = pattern.indexOf('*');
    int colon = pattern.indexOf(':');
    if (star >= 0 && (star < colon || colon < 0)) {
      return pattern.startsWith("*") || colon > 0;
    }
    Matcher authority = AUTHORITY.matcher(pattern);
    if (authority.lookingAt()) {
      return authority.group(1).indexOf('*') >= 0;
    }
    Matcher before = BEFORE_HOST.matcher(pattern);
    return before.matches()
        && (WITH_HOST.contains(before.group(1)) || !WHOLE_SCHEME.matcher(pattern).matches());
  }

  static boolean isNormal(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      return false; // a backslash, a space, a control character
    }
    String scheme = uri.getScheme();
    return scheme != null
        && isLowerCase(scheme)
        && text.chars().allMatch(c -> c < 0x80) // RFC 3986 section 2; java.net.URI takes more
        && (scheme.equals("file") ? isPlainFile(uri) : isPlainAuthority(uri))
        && uri.getRawFragment() == null // names a part of what is the same resource without it
        && ResourceEscapes.areNormal(text)
        && hasPlainSegments(uri.isOpaque() ? uri.getRawSchemeSpecificPart() : uri.getRawPath())
        && !hasDots(uri.getRawQuery());
  }

  /** RFC 8089 has three more spellings: {@code file:/x}, {@code file://localhost/x}, relative. */
  private static boolean isPlainFile(URI uri) {
    String authority = uri.getRawAuthority();
    return uri.getRawSchemeSpecificPart().startsWith("//")
        && uri.getRawQuery() == null
        && (authority == null || (isPlainAuthority(uri) && !authority.equals("localhost")));
  }

  /** RFC 3986 sections 6.2.2.1 and 6.2.3: host in lower case, no user, no default port. */
  private static boolean isPlainAuthority(URI uri) {
    String authority = uri.getRawAuthority();
    return authority == null
        || (isLowerCase(authority)
            && authority.indexOf('@') < 0
            && !authority.endsWith(":")
            && !authority.endsWith(".")
            && !authority.contains(".:")
            && !authority.endsWith(DEFAULT_PORTS.getOrDefault(uri.getScheme(), "\n"))
            && !(DEFAULT_PORTS.containsKey(uri.getScheme()) && uri.getRawPath().isEmpty()));
  }

  /** ASCII alone: what else is in a host name has a spelling in it. */
  private static boolean isLowerCase(String text) {
    return text.chars().allMatch(c -> c < 0x80 && (c < 'A' || c > 'Z'));
  }

  /** RFC 3986 section 6.2.2.3, and no empty segment, which file systems leave out. */
  private static boolean hasPlainSegments(@Nullable String path) {
    if (path == null || path.isEmpty() || path.equals("/")) {
      return true;
    }
    int empty = path.indexOf("//");
    return !hasDots(path) && empty < 0;
  }

  /** In a query too: who takes the URI apart at slashes alone does not know where it begins. */
  private static boolean hasDots(@Nullable String text) {
    if (text == null || text.indexOf('.') < 0) {
      return false;
    }
    Matcher dots = DOTS.matcher(text);
    for (int start = 0; start <= text.length(); start = text.indexOf('/', start) + 1) {
      int slash = text.indexOf('/', start);
      int end = slash < 0 ? text.length() : slash;
      if (text.startsWith(".", start) && dots.region(start, end).matches()) {
        return true;
      }
      if (slash < 0) {
        return false;
      }
    }
    return false;
  }
}
