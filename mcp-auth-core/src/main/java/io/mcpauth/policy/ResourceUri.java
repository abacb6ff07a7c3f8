package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private static final Pattern HOST = Pattern.compile("[^:/?#]+://([^/?#]*)");

  /** Also before a path parameter, which some servers cut off, and spaces, which Windows does. */
  private static final Pattern DOTS = Pattern.compile("\\.{1,2}(%20)*(;.*)?");

  private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

  private static final Map<String, String> DEFAULT_PORTS =
      Map.of("http", ":80", "ws", ":80", "https", ":443", "wss", ":443");

  /** An escape of a percent sign before what reads as an escape: somebody decodes twice. */
  private static final Pattern TWICE = Pattern.compile("%25[0-9A-Fa-f]{2}");

  private ResourceUri() {}

  /** A template (RFC 6570) as a URI that its patterns can be compared with. */
  static String expanded(String template) {
    return EXPRESSION.matcher(template).replaceAll("x");
  }

  /**
   * What is wrong with a pattern and what to write instead, or null. A star stands for slashes too,
   * so that {@code https://*.example.com/x*} would fit {@code https://other/.example.com/x}.
   */
  static @Nullable String problemOf(String pattern) {
    if (FILE_OTHERWISE.matcher(pattern).lookingAt()) {
      return "fits nothing: only one spelling of such a URI is compared. Write 'file:///...'.";
    }
    if (!pattern.startsWith("*")
        && FILLINGS.stream().noneMatch(x -> isNormal(pattern.replace("*", x)))) {
      return "fits no URI in normal form. Write scheme and host in lower case, and no '..', '//' or"
          + " needless escape.";
    }
    Matcher host = HOST.matcher(pattern);
    boolean star = host.lookingAt() && host.group(1).indexOf('*') >= 0;
    return star && !host.group(1).equals("*")
        ? "has a '*' within its host, which slashes fit too, and so every host. Write each host."
        : null;
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
        && escapesAreNormal(text)
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

  /** RFC 3986 section 6.2.2.2: what need not be escaped is not, or there are two spellings. */
  private static boolean escapesAreNormal(String text) {
    if (TWICE.matcher(text).find()) {
      return false;
    }
    return ESCAPE
            .matcher(text)
            .results()
            .allMatch(
                escape -> {
                  String digits = escape.group(1);
                  int c = Integer.parseInt(digits, 16);
                  boolean unreserved =
                      c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
                  boolean control = c < 0x20 || c == 0x7F; // a reader in C stops at NUL
                  // An escaped slash is another character here, and the same to many servers.
                  boolean separator = c == '/' || c == '\\';
                  return !(unreserved || control || separator)
                      && digits.equals(digits.toUpperCase(Locale.ROOT));
                })
        && escapesAreUtf8(text);
  }

  /** An overlong form, such as {@code %C0%AE} for a dot, is one to a careless reader. */
  private static boolean escapesAreUtf8(String text) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      boolean escaped = text.charAt(i) == '%';
      octets.write(escaped ? Integer.parseInt(text, i + 1, i + 3, 16) : 0);
      i += escaped ? 2 : 0;
    }
    try {
      CharBuffer unused = UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.toByteArray()));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** RFC 3986 section 6.2.2.3, and no empty segment, which file systems leave out. */
  private static boolean hasPlainSegments(@Nullable String path) {
    if (path == null || path.isEmpty() || path.equals("/")) {
      return true;
    }
    if (hasDots(path)) {
      return false;
    }
    String[] segments = path.split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      if (segments[i].isEmpty() && i > 0 && i < segments.length - 1) {
        return false;
      }
    }
    return true;
  }

  /** In a query too: who takes the URI apart at slashes alone does not know where it begins. */
  private static boolean hasDots(@Nullable String text) {
    return text != null
        && Arrays.stream(text.split("/", -1)).anyMatch(segment -> DOTS.matcher(segment).matches());
  }
}
