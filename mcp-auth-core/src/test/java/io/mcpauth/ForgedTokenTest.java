package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.RawIssuer.ES256;
import static io.mcpauth.RawIssuer.RS256;
import static io.mcpauth.RawIssuer.claims;
import static io.mcpauth.RawIssuer.encode;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that pretend to be signed by the issuer. */
class ForgedTokenTest {
  private static final RawIssuer ISSUER = RawIssuer.start();
  private static final ResourceServer SERVER =
      ProtectedServer.of(ISSUER.authorizationServer()).build();

  @AfterAll
  static void stop() {
    SERVER.close();
    ISSUER.close();
  }

  @Test
  void wellMadeTokens_areGranted() {
    assertGranted(decide(ISSUER.rs256(RS256, claims(""))));
    assertGranted(decide(ISSUER.es256(ES256, claims(""))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "None",
        "NONE",
        "nOnE",
        "none ",
        "",
        "rs256",
        "RS256 ",
        "RS1",
        "HS256",
        "HS384",
        "eddsa",
        "Ed448",
        "ES256K",
        "RSA-OAEP",
        "dir",
        "RS256\\u0000"
      })
  void algorithmNotAllowed_isRefusedWithAnySignature(String algorithm) {
    String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"rsa-1\"}";

    assertInvalidToken(decide(ISSUER.rs256(header, claims(""))), ReasonCode.ALGORITHM_NOT_ALLOWED);
    assertInvalidToken(decide(unsigned(header)), ReasonCode.ALGORITHM_NOT_ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"alg\":null}",
        "{\"alg\":256}",
        "{\"alg\":[\"RS256\"]}",
        "{\"alg\":{\"RS256\":1}}",
        "{\"ALG\":\"RS256\"}"
      })
  void noAlgorithm_isRefused(String header) {
    assertInvalidToken(decide(ISSUER.rs256(header, claims(""))), ReasonCode.ALGORITHM_NOT_ALLOWED);
  }

  @Test
  void publicKeyAsSharedSecret_isRefused() throws JOSEException {
    String header = "{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}";
    byte[] der = ISSUER.rsa().toRSAPublicKey().getEncoded();
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END PUBLIC KEY-----\n";
    byte[] jwk = ISSUER.rsa().toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8);

    for (byte[] secret : new byte[][] {der, pem.getBytes(StandardCharsets.US_ASCII), jwk}) {
      assertInvalidToken(
          decide(RawIssuer.hmac(header, claims(""), secret)), ReasonCode.ALGORITHM_NOT_ALLOWED);
    }
  }

  @Test
  void keyInTheHeader_isNotUsed() throws JOSEException {
    RSAKey own = new RSAKeyGenerator(2048).keyID("rsa-1").generate();
    String header =
        "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"jwk\":" + own.toPublicJWK().toJSONString() + "}";

    assertInvalidToken(
        decide(ISSUER.rs256(header, claims(""))), ReasonCode.TOKEN_HEADER_NOT_ACCEPTED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "rsa-1 | ES256 | KEY_NOT_FOUND",
        "ec-1  | RS256 | KEY_NOT_FOUND",
        "ec-1  | ES384 | KEY_NOT_FOUND",
        "rsa-1 | EdDSA | KEY_NOT_FOUND",
        "rsa-1 | RS384 | SIGNATURE_INVALID",
        "rsa-1 | PS256 | SIGNATURE_INVALID"
      })
  void headerThatDoesNotMatchTheKey_isRefused(String kid, String algorithm, ReasonCode reason) {
    String header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + kid + "\"}";
    // An id that no key has is refused only where the provider was asked: each case asks it anew.
    try (ResourceServer server = ProtectedServer.of(ISSUER.authorizationServer()).build()) {
      String token = ISSUER.rs256(header, claims(""));
      assertInvalidToken(server.decide(FakeRequest.get().bearer(token)), reason);
    }
  }

  @Test
  void keyThatNamesNoAlgorithm_servesThoseOfItsType() {
    String header = "{\"alg\":\"RS512\",\"kid\":\"rsa-1\"}";
    String input = encode(header) + "." + encode(claims(""));

    assertGranted(decide(ISSUER.signed(input, JWSAlgorithm.RS512)));
  }

  @Test
  void derSignature_isRefused() throws JOSEException {
    String token = ISSUER.es256(ES256, claims(""));
    byte[] der = ECDSA.transcodeSignatureToDER(new Base64URL(last(token)).decode());

    assertInvalidToken(
        decide(withSignature(token, Base64URL.encode(der).toString())),
        ReasonCode.SIGNATURE_INVALID);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32, 63, 64, 65, 96, 128, 256, 257})
  void signatureOfZeros_isRefused(int length) {
    String zeros = Base64URL.encode(new byte[length]).toString();

    assertInvalidToken(
        decide(withSignature(ISSUER.es256(ES256, claims("")), zeros)),
        ReasonCode.SIGNATURE_INVALID);
    assertInvalidToken(
        decide(withSignature(ISSUER.rs256(RS256, claims("")), zeros)),
        ReasonCode.SIGNATURE_INVALID);
  }

  @Test
  void everySingleBitOfASignature_counts() {
    String token = ISSUER.es256(ES256, claims(""));
    byte[] signature = new Base64URL(last(token)).decode();
    for (int i = 0; i < signature.length; i += 7) {
      byte[] altered = signature.clone();
      altered[i] ^= 1;
      assertInvalidToken(
          decide(withSignature(token, Base64URL.encode(altered).toString())),
          ReasonCode.SIGNATURE_INVALID);
    }
  }

  @Test
  void truncatedOrPaddedSignature_isRefused() {
    String token = ISSUER.rs256(RS256, claims(""));
    byte[] signature = new Base64URL(last(token)).decode();
    byte[] shorter = Arrays.copyOf(signature, 255);
    byte[] longer = Arrays.copyOf(signature, 257);

    for (byte[] altered : new byte[][] {shorter, longer}) {
      assertInvalidToken(
          decide(withSignature(token, Base64URL.encode(altered).toString())),
          ReasonCode.SIGNATURE_INVALID);
    }
  }

  @Test
  void signatureOfAnotherToken_isRefused() {
    String token = ISSUER.rs256(RS256, claims(""));
    String other = ISSUER.rs256(RS256, claims(",\"admin\":true"));

    assertInvalidToken(decide(withSignature(other, last(token))), ReasonCode.SIGNATURE_INVALID);
  }

  @Test
  void otherIssuersTokenWithTheSameKid_isRefused() {
    try (TestIssuer one = TestIssuer.start(ProtectedServer.CLOCK);
        TestIssuer two = TestIssuer.start(ProtectedServer.CLOCK);
        ResourceServer server =
            ProtectedServer.of(one)
                .authorizationServer(AuthorizationServer.of(two.issuer()))
                .build()) {
      String pretender =
          two.token(ProtectedServer.RESOURCE).scopes("mcp").claim("iss", one.issuer()).mint();
      String honest = two.token(ProtectedServer.RESOURCE).scopes("mcp").mint();

      assertInvalidToken(
          server.decide(FakeRequest.get().bearer(pretender)), ReasonCode.SIGNATURE_INVALID);
      assertGranted(server.decide(FakeRequest.get().bearer(honest)));
    }
  }

  private static AccessDecision decide(String token) {
    return SERVER.decide(FakeRequest.get().bearer(token));
  }

  private static String unsigned(String header) {
    return encode(header) + "." + encode(claims("")) + ".";
  }

  private static String last(String token) {
    return token.substring(token.lastIndexOf('.') + 1);
  }

  private static String withSignature(String token, String signature) {
    return token.substring(0, token.lastIndexOf('.') + 1) + signature;
  }
}
