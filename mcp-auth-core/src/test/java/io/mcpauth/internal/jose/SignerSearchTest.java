package io.mcpauth.internal.jose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.mcpauth.error.AuthException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How many keys a signature that nobody made is tried with. */
class SignerSearchTest {
  private static final Jwt FORGED = Jwt.parse(part("{}") + "." + part("{}") + "." + part("x"));

  private final SignatureChecks checks = SignatureChecks.atOnce(1);

  @Test
  void manyKeysOfOneId_areTriedUpToTheBound() throws JOSEException {
    SignerSearch search = checks.search(FORGED, "ES256", "k", 2);

    assertThat(search.among(keys(5))).isNull();
    assertThat(search.checks()).isEqualTo(2);
    assertThat(search.among(keys(5))).isNull();
    assertThat(search.checks()).isEqualTo(2);
  }

  @Test
  void keyOfAnotherAnswer_isNotTriedTwice() throws JOSEException {
    List<VerificationKey> keys = keys(1);
    SignerSearch search = checks.search(FORGED, "ES256", "k", 3);
    assertThat(search.among(keys)).isNull();
    assertThat(search.among(List.of(keys.get(0)))).isNull();
    assertThat(search.checks()).isOne();

    assertThat(search.among(keys(1))).isNull(); // another key under the same id
    assertThat(search.checks()).isEqualTo(2);
  }

  @Test
  void nothingThatSaysWhichKey_triesEachUpToTheBound() throws JOSEException {
    SignerSearch two = checks.search(FORGED, "ES256", null, 3);
    assertThat(two.among(keys(2))).isNull();
    assertThat(two.checks()).isEqualTo(2);

    SignerSearch many = checks.search(FORGED, "ES256", null, 3);
    assertThat(many.among(keys(9))).isNull();
    assertThat(many.checks()).isEqualTo(3);
  }

  @Test
  void noKeyAtAll_isNotFound() {
    SignerSearch search = checks.search(FORGED, "ES256", null, 3);

    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> search.among(List.of()))
        .withMessageContaining("KEY_NOT_FOUND");
  }

  @Test
  void keysThatMayNotSign_areNoCandidates() throws JOSEException {
    SignerSearch search = checks.search(FORGED, "ES256", "k", 3).only(key -> false);
    List<VerificationKey> keys = keys(2);

    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> search.among(keys))
        .withMessageContaining("KEY_NOT_FOUND");
    assertThat(search.checks()).isZero();
  }

  @Test
  void keyThatFailedBefore_isNotTriedOnThatTokenAgain() throws JOSEException {
    List<VerificationKey> keys = keys(2);
    assertThat(checks.search(FORGED, "ES256", "k", 2).among(keys)).isNull();

    SignerSearch again = checks.search(FORGED, "ES256", "k", 2);
    assertThat(again.among(keys)).isNull();
    assertThat(again.checks()).isZero();

    Jwt other = Jwt.parse(part("{}") + "." + part("{}") + "." + part("y"));
    SignerSearch fresh = checks.search(other, "ES256", "k", 2);
    assertThat(fresh.among(keys)).isNull();
    assertThat(fresh.checks()).isEqualTo(2);
  }

  /** Else the same token, sent again and again, would try all keys in turn. */
  @Test
  void keysThatFailedBefore_countForTheBound() throws JOSEException {
    List<VerificationKey> keys = keys(9);
    for (int i = 0; i < 4; i++) {
      SignerSearch search = checks.search(FORGED, "ES256", "k", 3);
      assertThat(search.among(keys)).isNull();
      assertThat(search.checks()).isEqualTo(i == 0 ? 3 : 0);
    }
  }

  /** A provider may put the right key under the old id: the token is good from then on. */
  @Test
  void tokenThatFailedBefore_isGoodWithItsOwnKey() throws Exception {
    ECKey own = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    JWSObject signed =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k").build(), new Payload("{}"));
    signed.sign(new ECDSASigner(own));
    Jwt token = Jwt.parse(signed.serialize());
    SignerSearch search = checks.search(token, "ES256", "k", 3);
    assertThat(search.among(keys(1))).isNull();

    VerificationKey published =
        Objects.requireNonNull(
            VerificationKey.of(
                own.toPublicJWK().toJSONObject(), VerificationKey.DEFAULT_MAX_RSA_BITS));
    assertThat(search.among(List.of(published))).isSameAs(published);
    assertThat(checks.search(token, "ES256", "k", 3).among(List.of(published))).isNotNull();
  }

  private static List<VerificationKey> keys(int number) throws JOSEException {
    List<VerificationKey> keys = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      keys.add(
          Objects.requireNonNull(
              VerificationKey.of(
                  new ECKeyGenerator(Curve.P_256)
                      .keyID("k")
                      .generate()
                      .toPublicJWK()
                      .toJSONObject(),
                  VerificationKey.DEFAULT_MAX_RSA_BITS)));
    }
    return keys;
  }

  private static String part(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }
}
