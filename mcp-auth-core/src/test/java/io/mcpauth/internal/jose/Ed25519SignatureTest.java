package io.mcpauth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The key and the signature of RFC 8037 appendix A, and what is near them. */
class Ed25519SignatureTest {
  private static final String X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
  private static final String INPUT = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
  private static final String SIGNATURE =
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

  private static final Jwt SIGNED = new Jwt(Map.of(), Map.of(), bytes(INPUT), decode(SIGNATURE));

  /** The order of the base point (RFC 8032 section 5.1). */
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private final Ed25519Signature key = new Ed25519Signature(decode(X));

  @Test
  void signatureOfAppendixA4_verifies() {
    assertThat(key.verify(bytes(INPUT), decode(SIGNATURE))).isTrue();
    assertThat(jwk(Map.of()).verifies("EdDSA", SIGNED)).isTrue();
    assertThat(jwk(Map.of()).verifies("Ed25519", SIGNED)).isTrue();
  }

  @Test
  void thumbprint_isTheOneOfAppendixA3() {
    assertThat(jwk(Map.of()).thumbprint()).isEqualTo("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  }

  /** One signature would be good for many messages: the eight points, in every spelling. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      })
  void keyOfSmallOrder_isNone(String hex) {
    assertThatThrownBy(() -> new Ed25519Signature(HexFormat.of().parseHex(hex)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everySingleBit_counts() {
    byte[] signature = decode(SIGNATURE);
    for (int bit = 0; bit < signature.length * 8; bit++) {
      byte[] altered = signature.clone();
      altered[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(key.verify(bytes(INPUT), altered)).as("bit %d", bit).isFalse();
    }
    assertThat(key.verify(bytes(INPUT + "A"), signature)).isFalse();
  }

  /** RFC 8032 section 5.1.7: the same signature must not have a second spelling. */
  @Test
  void scalarAboveTheOrder_isRefused() {
    byte[] signature = decode(SIGNATURE);
    BigInteger scalar = littleEndian(Arrays.copyOfRange(signature, 32, 64)).add(ORDER);
    byte[] bigEndian = scalar.toByteArray();
    byte[] altered = signature.clone();
    for (int i = 0; i < 32; i++) {
      int from = bigEndian.length - 1 - i;
      altered[32 + i] = from < 0 ? 0 : bigEndian[from];
    }

    assertThat(littleEndian(Arrays.copyOfRange(altered, 32, 64)).mod(ORDER))
        .isEqualTo(scalar.mod(ORDER));
    assertThat(key.verify(bytes(INPUT), altered)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32, 63, 65, 114, 128})
  void signatureOfAnotherLength_isRefused(int length) {
    assertThat(key.verify(bytes(INPUT), Arrays.copyOf(decode(SIGNATURE), length))).isFalse();
    assertThat(key.verify(bytes(INPUT), new byte[length])).isFalse();
  }

  @Test
  void extremeSignatures_areRefused() {
    byte[] ones = new byte[64];
    Arrays.fill(ones, (byte) 0xff);

    assertThat(key.verify(bytes(INPUT), ones)).isFalse();
    assertThat(key.verify(bytes(INPUT), new byte[64])).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33, 57, 64})
  void keyOfAnotherLength_isNone(int length) {
    byte[] encoded = Arrays.copyOf(decode(X), length);

    assertThatThrownBy(() -> new Ed25519Signature(encoded))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(parsed(Map.of("x", Base64URL.encode(encoded).toString()))).isNull();
  }

  /** Found when the key is read, not when a token is judged: there it would be a fault. */
  @ParameterizedTest
  @ValueSource(ints = {2, 7, 8})
  void pointThatIsNotOnTheCurve_isNoKey(int y) {
    byte[] encoded = new byte[32];
    encoded[0] = (byte) y;

    assertThatThrownBy(() -> new Ed25519Signature(encoded))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(parsed(Map.of("x", Base64URL.encode(encoded).toString()))).isNull();
  }

  @Test
  void coordinateBeyondTheField_isNoKey() {
    byte[] encoded = new byte[32];
    Arrays.fill(encoded, (byte) 0xff);

    assertThat(parsed(Map.of("x", Base64URL.encode(encoded).toString()))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "crv, X25519",
    "crv, Ed448",
    "crv, ed25519",
    "crv, P-256",
    "kty, EC",
    "kty, okp",
    "use, enc",
    "x, ''"
  })
  void memberThatSpoilsTheKey_hasItIgnored(String name, String value) {
    assertThat(parsed(Map.of(name, value))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"RS256", "PS256", "ES256", "ES512", "HS256", "none", "eddsa", "Ed448", "ed25519"})
  void otherAlgorithms_doNotFit(String algorithm) {
    assertThat(jwk(Map.of()).fits(algorithm, null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EdDSA", "Ed25519"})
  void bothNamesOfTheAlgorithm_fit(String algorithm) {
    assertThat(jwk(Map.of("kid", "k")).fits(algorithm, "k")).isTrue();
  }

  private static VerificationKey jwk(Map<String, Object> more) {
    return Objects.requireNonNull(parsed(more));
  }

  private static @Nullable VerificationKey parsed(Map<String, Object> more) {
    Map<String, Object> jwk = new HashMap<>(Map.of("kty", "OKP", "crv", "Ed25519", "x", X));
    jwk.putAll(more);
    return VerificationKey.of(jwk, VerificationKey.DEFAULT_MAX_RSA_BITS);
  }

  private static BigInteger littleEndian(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return new BigInteger(1, reversed);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] decode(String text) {
    return new Base64URL(text).decode();
  }
}
