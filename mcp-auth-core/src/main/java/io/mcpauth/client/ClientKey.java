package io.mcpauth.client;

import io.mcpauth.internal.jose.JwtSigner;
import io.mcpauth.internal.jose.Opaque;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The private key that a client proves itself with, see {@link ClientAuthentication#privateKeyJwt}.
 * Immutable; nothing prints it.
 */
public final class ClientKey {
  private static final long SECONDS = 60;
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private final JwtSigner signer;

  private ClientKey(JwtSigner signer) {
    this.signer = signer;
  }

  /**
   * A key of the JDK, such as one of a key store.
   *
   * @param algorithm {@code ES256}, {@code RS256} or {@code PS256}
   * @param keyId the {@code kid} that the server knows it by, or null
   * @throws IllegalArgumentException if key and algorithm do not fit together, or the key is too
   *     short
   */
  public static ClientKey of(PrivateKey key, String algorithm, @Nullable String keyId) {
    return new ClientKey(JwtSigner.of(key, algorithm, keyId, null));
  }

  /**
   * A key in PEM: {@code -----BEGIN PRIVATE KEY-----} (PKCS #8, RFC 7468 section 10).
   *
   * @throws IllegalArgumentException if it is none, or as {@link #of} does; the message does not
   *     repeat it
   */
  public static ClientKey ofPem(String pem, String algorithm, @Nullable String keyId) {
    String text = pem.strip();
    if (!text.startsWith(BEGIN) || !text.substring(BEGIN.length()).endsWith(END)) {
      throw noPem();
    }
    try {
      byte[] der =
          Base64.getMimeDecoder()
              .decode(text.substring(BEGIN.length(), text.length() - END.length()));
      KeyFactory factory = KeyFactory.getInstance(algorithm.equals("ES256") ? "EC" : "RSA");
      return of(factory.generatePrivate(new PKCS8EncodedKeySpec(der)), algorithm, keyId);
    } catch (GeneralSecurityException e) {
      throw noPem();
    }
  }

  /**
   * A key as a JWK (RFC 7517), with its {@code kid}; {@code alg} is ES256 or RS256 where it has
   * none.
   *
   * @throws IllegalArgumentException if it is none, or as {@link #of} does
   */
  public static ClientKey ofJwk(String json) {
    return new ClientKey(JwtSigner.ofJwk(json));
  }

  /** RFC 7523 section 3. */
  String assertion(String clientId, String audience, Instant now) {
    return signer.sign(
        "JWT",
        false,
        Map.of(
            "iss",
            clientId,
            "sub",
            clientId,
            "aud",
            audience,
            "jti",
            Opaque.random(16),
            "iat",
            now.getEpochSecond(),
            "exp",
            now.getEpochSecond() + SECONDS));
  }

  /** No key. */
  @Override
  public String toString() {
    return "ClientKey[...]";
  }

  private static IllegalArgumentException noPem() {
    return new IllegalArgumentException(
        "The key is no PKCS #8 key in PEM that fits the algorithm. Write '"
            + BEGIN
            + "', the key and '"
            + END
            + "'.");
  }
}
