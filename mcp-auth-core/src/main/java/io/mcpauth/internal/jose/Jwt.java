package io.mcpauth.internal.jose;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JWS in compact form (RFC 7515 section 7.1), taken apart strictly and not yet verified.
 *
 * @param header the JOSE header
 * @param claims the payload
 * @param signed what the signature is over: header and payload as they were sent
 * @param signature the signature
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Jwt(
    Map<String, @Nullable Object> header,
    Map<String, @Nullable Object> claims,
    byte[] signed,
    byte[] signature) {
  /** Larger than the fattest token of a known provider (Casdoor's user record, 8 KB and more). */
  private static final int MAX_LENGTH = 16 * 1024;

  private static final String BASE64URL =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private static final String CHARACTERS = "characters outside b64token";

  /** Of the characters of a bearer token (RFC 6750 section 2.1), by their codes. */
  private static final boolean[] B64TOKEN = new boolean[128];

  static {
    (BASE64URL + ".~+/").chars().forEach(c -> B64TOKEN[c] = true);
  }

  public static Jwt parse(String token) {
    requireSize(token.length());
    int first = token.indexOf('.');
    int second = first < 0 ? -1 : token.indexOf('.', first + 1);
    if (second < 0 || token.indexOf('.', second + 1) >= 0) {
      throw notThreeParts(token);
    }
    byte[] bytes = bytes(token);
    byte[] signature = decode(bytes, second + 1, bytes.length, "signature");
    return new Jwt(
        object(bytes, 0, first, "header"),
        object(bytes, first + 1, second, "claims"),
        Arrays.copyOf(bytes, second),
        signature);
  }

  private static AuthException notThreeParts(String token) {
    requireB64token(token);
    boolean five = token.chars().filter(c -> c == '.').count() == 4;
    return new AuthException(
        five ? ReasonCode.TOKEN_ENCRYPTED : ReasonCode.TOKEN_OPAQUE); // RFC 7516 section 7.1
  }

  /** Each character as one byte, so that places stay; what has none becomes a '?'. */
  private static byte[] bytes(String token) {
    byte[] bytes = token.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length != token.length()) { // a pair of surrogates becomes one
      throw malformed(CHARACTERS);
    }
    return bytes;
  }

  /** Requires that a token of that many characters is not too long to be looked at. */
  public static void requireSize(int length) {
    if (length > MAX_LENGTH) {
      throw new AuthException(ReasonCode.TOKEN_TOO_LARGE);
    }
  }

  /** Requires the characters of a bearer token (RFC 6750 section 2.1). */
  private static void requireB64token(String token) {
    requireB64token(bytes(token));
  }

  /**
   * Requires the characters that an access token may have (RFC 6749 appendix A.12: visible ASCII),
   * but for the comma and the quote, which a header has meanings for. For tokens that are not read
   * here but asked about: whoever sends one on has to encode it.
   */
  public static void requireVisible(String token) {
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      if (c < '!' || c > '~' || c == ',' || c == '"') {
        throw malformed("characters that no access token has");
      }
    }
  }

  private static void requireB64token(byte[] token) {
    int end = token.length;
    while (end > 0 && token[end - 1] == '=') {
      end--;
    }
    for (int i = 0; i < end; i++) {
      if (token[i] < 0 || !B64TOKEN[token[i]]) {
        throw malformed(CHARACTERS);
      }
    }
  }

  private static Map<String, @Nullable Object> object(
      byte[] token, int start, int end, String what) {
    try {
      return Json.object(decode(token, start, end, what));
    } catch (InvalidJsonException e) {
      throw malformed(what + " is not a strict JSON object");
    }
  }

  private static byte[] decode(byte[] token, int start, int end, String what) {
    String problem = " is not canonical base64url";
    try {
      byte[] decoded = Base64.getUrlDecoder().decode(Arrays.copyOfRange(token, start, end));
      if (isCanonical(token, start, end)) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      problem = " is not base64url";
    }
    requireB64token(token); // what can be decoded has no other characters, so it is asked here
    throw malformed(what + problem);
  }

  /**
   * Whether what can be decoded has the one spelling that encoders give it (RFC 4648 section 3.5),
   * or a refused token could come back in another one: no padding, and no bits of the last
   * character that stand for nothing.
   */
  private static boolean isCanonical(byte[] token, int start, int end) {
    int tail = (end - start) % 4;
    if (start == end) {
      return true;
    }
    if (token[end - 1] == '=') {
      return false;
    }
    int unused = tail == 2 ? 0x0f : tail == 3 ? 0x03 : 0;
    return (BASE64URL.indexOf(token[end - 1]) & unused) == 0;
  }

  private static AuthException malformed(String problem) {
    return new AuthException(ReasonCode.TOKEN_MALFORMED, Map.of("problem", problem));
  }

  @Override
  public String toString() {
    return "Jwt[elided]";
  }
}
