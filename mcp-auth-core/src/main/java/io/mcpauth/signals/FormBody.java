package io.mcpauth.signals;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads forms (WHATWG URL standard, section 5.1). */
final class FormBody {
  private FormBody() {}

  /** The values of a parameter, as often as it is there. */
  static List<String> values(byte[] body, String name) {
    List<String> values = new ArrayList<>();
    for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals >= 0 && name.equals(decoded(pair.substring(0, equals)))) {
        values.add(decoded(pair.substring(equals + 1)));
      }
    }
    return values;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return ""; // no name that is asked for, and no token
    }
  }
}
