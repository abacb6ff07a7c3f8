package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.text.Normalizer;

/**
 * Whether the percent-escapes of a URI have one meaning to every reader (RFC 3986 section 6.2.2.2):
 * what need not be escaped is not, and what is escaped is neither a dot nor a separator to anybody.
 */
final class ResourceEscapes {
  private static final String UNRESERVED_MARKS = "-._~";
  private static final String SEPARATORS = "/\\";
  private static final String TAKEN_APART = "./\\%";

  /**
   * What some readers take for a dot, a slash, a backslash or a percent sign, and compatibility
   * decomposition (NFKC) leaves as it is: an ideographic full stop (IDNA, UTS #46 section 4),
   * slashes and set minus signs, the currency signs that stand for a backslash in old code pages.
   */
  private static final String LOOK_ALIKES =
      "\u3002\u2044\u2215\u2216\u29F5\u29F8\u29F9\u00A5\u20A9\u066A";

  private ResourceEscapes() {}

  /**
   * Whether all of them are in normal form.
   *
   * @param text a URI that java.net.URI has taken, in ASCII
   */
  static boolean areNormal(String text) {
    if (text.indexOf('%') < 0) {
      return true;
    }
    byte[] octets = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      int octet = text.charAt(i);
      if (octet == '%') {
        boolean capitals = !isLowerCase(text.charAt(i + 1)) && !isLowerCase(text.charAt(i + 2));
        octet = Integer.parseInt(text, i + 1, i + 3, 16);
        if (!capitals || !needsEscape(octet) || (octet == '%' && isHex(text, i + 3))) {
          return false;
        }
        i += 2;
      }
      octets[length++] = (byte) octet;
    }
    return hasOneMeaning(ByteBuffer.wrap(octets, 0, length));
  }

  private static boolean isLowerCase(char digit) {
    return digit >= 'a';
  }

  private static boolean needsEscape(int octet) {
    boolean unreserved =
        octet < 0x80 && (Character.isLetterOrDigit(octet) || UNRESERVED_MARKS.indexOf(octet) >= 0);
    boolean control = octet < 0x20 || octet == 0x7F; // a reader in C stops at NUL
    // An escaped slash is another character here, and the same to many servers.
    return !(unreserved || control || SEPARATORS.indexOf(octet) >= 0);
  }

  /** Whether two digits follow, after an escaped percent sign: somebody decodes twice. */
  private static boolean isHex(String text, int at) {
    return text.length() >= at + 2
        && Character.digit(text.charAt(at), 16) >= 0
        && Character.digit(text.charAt(at + 1), 16) >= 0;
  }

  /**
   * In UTF-8, of which an overlong form, such as {@code %C0%AE} for a dot, is one to a careless
   * reader; and without what only looks like a dot or separator, which a server that folds Unicode
   * takes for one.
   */
  private static boolean hasOneMeaning(ByteBuffer octets) {
    String decoded;
    try {
      CharBuffer characters = UTF_8.newDecoder().decode(octets);
      decoded = characters.toString();
    } catch (CharacterCodingException e) {
      return false;
    }
    if (decoded.chars().allMatch(c -> c < 0x80)) {
      return true;
    }
    String folded = Normalizer.normalize(decoded, Normalizer.Form.NFKC);
    return folded.chars().noneMatch(c -> LOOK_ALIKES.indexOf(c) >= 0)
        && countOf(TAKEN_APART, folded) == countOf(TAKEN_APART, decoded);
  }

  private static long countOf(String characters, String text) {
    return text.chars().filter(c -> characters.indexOf(c) >= 0).count();
  }
}
