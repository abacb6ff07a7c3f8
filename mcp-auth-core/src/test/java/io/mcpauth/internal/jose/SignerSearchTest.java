package io.mcpauth.internal.jose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
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

  @Test
  void manyKeysOfOneId_areTriedUpToTheBound() throws JOSEException {
    SignerSearch search = new SignerSearch(FORGED, "ES256", "k", 2);

    assertThat(search.among(keys(5))).isNull();
    assertThat(search.checks()).isEqualTo(2);
    assertThat(search.among(keys(5))).isNull();
    assertThat(search.checks()).isEqualTo(2);
  }

  @Test
  void keyOfAnotherAnswer_isNotTriedTwice() throws JOSEException {
    List<VerificationKey> keys = keys(1);
    SignerSearch search = new SignerSearch(FORGED, "ES256", "k", 3);
    assertThat(search.among(keys)).isNull();
    assertThat(search.among(List.of(keys.get(0)))).isNull();
    assertThat(search.checks()).isOne();

    assertThat(search.among(keys(1))).isNull(); // another key under the same id
    assertThat(search.checks()).isEqualTo(2);
  }

  @Test
  void nothingThatSaysWhichKey_isNoReasonToTry() throws JOSEException {
    SignerSearch search = new SignerSearch(FORGED, "ES256", null, 3);
    List<VerificationKey> two = keys(2);

    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(() -> search.among(two))
        .withMessageContaining("KEY_NOT_FOUND");
    assertThat(search.checks()).isZero();
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
                      .toJSONObject())));
    }
    return keys;
  }

  private static String part(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }
}
