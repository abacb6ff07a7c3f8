package io.mcpauth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.math.BigDecimal;
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
  private static final Map<String, Object> RSA = rsa(2048);

  @Test
  void keyThatSaysNothingOfItsUse_isUsed() {
    assertThat(usable(RSA)).isNotNull();
  }

  @Test
  void keyOfEveryUseForSignatures_isUsed() {
    assertThat(usable(with("use", "sig"))).isNotNull();
    assertThat(usable(with("key_ops", List.of("verify")))).isNotNull();
    assertThat(usable(with("alg", "RS256"))).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "use, enc",
    "use, SIG",
    "use, ''",
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
    assertThat(usable(with("key_ops", List.of()))).isNull();
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

  @ParameterizedTest
  @CsvSource({
    "RS256, RS256, true",
    "RS256, RS512, true",
    "RS256, PS256, false",
    "PS256, PS512, true",
    "PS256, RS256, false",
    "RS256, ES256, false",
    "RS256, HS256, false",
    "RSA-OAEP, RS256, false",
    "none, none, false",
    "HS256, HS256, false"
  })
  void declaredAlgorithm_limitsTheFamily(String declared, String asked, boolean fits) {
    VerificationKey key = Objects.requireNonNull(usable(with("alg", declared)));

    assertThat(key.fits(asked, null)).isEqualTo(fits);
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

  private static Map<String, Object> rsa(int bits) {
    try {
      return new RSAKeyGenerator(bits).generate().toPublicJWK().toJSONObject();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
