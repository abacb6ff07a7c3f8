package io.mcpauth.seal;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWECryptoParts;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.util.Base64URL;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that encrypts to JWE in compact form (RFC 7516 section 7.1) with {@code dir} and {@code
 * A256GCM} (RFC 7518 sections 4.5 and 5.3); the cryptography is Nimbus's.
 */
final class SealedJwe {
  static final int KEY_BYTES = 32;

  /** 96 bits (RFC 7518 section 5.3) in base64url. */
  private static final int IV_CHARS = 16;

  /** 128 bits (RFC 7518 section 5.3) in base64url. */
  private static final int TAG_CHARS = 22;

  private static final int KEY_ID_BYTES = 12;

  private final String keyId;
  private final JWEHeader header;
  private final DirectEncrypter encrypter;
  private final DirectDecrypter decrypter;

  /**
   * A key.
   *
   * @param key 32 bytes; copied by the key specifications
   */
  SealedJwe(byte[] key) {
    try {
      keyId = keyId(key);
      // Spelt out, so that a header is one text for ever: it is compared as such, see header().
      String json = "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"" + keyId + "\"}";
      header = JWEHeader.parse(Base64URL.encode(json));
      encrypter = new DirectEncrypter(new SecretKeySpec(key, "AES"));
      decrypter = new DirectDecrypter(new SecretKeySpec(key, "AES"));
    } catch (JOSEException | ParseException | GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot encrypt with AES-256 in GCM", e);
    }
  }

  /** A name that all nodes give to a key and that says nothing about it. */
  private static String keyId(byte[] key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    byte[] name = mac.doFinal("mcp-auth seal key id".getBytes(StandardCharsets.US_ASCII));
    return Base64URL.encode(Arrays.copyOf(name, KEY_ID_BYTES)).toString();
  }

  /** The {@code kid}, which everybody may see. */
  String keyId() {
    return keyId;
  }

  /**
   * The one header of all that this key encrypts. Whoever looks a key up by it has thereby refused
   * every other {@code alg}, {@code enc}, {@code kid}, {@code zip} and {@code crit}.
   */
  String header() {
    return header.toBase64URL().toString();
  }

  /** The header of a text that may be a JWE: what stands before the first dot. */
  static String headerOf(String text) {
    int dot = text.indexOf('.');
    return dot < 0 ? "" : text.substring(0, dot);
  }

  String encrypt(byte[] plaintext) {
    try {
      JWECryptoParts parts = encrypter.encrypt(header, plaintext, authenticated());
      return header()
          + ".."
          + parts.getInitializationVector()
          + "."
          + parts.getCipherText()
          + "."
          + parts.getAuthenticationTag();
    } catch (JOSEException e) {
      throw new IllegalStateException("The payload cannot be encrypted", e);
    }
  }

  /**
   * Decrypts what {@link #encrypt} made, in that very spelling.
   *
   * @param jwe a text that begins with {@link #header()}
   * @throws AuthException {@code SEAL_INVALID} if it is anything else
   */
  byte[] decrypt(String jwe) {
    String[] parts = jwe.split("\\.", 6);
    // Fixed lengths: GCM works on ciphertext and tag as one, wherever the dot between them stands.
    boolean formed =
        parts.length == 5
            && parts[1].isEmpty() // RFC 7518 section 4.5
            && parts[2].length() == IV_CHARS
            && parts[4].length() == TAG_CHARS
            && canonical(parts[2])
            && canonical(parts[3])
            && canonical(parts[4]);
    if (!formed) {
      throw refused("malformed");
    }
    try {
      return decrypter.decrypt(
          header,
          null,
          new Base64URL(parts[2]),
          new Base64URL(parts[3]),
          new Base64URL(parts[4]),
          authenticated());
    } catch (JOSEException e) {
      throw refused("altered or forged");
    }
  }

  /** The header, which is authenticated too (RFC 7516 section 5.1, step 14). */
  private byte[] authenticated() {
    return header().getBytes(StandardCharsets.US_ASCII);
  }

  /** Only one spelling per value, since Nimbus skips foreign characters and spare bits. */
  private static boolean canonical(String part) {
    try {
      byte[] decoded = Base64.getUrlDecoder().decode(part);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(decoded).equals(part);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private AuthException refused(String problem) {
    return new AuthException(ReasonCode.SEAL_INVALID, Map.of("problem", problem, "kid", keyId));
  }

  @Override
  public String toString() {
    return "SealedJwe[kid=" + keyId + "]";
  }
}
