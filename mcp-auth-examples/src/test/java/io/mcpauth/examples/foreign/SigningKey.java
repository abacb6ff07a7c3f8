package io.mcpauth.examples.foreign;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;

/** The key that signs access tokens: RSA, 2048 bits, made at start and never stored. */
final class SigningKey {
  private SigningKey() {}

  static JWKSource<SecurityContext> generate() {
    try {
      return new ImmutableJWKSet<>(
          new JWKSet(
              new RSAKeyGenerator(2048)
                  .keyIDFromThumbprint(true)
                  .keyUse(KeyUse.SIGNATURE)
                  .algorithm(JWSAlgorithm.RS256)
                  .generate()));
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java platform has RSA", e);
    }
  }
}
