package io.mcpauth.examples.authserver;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.mcpauth.authserver.ClientAssertion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A key of a client and the assertions that it signs. */
final class SignedClient {
  private final ECKey key;

  SignedClient() {
    try {
      key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** The members of its metadata that say how it proves itself. */
  Map<String, Object> metadata() {
    return Map.of(
        "token_endpoint_auth_method",
        "private_key_jwt",
        "jwks",
        new JWKSet(key.toPublicJWK()).toJSONObject());
  }

  String assertion(String clientId, String audience) {
    Instant now = Instant.now();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(),
            new JWTClaimsSet.Builder()
                .issuer(clientId)
                .subject(clientId)
                .audience(audience)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(60)))
                .build());
    try {
      jwt.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
    return jwt.serialize();
  }

  /** Form fields with an assertion, and others. */
  static String[] fields(String assertion, String... others) {
    List<String> fields =
        new ArrayList<>(
            List.of("client_assertion_type", ClientAssertion.TYPE, "client_assertion", assertion));
    fields.addAll(Arrays.asList(others));
    return fields.toArray(String[]::new);
  }
}
