package io.mcpauth.bench;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;

/**
 * The check of a signature by the JDK and nothing else: what no verification can be cheaper than.
 */
final class RawCheck implements Contender {
  private final Signature signature;
  private final byte[] input;
  private final byte[] value;

  RawCheck(String algorithm, PublicKey key, String token) throws Exception {
    signature =
        Signature.getInstance(
            algorithm.equals("RS256") ? "SHA256withRSA" : "SHA256withECDSAinP1363Format");
    signature.initVerify(key);
    int dot = token.lastIndexOf('.');
    input = token.substring(0, dot).getBytes(StandardCharsets.US_ASCII);
    value = Base64.getUrlDecoder().decode(token.substring(dot + 1));
  }

  @Override
  public Object run() throws Exception {
    signature.update(input);
    if (!signature.verify(value)) {
      throw new IllegalStateException("A good signature is bad");
    }
    return signature;
  }
}
