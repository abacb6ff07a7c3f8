package io.mcpauth.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code WWW-Authenticate} (RFC 9110 section 11.6.1) once, from left to right. */
final class ChallengeReader {
  /** A challenge; the scheme and the names of the parameters in lower case. */
  record Read(String scheme, Map<String, String> parameters) {}

  private static final int MAX_LENGTH = 16 * 1024;
  private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~"; // RFC 9110 section 5.6.2
  private static final String TOKEN68_SYMBOLS = "-._~+/"; // RFC 9110 section 11.2

  private final String text;
  private final List<Read> found = new ArrayList<>();
  private int at;

  private ChallengeReader(String text) {
    this.text = text;
  }

  static List<Read> read(String header) {
    if (header.length() > MAX_LENGTH) {
      return List.of();
    }
    ChallengeReader reader = new ChallengeReader(header);
    boolean more = true;
    while (more) {
      more = reader.challenge();
    }
    return List.copyOf(reader.found);
  }

  /** Whether there may be another one behind it. */
  private boolean challenge() {
    skip(" \t,");
    String scheme = token();
    if (scheme.isEmpty()) {
      return false;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    boolean twice = false;
    if (!atEnd() && peek() == ' ' && !token68()) {
      while (true) {
        int before = at;
        skip(" \t");
        String name = token().toLowerCase(Locale.ROOT);
        skip(" \t");
        if (name.isEmpty() || atEnd() || peek() != '=') {
          at = before; // a scheme follows, or nothing that fits
          break;
        }
        at++;
        skip(" \t");
        String value = atEnd() || peek() != '"' ? token() : quoted();
        skip(" \t");
        if (value == null || (value.isEmpty() && text.charAt(at - 1) == '=') || !atSeparator()) {
          return false;
        }
        twice |= parameters.putIfAbsent(name, value) != null;
        skip(" \t,");
      }
    }
    skip(" \t");
    if (!twice) {
      found.add(new Read(scheme.toLowerCase(Locale.ROOT), parameters));
    }
    return !atEnd();
  }

  /** {@code Basic} and others may have their value in one piece; it is passed over. */
  private boolean token68() {
    int before = at;
    skip(" ");
    int start = at;
    while (!atEnd() && isToken68(peek())) {
      at++;
    }
    boolean some = at > start;
    skip("=");
    skip(" \t");
    if (some && atSeparator()) {
      return true;
    }
    at = before;
    return false;
  }

  private boolean atSeparator() {
    return atEnd() || peek() == ',';
  }

  private String token() {
    int start = at;
    while (!atEnd() && isToken(peek())) {
      at++;
    }
    return text.substring(start, at);
  }

  /** RFC 9110 section 5.6.4; null where it does not end or has a control character. */
  private @Nullable String quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; !atEnd(); at++) {
      char c = peek();
      if (c == '"') {
        at++;
        return value.toString();
      }
      if (c == '\\') {
        at++;
        if (atEnd()) {
          return null;
        }
        c = peek();
      }
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return null;
      }
      value.append(c);
    }
    return null;
  }

  private void skip(String characters) {
    while (!atEnd() && characters.indexOf(peek()) >= 0) {
      at++;
    }
  }

  private boolean atEnd() {
    return at >= text.length();
  }

  private char peek() {
    return text.charAt(at);
  }

  private static boolean isToken(char c) {
    return isAlphanumeric(c) || TOKEN_SYMBOLS.indexOf(c) >= 0;
  }

  private static boolean isToken68(char c) {
    return isAlphanumeric(c) || TOKEN68_SYMBOLS.indexOf(c) >= 0;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
