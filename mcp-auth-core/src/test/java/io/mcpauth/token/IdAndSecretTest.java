package io.mcpauth.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdAndSecretTest {
  /** RFC 7617 section 2: the first example, and that of section 2.1. */
  @ParameterizedTest
  @CsvSource({
    "QWxhZGRpbjpvcGVuIHNlc2FtZQ==, Aladdin, open sesame",
    "dGVzdDoxMjPCow==, test, 123\u00a3",
    "YTpi, a, b"
  })
  void encoded_isIdAndSecret(String encoded, String id, String secret) {
    assertThat(IdAndSecret.of(encoded)).isEqualTo(new IdAndSecret(id, secret));
  }

  /** An id has no colon, a secret may. */
  @Test
  void firstColon_endsTheId() {
    assertThat(IdAndSecret.of(base64("a:b:c:"))).isEqualTo(new IdAndSecret("a", "b:c:"));
  }

  @Test
  void formEncoding_isPartOfIt() {
    assertThat(IdAndSecret.of(base64("a%3Ab:c+d"))).isEqualTo(new IdAndSecret("a%3Ab", "c+d"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "YTpiYw", // without padding
        "YTpiYw=",
        "YTpiYw===",
        "YTpi=",
        "YTpiYx==", // bits that are left over
        "YTpi\nYTpi",
        "YTpi YTpi",
        "YTpi\tYw==",
        " YTpi",
        "YTp-", // base64url
        "YTp_",
        "YTpi\u00e4\u00e4\u00e4\u00e4",
        "YTpi\u212a\u212a\u212a\u212a",
        "Y",
        "=",
        "====",
        "YTpi!",
        "realm=\"x\""
      })
  void oddBase64_isMalformed(String encoded) {
    assertMalformed(encoded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no colon",
        "a\u0000:b",
        "a:b\u0000",
        "a:b\n",
        "a\r:b",
        "a:\u007f",
        "a:b\u0085",
        "\u0001a:b"
      })
  void noColonOrAControlCharacter_isMalformed(String text) {
    assertMalformed(base64(text));
  }

  @Test
  void whatIsNoUtf8_isMalformed() {
    assertMalformed(base64("a:\u00a3".getBytes(ISO_8859_1)));
    assertMalformed(base64(new byte[] {'a', ':', (byte) 0xC0, (byte) 0xBA})); // overlong
    assertMalformed(base64(new byte[] {'a', ':', (byte) 0xED, (byte) 0xA0, (byte) 0x80}));
    assertMalformed(base64(new byte[] {'a', ':', (byte) 0xE2, (byte) 0x82}));
  }

  @ParameterizedTest
  @ValueSource(strings = {":", "a:", ":b", " :b", "a: ", "a:\u2003"})
  void blankIdOrSecret_isNobodys(String text) {
    assertThat(refusal(base64(text)).reason()).isEqualTo(ReasonCode.CREDENTIAL_INVALID);
  }

  @Test
  void longerThanAnyAccount_isMalformed() {
    assertThat(IdAndSecret.of(base64("a:" + "b".repeat(2_047))).secret()).hasSize(2_047);
    assertMalformed(base64("a:" + "b".repeat(2_048)));
    assertMalformed("YTpi".repeat(100_000));
  }

  @Test
  void sameTextOtherwiseSplit_isAnother() {
    assertThat(IdAndSecret.of(base64("ab:c")).hash())
        .isNotEqualTo(IdAndSecret.of(base64("a:bc")).hash())
        .isEqualTo(IdAndSecret.of(base64("ab:c")).hash())
        .hasSize(43);
  }

  @Test
  void nothing_isPrinted() {
    assertThat(IdAndSecret.of(base64("ci:hush")).toString()).doesNotContain("ci", "hush");
    assertThat(new Credential.Basic(base64("ci:hush")).toString())
        .doesNotContain(base64("ci:hush"));
    assertThat(refusal("%%%% hush").facts().toString()).doesNotContain("hush");
  }

  private static void assertMalformed(String encoded) {
    assertThat(refusal(encoded).reason()).isEqualTo(ReasonCode.AUTHORIZATION_MALFORMED);
  }

  private static AuthException refusal(String encoded) {
    return catchThrowableOfType(AuthException.class, () -> IdAndSecret.of(encoded));
  }

  private static String base64(String text) {
    return base64(text.getBytes(UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
