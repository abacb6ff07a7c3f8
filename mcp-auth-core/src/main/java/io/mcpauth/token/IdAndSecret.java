package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Opaque;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * The id and the secret of a service account, as the scheme Basic carries them (RFC 7617 section
 * 2). They are taken as they are: what RFC 6749 section 2.3.1 has clients form-encode is for token
 * endpoints, and a secret may have a percent sign of its own.
 *
 * @param id without a colon, and not blank
 * @param secret not blank
 */
record IdAndSecret(String id, String secret) {
  /** The longest in base64: of 2,049 bytes, which no id and secret have together. */
  static final int LONGEST = 2_732;

  /**
   * Reads what stands behind the scheme.
   *
   * @throws AuthException AUTHORIZATION_MALFORMED if it is none, CREDENTIAL_INVALID if one of the
   *     two is blank, which nobody has
   */
  static IdAndSecret of(String encoded) {
    if (encoded.length() > LONGEST) {
      throw malformed();
    }
    String text = utf8(decoded(encoded));
    int colon = text.indexOf(':'); // the first: an id has none
    if (colon < 0 || text.chars().anyMatch(Character::isISOControl)) {
      throw malformed();
    }
    IdAndSecret read = new IdAndSecret(text.substring(0, colon), text.substring(colon + 1));
    if (read.id.isBlank() || read.secret.isBlank()) {
      throw new AuthException(ReasonCode.CREDENTIAL_INVALID, Map.of("problem", "one is blank"));
    }
    return read;
  }

  /** RFC 4648 sections 3.2, 3.3 and 3.5: padding, alphabet and the bits that are left over. */
  private static byte[] decoded(String encoded) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) { // without its message, which quotes
      throw malformed();
    }
    if (!Base64.getEncoder().encodeToString(bytes).equals(encoded)) {
      throw malformed();
    }
    return bytes;
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static AuthException malformed() {
    return new AuthException(ReasonCode.AUTHORIZATION_MALFORMED, Map.of("scheme", "Basic"));
  }

  /** The SHA-256 of both, by which what is known of them is kept. */
  String hash() {
    return Opaque.hash(id + ":" + secret); // one way to read it, since an id has no colon
  }

  @Override
  public String toString() {
    return "IdAndSecret[elided]";
  }
}
