package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.RawIssuer.RS256;
import static io.mcpauth.RawIssuer.claims;
import static io.mcpauth.RawIssuer.encode;

import com.nimbusds.jose.JWSAlgorithm;
import io.mcpauth.error.ReasonCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens with a good signature over a header or claims that must not pass. */
class TokenShapeTest {
  private static final RawIssuer ISSUER = RawIssuer.start();
  private static final ResourceServer SERVER =
      ProtectedServer.of(ISSUER.authorizationServer()).build();

  @AfterAll
  static void stop() {
    SERVER.close();
    ISSUER.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"crit\":[\"x\"],\"x\":1 | TOKEN_HEADER_NOT_ACCEPTED",
        "\"crit\":[]              | TOKEN_HEADER_NOT_ACCEPTED",
        "\"crit\":null            | TOKEN_HEADER_NOT_ACCEPTED",
        "\"b64\":false            | TOKEN_HEADER_NOT_ACCEPTED",
        "\"b64\":true             | TOKEN_HEADER_NOT_ACCEPTED",
        "\"cty\":\"JWT\"          | TOKEN_HEADER_NOT_ACCEPTED",
        "\"cty\":\"jwt\"          | TOKEN_HEADER_NOT_ACCEPTED",
        "\"jwk\":{}               | TOKEN_HEADER_NOT_ACCEPTED",
        "\"jwk\":null             | TOKEN_HEADER_NOT_ACCEPTED",
        "\"typ\":\"dpop+jwt\"     | DPOP_PROOF_NOT_ACCEPTED",
        "\"typ\":\"DPoP+JWT\"     | DPOP_PROOF_NOT_ACCEPTED",
        "\"typ\":\"application/dpop+jwt\" | DPOP_PROOF_NOT_ACCEPTED",
        "\"typ\":\"logout+jwt\"   | LOGOUT_TOKEN_NOT_ACCEPTED",
        "\"typ\":\"secevent+jwt\" | TOKEN_TYPE_NOT_ACCEPTED",
        "\"typ\":\"JOSE\"         | TOKEN_TYPE_NOT_ACCEPTED",
        "\"typ\":\"\"             | TOKEN_TYPE_NOT_ACCEPTED",
        "\"typ\":\"at+jwt \"      | TOKEN_TYPE_NOT_ACCEPTED",
        "\"typ\":null             | TOKEN_TYPE_NOT_ACCEPTED",
        "\"typ\":1                | TOKEN_TYPE_NOT_ACCEPTED",
        "\"typ\":[\"JWT\"]        | TOKEN_TYPE_NOT_ACCEPTED",
        "\"alg\":\"RS256\"        | TOKEN_MALFORMED",
        "\"alg\":\"none\"         | TOKEN_MALFORMED",
        "\"\\u0061lg\":\"none\"   | TOKEN_MALFORMED",
        "\"kid\":\"rsa-1\"        | TOKEN_MALFORMED",
        "\"x\":{\"a\":1,\"a\":1}  | TOKEN_MALFORMED",
        "\"x\":1e99999999999      | TOKEN_MALFORMED",
        "\"x\":\"\\ud800\"        | TOKEN_MALFORMED",
        "\"x\":NaN                | TOKEN_MALFORMED",
        "\"x\":'a'                | TOKEN_MALFORMED",
        "                         | TOKEN_MALFORMED"
      })
  void headerMember_isRefused(@Nullable String more, ReasonCode reason) {
    String header = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"," + (more == null ? "" : more) + "}";

    assertInvalidToken(decide(ISSUER.rs256(header, claims(""))), reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/JWT"})
  void typeOfAnAccessToken_isGranted(String type) {
    String header = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"typ\":\"" + type + "\"}";

    assertGranted(decide(ISSUER.rs256(header, claims(""))));
  }

  /**
   * RFC 8725 section 3.10: never followed, and so no reason to refuse. Not read, whatever it is.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"jku\":\"https://evil.example.com/jwks\"",
        "\"jku\":\"file:///etc/passwd\"",
        "\"jku\":null",
        "\"x5u\":\"https://evil.example.com/cert\"",
        "\"x5u\":[7]",
        "\"x5c\":[\"AA\"]",
        "\"x5c\":{}",
        "\"x5t\":\"abc\",\"nonce\":\"n\"",
        "\"x5t#S256\":7"
      })
  void addressOrCertificateInTheHeader_changesNothing(String member) {
    String header = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"," + member + "}";

    assertGranted(decide(ISSUER.rs256(header, claims(""))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../dev/null",
        "' OR '1'='1",
        "rsa-1 ",
        "RSA-1",
        "",
        "https://evil.test/jwks",
        "rsa-1\\u0000",
        "rsa-1\\r\\nforged"
      })
  void kidOfNoKey_isUnknown(String kid) {
    try (ResourceServer server = ProtectedServer.of(ISSUER.authorizationServer()).build()) {
      String header = "{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}";
      String token = ISSUER.rs256(header, claims(""));

      assertInvalidToken(server.decide(FakeRequest.get().bearer(token)), ReasonCode.KEY_NOT_FOUND);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "null", "true", "[\"rsa-1\"]", "{}"})
  void kidThatIsNoString_isMalformed(String kid) {
    String header = "{\"alg\":\"RS256\",\"kid\":" + kid + "}";

    assertInvalidToken(decide(ISSUER.rs256(header, claims(""))), ReasonCode.TOKEN_MALFORMED);
  }

  @Test
  void noKidAndOneKeyThatFits_isGranted() {
    assertGranted(decide(ISSUER.rs256("{\"alg\":\"RS256\"}", claims(""))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"iss\":\"https://raw.example.com\"",
        ",\"aud\":\"https://mcp.example.com/mcp\"",
        ",\"\\u0073cope\":\"admin\"",
        ",\"exp\":1e300",
        ",\"x\":{\"a\":1,\"a\":2}",
        ",\"x\":1e99999999999",
        ",\"x\":-1E+2147483648",
        ",\"x\":\"\\ud800\"",
        ",\"x\":NaN",
        ",\"x\":Infinity",
        ",\"x\":01",
        ",\"x\":tru",
        ",",
        ",\"x\":1,",
        ",x:1",
        ",\"x\":1 /* c */",
        "} {}",
        "}x",
        "}]",
        "}\u0000"
      })
  void claimsThatAreNotStrictJson_areMalformed(String more) {
    assertInvalidToken(decide(ISSUER.rs256(RS256, claims(more))), ReasonCode.TOKEN_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "[]", "\"text\"", "1", "[{}]", "\ufeff{}", "{", "{\"iss\"}"})
  void partThatIsNoObject_isMalformed(String part) {
    assertInvalidToken(decide(ISSUER.rs256(RS256, part)), ReasonCode.TOKEN_MALFORMED);
    assertInvalidToken(decide(ISSUER.rs256(part, claims(""))), ReasonCode.TOKEN_MALFORMED);
  }

  @Test
  void nesting_isBounded() {
    String arrays = "[".repeat(3000) + "]".repeat(3000);
    String objects = "{\"a\":".repeat(101) + "1" + "}".repeat(101);

    assertInvalidToken(
        decide(ISSUER.rs256(RS256, claims(",\"x\":" + arrays))), ReasonCode.TOKEN_MALFORMED);
    assertInvalidToken(
        decide(ISSUER.rs256(RS256, claims(",\"x\":" + objects))), ReasonCode.TOKEN_MALFORMED);
    assertInvalidToken(decide(ISSUER.rs256(RS256, "[".repeat(10_000))), ReasonCode.TOKEN_MALFORMED);
  }

  @Test
  void nestingOfTwentyThousand_isTooLarge() {
    String arrays = "[".repeat(20_000) + "]".repeat(20_000);

    assertInvalidToken(
        decide(ISSUER.rs256(RS256, claims(",\"x\":" + arrays))), ReasonCode.TOKEN_TOO_LARGE);
  }

  @Test
  void invalidUtf8_isMalformed() {
    String overlong = "eyJhbGciOiJSUzI1NiIsIngiOiLArCJ9"; // {"alg":"RS256","x":"<C0 AC>"}
    String token = ISSUER.signed(overlong + "." + encode(claims("")), JWSAlgorithm.RS256);

    assertInvalidToken(decide(token), ReasonCode.TOKEN_MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "=, TOKEN_MALFORMED",
    "==, TOKEN_MALFORMED",
    "+, TOKEN_MALFORMED",
    "/, TOKEN_MALFORMED",
    "~, TOKEN_MALFORMED",
    "., TOKEN_OPAQUE",
    ".x, TOKEN_OPAQUE",
    ".., TOKEN_ENCRYPTED",
    "A, SIGNATURE_INVALID"
  })
  void charactersBehindAToken_areRefused(String more, ReasonCode reason) {
    assertInvalidToken(decide(ISSUER.rs256(RS256, claims("")) + more), reason);
  }

  @Test
  void paddedParts_areMalformed() {
    // {"alg":"RS256","kid":"rsa-1"} has 29 bytes: one padding character in another dialect.
    String input = encode(RS256) + "=." + encode(claims(""));

    assertInvalidToken(
        decide(ISSUER.signed(input, JWSAlgorithm.RS256)), ReasonCode.TOKEN_MALFORMED);
  }

  @Test
  void secondSpellingOfTheSameSignature_isMalformed() {
    String token = ISSUER.rs256(RS256, claims(""));
    // 256 bytes leave four unused bits in the last character: 'A', 'Q', 'g' or 'w' is canonical.
    char last = token.charAt(token.length() - 1);
    String twin = token.substring(0, token.length() - 1) + (char) (last + 1);

    assertInvalidToken(decide(twin), ReasonCode.TOKEN_MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"....", "e30.e30.e30.e30.e30"})
  void encryptedToken_isNotDecrypted(String token) {
    assertInvalidToken(decide(token), ReasonCode.TOKEN_ENCRYPTED);
  }

  private static AccessDecision decide(String token) {
    return SERVER.decide(FakeRequest.get().bearer(token));
  }

  /** RFC 9449 section 4.2: it has the key in its header, and neither issuer nor audience. */
  @Test
  void dpopProof_isToldFromATokenByItsType() {
    String header = "{\"typ\":\"dpop+jwt\",\"alg\":\"ES256\",\"jwk\":{\"kty\":\"EC\"}}";
    String claims =
        "{\"jti\":\"a\",\"htm\":\"POST\",\"htu\":\"https://a.example\",\"iat\":1790000000}";

    assertInvalidToken(decide(ISSUER.rs256(header, claims)), ReasonCode.DPOP_PROOF_NOT_ACCEPTED);
  }
}
