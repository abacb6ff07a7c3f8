package io.mcpauth.token;

import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.token.ClientCertificates.HeaderFormat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header in which a proxy tells of the certificate of a client. What it has is hashed as
 * it is: bytes that are no certificate have the hash of none.
 */
final class CertificateHeader {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";
  private static final Pattern ENVOY_NAME = Pattern.compile("[A-Za-z]+");

  private CertificateHeader() {}

  /** The SHA-256 of the one certificate that a line is about; null where it is about none. */
  static byte @Nullable [] sha256(HeaderFormat format, String line) {
    try {
      return switch (format) {
        case RFC_9440 -> ofDer(byteSequence(line));
        case ESCAPED_PEM -> ofDer(pem(unescaped(line)));
        case ENVOY -> envoyHash(line);
      };
    } catch (IllegalArgumentException e) {
      return null; // of a decoder
    }
  }

  private static byte @Nullable [] ofDer(byte @Nullable [] der) {
    return der == null || der.length == 0 ? null : Opaque.sha256(der);
  }

  /** RFC 9440 section 2.1: a byte sequence of RFC 8941 section 3.3.5 and nothing beside it. */
  private static byte @Nullable [] byteSequence(String line) {
    int last = line.length() - 1;
    return last < 1 || line.charAt(0) != ':' || line.charAt(last) != ':'
        ? null
        : Base64.getDecoder().decode(line.substring(1, last));
  }

  /** One certificate (RFC 7468 section 5): of several, one could be another client's. */
  private static byte @Nullable [] pem(String text) {
    String trimmed = text.strip();
    boolean one =
        trimmed.startsWith(BEGIN)
            && trimmed.endsWith(END)
            && trimmed.indexOf("-----", BEGIN.length()) == trimmed.length() - END.length();
    return one
        ? Base64.getDecoder()
            .decode(
                trimmed
                    .substring(BEGIN.length(), trimmed.length() - END.length())
                    .replaceAll("[\r\n\t ]", ""))
        : null;
  }

  /** RFC 3986 section 2.1. A plus is a plus: base64 has it, and nginx escapes no space with it. */
  private static String unescaped(String line) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(line.length());
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c > 0x7F || (c == '%' && at + 3 > line.length())) {
        throw new IllegalArgumentException("no character of an escaped text");
      }
      if (c == '%') {
        bytes.write(HexFormat.fromHexDigits(line, at + 1, at + 3));
        at += 3;
      } else {
        bytes.write(c);
        at++;
      }
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  /**
   * The {@code Hash} of the only element: {@code By=...;Hash=<hex>;Subject="..."}. With several
   * elements each is what one proxy says of the one before it, and the client wrote the first. The
   * names in it are letters: what else stands there may be the end of another element.
   */
  private static byte @Nullable [] envoyHash(String line) {
    String hash = null;
    int at = 0;
    while (at < line.length()) {
      int equals = line.indexOf('=', at);
      int end = equals < 0 ? -1 : endOfValue(line, equals + 1);
      if (end < 0 || (end < line.length() && line.charAt(end) != ';')) {
        return null; // a comma begins another element
      }
      String name = line.substring(at, equals);
      if (!ENVOY_NAME.matcher(name).matches()) {
        return null;
      }
      if (name.equalsIgnoreCase("Hash")) {
        if (hash != null) {
          return null;
        }
        hash = line.substring(equals + 1, end);
      }
      at = end + 1;
    }
    return hash == null || hash.length() != 64 ? null : HexFormat.of().parseHex(hash);
  }

  /** Behind a value that begins here; a quoted one may have anything in it. */
  private static int endOfValue(String line, int start) {
    int at = start;
    if (at < line.length() && line.charAt(at) == '"') {
      at++;
      while (at < line.length() && line.charAt(at) != '"') {
        at += line.charAt(at) == '\\' ? 2 : 1;
      }
      return at < line.length() ? at + 1 : -1;
    }
    while (at < line.length() && line.charAt(at) != ';' && line.charAt(at) != ',') {
      at++;
    }
    return at;
  }
}
