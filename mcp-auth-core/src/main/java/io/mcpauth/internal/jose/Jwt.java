package io.mcpauth.internal.jose;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JWS in compact form (RFC 7515 section 7.1), taken apart strictly and not yet verified.
 *
 * @param header the JOSE header
 * @param claims the payload
 * @param signingInput what the signature is over
 * @param signature the third part, canonical base64url
 */
public record Jwt(
    Map<String, @Nullable Object> header,
    Map<String, @Nullable Object> claims,
    String signingInput,
    String signature) {
  /** Larger than the fattest token of a known provider (Casdoor's user record, 8 KB and more). */
  private static final int MAX_LENGTH = 16 * 1024;

  public static Jwt parse(String token) {
    requireSize(token);
    requireB64token(token);
    String[] parts = token.split("\\.", -1);
    if (parts.length == 5) {
      throw new AuthException(ReasonCode.TOKEN_ENCRYPTED); // RFC 7516 section 7.1
    }
    if (parts.length != 3) {
      throw new AuthException(ReasonCode.TOKEN_OPAQUE);
    }
    decode(parts[2], "signature");
    String signingInput = token.substring(0, parts[0].length() + 1 + parts[1].length());
    return new Jwt(object(parts[0], "header"), object(parts[1], "claims"), signingInput, parts[2]);
  }

  public static void requireSize(String token) {
    if (token.length() > MAX_LENGTH) {
      throw new AuthException(ReasonCode.TOKEN_TOO_LARGE);
    }
  }

  /** Requires the characters of a bearer token (RFC 6750 section 2.1). */
  public static void requireB64token(String token) {
    int end = token.length();
    while (end > 0 && token.charAt(end - 1) == '=') {
      end--;
    }
    for (int i = 0; i < end; i++) {
      char c = token.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "-._~+/".indexOf(c) >= 0;
      if (!allowed) {
        throw malformed("characters outside b64token"); // RFC 6750 section 2.1
      }
    }
  }

  private static Map<String, @Nullable Object> object(String part, String what) {
    try {
      return Json.object(decode(part, what));
    } catch (InvalidJsonException e) {
      throw malformed(what + " is not a strict JSON object");
    }
  }

  private static byte[] decode(String part, String what) {
    try {
      byte[] decoded = Base64.getUrlDecoder().decode(part);
      // Only one spelling per value, or a refused token could come back in another one.
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(decoded).equals(part)) {
        return decoded;
      }
    } catch (IllegalArgumentException e) {
      throw malformed(what + " is not base64url");
    }
    throw malformed(what + " is not canonical base64url");
  }

  private static AuthException malformed(String problem) {
    return new AuthException(ReasonCode.TOKEN_MALFORMED, Map.of("problem", problem));
  }

  @Override
  public String toString() {
    return "Jwt[elided]";
  }
}
