package io.mcpauth.edge;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What an {@code Accept} header names (RFC 9110 section 12.5.1), read leniently: it decides on the
 * form of an answer and on nothing else, so whatever is malformed names nothing.
 */
final class MediaRanges {
  /** Browsers send a tenth of it; nobody gets to have more split. */
  private static final int MAX_LENGTH = 2000;

  /** RFC 9110 section 12.4.2: a weight of zero says "not acceptable". */
  private static final Pattern ZERO_WEIGHT = Pattern.compile("q\\s*=\\s*0(\\.0*)?");

  private MediaRanges() {}

  /**
   * Whether the media type is named itself, and not only by a range around it: every HTTP library
   * accepts everything.
   *
   * @param lines every line of the header
   * @param type in lower case, such as {@code text/html}
   */
  static boolean name(List<String> lines, String type) {
    String all = String.join(",", lines);
    if (all.length() > MAX_LENGTH) {
      return false;
    }
    for (String range : all.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = range.split(";", -1);
      if (parts[0].strip().equals(type) && !refused(parts)) {
        return true;
      }
    }
    return false;
  }

  private static boolean refused(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      if (ZERO_WEIGHT.matcher(parts[i].strip()).matches()) {
        return true;
      }
    }
    return false;
  }
}
