package io.mcpauth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerificationKeyTest {
  private static final RSAKey OWN = rsa(2048);
  private static final Map<String, Object> RSA = OWN.toPublicJWK().toJSONObject();
  private static final Jwt SIGNED = signed(OWN);

  @Test
  void keyThatSaysNothingOfItsUse_isUsed() {
    assertVerifies(RSA);
  }

  @Test
  void keyOfEveryUseForSignatures_isUsed() {
    assertVerifies(with("use", "sig"));
    assertVerifies(with("key_ops", List.of("verify")));
    assertVerifies(with("alg", "RS256"));
  }

  @ParameterizedTest
  @CsvSource({
    "use, enc",
    "use, SIG",
    "use, ' '",
    "kty, oct",
    "kty, EC",
    "kty, OKP",
    "kty, rsa",
    "kty, XYZ",
    "n, ''",
    "n, AQAB",
    "n, %",
    "e, ''",
    "e, AQAAAAAAAAAAAQ"
  })
  void textMemberThatSpoilsAKey_hasItIgnored(String name, String value) {
    assertThat(usable(with(name, value))).isNull();
  }

  @Test
  void keyThatTheLibraryTripsOver_isIgnored() {
    assertThat(usable(with("oth", List.of(Map.of())))).isNull();
  }

  @Test
  void keyWithoutVerifyAmongItsOperations_isIgnored() {
    for (String operation : List.of("sign", "encrypt", "wrapKey", "VERIFY")) {
      assertThat(usable(with("key_ops", List.of(operation)))).isNull();
    }
    assertThat(usable(with("key_ops", "verify"))).isNull();
  }

  // https://github.com/lestrrat-go/jwx/issues/316
  // https://github.com/auth0/node-jwks-rsa/issues/279
  @Test
  void memberThatDecidesNothing_refusesNothing() {
    for (Object odd : List.of("not base64!", List.of("%"), List.of(1L), Map.of(), 7L, "")) {
      assertVerifies(with("x5c", odd));
      assertVerifies(with("x5t", odd));
      assertVerifies(with("x5t#S256", odd));
      assertVerifies(with("x5u", odd));
      assertVerifies(with("exp", odd));
      assertVerifies(with("vendor", odd));
    }
    assertVerifies(with("use", ""));
    assertVerifies(with("key_ops", List.of()));
    assertVerifies(with("key_ops", List.of("verify", "vendor:op")));
  }

  // https://github.com/auth0/node-jwks-rsa/issues/279
  @Test
  void numericKid_countsAsNone() {
    VerificationKey key = Objects.requireNonNull(usable(with("kid", 7L)));
    assertThat(key.kid()).isNull();
    assertThat(key.fits("RS256", null)).isTrue();
  }

  @Test
  void keysThatArePassedOver_areNamedWithTheReason() {
    Map<String, Object> set =
        Map.of(
            "keys",
            List.of(
                with("use", "enc"),
                with("key_ops", List.of("encrypt")),
                with("n", "AQAB"),
                Map.of("kty", "oct", "kid", "k".repeat(500), "k", "c2VjcmV0"),
                "text",
                RSA));
    JwkSet read = JwkSet.of(set, VerificationKey.DEFAULT_MAX_RSA_BITS);

    assertThat(read.keys()).hasSize(1);
    assertThat(read.passedOver())
        .containsExactly(
            "(no kid): its use is 'enc'",
            "(no kid): its key_ops are [encrypt], without 'verify'",
            "(no kid): it has 24 bits, not 2048 to 4096",
            "'" + "k".repeat(80) + "': its kind or curve is of no accepted algorithm",
            "(no kid): it is no JSON object");
  }

  @Test
  void manyKeysThatArePassedOver_areNotAllNamed() {
    JwkSet read =
        JwkSet.of(
            Map.of("keys", Collections.nCopies(1000, Map.of("kid", "k"))),
            VerificationKey.DEFAULT_MAX_RSA_BITS);

    assertThat(read.passedOver()).hasSize(20).allMatch(told -> told.contains("no key of kty"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kty", "n", "e", "use", "key_ops", "alg", "kid", "x5c", "x5u", "x5t", "exp", "nbf", "iat",
        "d", "oth", "revoked"
      })
  void memberOfAnyType_neverThrows(String name) {
    List<Object> values =
        List.of(
            1L,
            true,
            new BigDecimal("1e300"),
            List.of(),
            List.of(1L),
            List.of(List.of()),
            Map.of(),
            Map.of("a", 1L),
            "",
            "\u0000",
            "https://x",
            List.of("x"));
    for (Object value : values) {
      VerificationKey key = usable(with(name, value));
      assertThat(key == null || !key.fits("none", null)).isTrue();
    }
  }

  @Test
  void emptyObject_isIgnored() {
    assertThat(usable(Map.of())).isNull();
  }

  @Test
  void weakRsaKey_isIgnored() {
    // A modulus of 1024 bits: the generator makes none, and RFC 7518 section 3.3 allows none.
    String modulus = (String) Objects.requireNonNull(RSA.get("n"));
    assertThat(usable(with("n", modulus.substring(0, 171)))).isNull();
  }

  /** Each check costs with the square of the length; who configured the issuer may allow it. */
  @Test
  void veryLargeRsaKey_isIgnoredUnlessItIsAllowed() {
    String modulus = (String) Objects.requireNonNull(RSA.get("n"));
    Map<String, Object> large = with("n", (modulus + modulus).substring(0, 684)); // 4,104 bits
    assertThat(usable(with("n", (modulus + modulus).substring(0, 682)))).isNotNull();
    assertThat(usable(large)).isNull();
    assertThat(VerificationKey.of(large, VerificationKey.LARGEST_RSA_BITS)).isNotNull();
  }

  @Test
  void symmetricKey_isIgnored() throws JOSEException {
    assertThat(of(new OctetSequenceKeyGenerator(256).generate())).isNull();
  }

  @Test
  void curveOfNoAcceptedAlgorithm_isIgnored() throws JOSEException {
    assertThat(of(new ECKeyGenerator(Curve.P_256).generate())).isNotNull();
    Map<String, Object> bitcoin =
        Map.of(
            "kty", "EC",
            "crv", "secp256k1",
            "x", "eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g",
            "y", "SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg");
    assertThat(usable(bitcoin)).isNull();
    Map<String, Object> agreement =
        Map.of(
            "kty", "OKP",
            "crv", "X25519",
            "x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assertThat(usable(agreement)).isNull();
  }

  @Test
  void pointThatIsNotOnItsCurve_isIgnored() throws JOSEException {
    Map<String, Object> point =
        new HashMap<>(new ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toJSONObject());
    point.put("y", Objects.requireNonNull(point.get("x")));

    assertThat(usable(point)).isNull();
  }

  /** RFC 8725 section 3.1: a key is for one algorithm, unless its owner is known to say another. */
  @ParameterizedTest
  @CsvSource({
    "RS256, RS256, true, true",
    "RS256, RS512, false, true",
    "RS512, RS256, false, true",
    "RS256, PS256, false, false",
    "PS256, PS256, true, true",
    "PS256, PS512, false, true",
    "PS256, RS256, false, false",
    "RS256, ES256, false, false",
    "RS256, HS256, false, false"
  })
  void declaredAlgorithm_isTheOne(String declared, String asked, boolean exact, boolean family) {
    VerificationKey key = Objects.requireNonNull(usable(with("alg", declared)));

    assertThat(key.fits(asked, null)).isEqualTo(exact);
    assertThat(key.byFamily().fits(asked, null)).isEqualTo(family);
  }

  @ParameterizedTest
  @CsvSource({
    "ES256, ES256, true, true",
    "ES512, ES256, false, true",
    "ES512, ES512, false, false"
  })
  void declaredAlgorithmOfACurve_isTheOne(
      String declared, String asked, boolean exact, boolean family) throws JOSEException {
    VerificationKey key =
        Objects.requireNonNull(
            of(new ECKeyGenerator(Curve.P_256).algorithm(JWSAlgorithm.parse(declared)).generate()));

    assertThat(key.fits(asked, null)).isEqualTo(exact);
    assertThat(key.byFamily().fits(asked, null)).isEqualTo(family);
  }

  /** A set of nothing else has no key, and says so at the start. */
  @ParameterizedTest
  @ValueSource(strings = {"RSA-OAEP", "none", "HS256", "ES256", "EdDSA", "rs256", ""})
  void algorithmThatNoRsaKeySignsWith_hasItPassedOver(String declared) {
    assertPassedOver(with("alg", declared), declared);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ECDH-ES", "RS256", "EdDSA", "HS256", "none"})
  void algorithmThatNoCurveSignsWith_hasItPassedOver(String declared) throws JOSEException {
    Map<String, Object> jwk =
        new HashMap<>(new ECKeyGenerator(Curve.P_256).generate().toPublicJWK().toJSONObject());
    jwk.put("alg", declared);
    assertPassedOver(jwk, declared);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ECDH-ES", "ES256", "Ed448", "none"})
  void algorithmThatEd25519DoesNotSignWith_hasItPassedOver(String declared) {
    Map<String, Object> jwk =
        Map.of(
            "kty", "OKP",
            "crv", "Ed25519",
            "x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "alg", declared);
    assertPassedOver(jwk, declared);
  }

  private static void assertPassedOver(Map<String, Object> jwk, String alg) {
    JwkSet read =
        JwkSet.of(Map.of("keys", List.of(jwk, RSA)), VerificationKey.DEFAULT_MAX_RSA_BITS);
    assertThat(read.keys()).hasSize(1);
    assertThat(read.passedOver())
        .containsExactly("(no kid): its alg '" + alg + "' signs no token with a key of its kind");
  }

  @ParameterizedTest
  @CsvSource({
    "P-256, ES256, true",
    "P-256, ES384, false",
    "P-384, ES384, true",
    "P-521, ES512, true",
    "P-521, ES256, false",
    "P-256, RS256, false"
  })
  void curve_hasOneAlgorithm(String curve, String asked, boolean fits) throws JOSEException {
    VerificationKey key =
        Objects.requireNonNull(of(new ECKeyGenerator(Curve.parse(curve)).generate()));

    assertThat(key.fits(asked, null)).isEqualTo(fits);
  }

  @Test
  void kid_isComparedExactly() {
    VerificationKey named = Objects.requireNonNull(usable(with("kid", "k")));
    VerificationKey nameless = Objects.requireNonNull(usable(RSA));

    assertThat(named.fits("RS256", "k")).isTrue();
    assertThat(named.fits("RS256", "K")).isFalse();
    assertThat(named.fits("RS256", null)).isTrue();
    assertThat(nameless.fits("RS256", "k")).isFalse();
  }

  private static @Nullable VerificationKey usable(Map<String, Object> jwk) {
    return VerificationKey.of(jwk, VerificationKey.DEFAULT_MAX_RSA_BITS);
  }

  private static @Nullable VerificationKey of(JWK key) {
    return usable(key.toJSONObject());
  }

  private static Map<String, Object> with(String name, Object value) {
    Map<String, Object> jwk = new HashMap<>(RSA);
    jwk.put(name, value);
    return jwk;
  }

  /** The very key, with all that makes it one. */
  private static void assertVerifies(Map<String, Object> jwk) {
    VerificationKey key = Objects.requireNonNull(usable(jwk));
    assertThat(key.fits("RS256", null)).isTrue();
    assertThat(key.verifies("RS256", SIGNED)).isTrue();
  }

  private static Jwt signed(RSAKey key) {
    try {
      JWSObject object = new JWSObject(new JWSHeader(JWSAlgorithm.RS256), new Payload("{}"));
      object.sign(new RSASSASigner(key));
      return Jwt.parse(object.serialize());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RSAKey rsa(int bits) {
    try {
      return new RSAKeyGenerator(bits).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
