package io.mcpauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.UUID;

/** DPoP proofs of a client, and such as no server should take. */
final class Proofs {
  private final String url;
  private final Clock clock;
  private final ECKey key = generated();
  private final ECKey other = generated();

  Proofs(String url, Clock clock) {
    this.url = url;
    this.clock = clock;
  }

  /** Of the key that tokens are bound to. */
  String thumbprint() {
    try {
      return key.computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A new proof for a POST to the URL with a token, or one that its name says what is wrong with.
   */
  String named(String name, String token) {
    return switch (name) {
      case "PROOF", "PROOF-WITHOUT-NONCE" -> signed(key, header(key), claims("POST", url, token));
      case "PROOF-FOR-ANOTHER-URL" ->
          signed(key, header(key), claims("POST", url.replace("mcp.", "other."), token));
      case "PROOF-FOR-GET" -> signed(key, header(key), claims("GET", url, token));
      case "PROOF-FOR-ANOTHER-TOKEN" -> signed(key, header(key), claims("POST", url, token + "x"));
      case "PROOF-OF-ANOTHER-KEY" -> signed(other, header(other), claims("POST", url, token));
      case "FORGED-PROOF" -> signed(other, header(key), claims("POST", url, token));
      case "PROOF-WITH-PRIVATE-KEY" ->
          signed(key, header(key.toJSONString()), claims("POST", url, token));
      case "OLD-PROOF" ->
          signed(
              key,
              header(key),
              claims("POST", url, token)
                  .issueTime(Date.from(clock.instant().minus(Duration.ofHours(1)))));
      default -> throw new IllegalArgumentException(name + " stands for nothing");
    };
  }

  private JWTClaimsSet.Builder claims(String method, String target, String token) {
    return new JWTClaimsSet.Builder()
        .jwtID(UUID.randomUUID().toString())
        .claim("htm", method)
        .claim("htu", target)
        .issueTime(Date.from(clock.instant()))
        .claim("ath", sha256(token));
  }

  private static String header(ECKey shown) {
    return header(shown.toPublicJWK().toJSONString());
  }

  private static String header(String jwk) {
    return "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":" + jwk + "}";
  }

  /** By hand: a library writes none that is wrong. */
  private static String signed(ECKey with, String header, JWTClaimsSet.Builder claims) {
    String input = Base64URL.encode(header) + "." + Base64URL.encode(claims.build().toString());
    try {
      return input
          + "."
          + new ECDSASigner(with)
              .sign(new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECKey generated() {
    try {
      return new ECKeyGenerator(Curve.P_256).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sha256(String token) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
      return Base64URL.encode(hash).toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
