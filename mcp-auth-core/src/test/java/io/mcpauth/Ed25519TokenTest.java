package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.RawIssuer.claims;
import static io.mcpauth.RawIssuer.encode;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.mcpauth.error.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens signed with Ed25519 by an issuer that has an RSA key as well. */
class Ed25519TokenTest {
  private static final KeyPair ED = pair();
  private static final RSAKey RSA = KeyServer.rsa("rsa-1");

  /** A key whose point is not on the curve, as a careless issuer may publish it. */
  private static final String NO_POINT =
      "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"odd\","
          + "\"x\":\"AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}";

  private static final KeyServer KEYS =
      new KeyServer().publish(jwk("ed-1", ED), NO_POINT, KeyServer.jwk(RSA));
  private static final ResourceServer SERVER =
      ProtectedServer.of(KEYS.authorizationServer()).build();

  @AfterAll
  static void stop() {
    SERVER.close();
    KEYS.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EdDSA", "Ed25519"})
  void wellMadeToken_isGranted(String algorithm) {
    assertGranted(decide(SERVER, signed(ED, header(algorithm, "ed-1"), claims(""))));
  }

  @Test
  void tokenWithoutKid_isGrantedByTheOnlyKeyThatFits() {
    assertGranted(decide(SERVER, signed(ED, "{\"alg\":\"EdDSA\"}", claims(""))));
  }

  @Test
  void otherKeysSignature_isRefused() {
    String token = signed(pair(), header("EdDSA", "ed-1"), claims(""));

    assertInvalidToken(decide(SERVER, token), ReasonCode.SIGNATURE_INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "eddsa, ed-1, ALGORITHM_NOT_ALLOWED",
    "ED25519, ed-1, ALGORITHM_NOT_ALLOWED",
    "Ed448, ed-1, ALGORITHM_NOT_ALLOWED",
    "HS256, ed-1, ALGORITHM_NOT_ALLOWED",
    "RS256, ed-1, KEY_NOT_FOUND",
    "ES256, ed-1, KEY_NOT_FOUND",
    "EdDSA, rsa-1, KEY_NOT_FOUND",
    "Ed25519, rsa-1, KEY_NOT_FOUND",
    "EdDSA, odd, KEY_NOT_FOUND",
    "RS256, rsa-1, SIGNATURE_INVALID"
  })
  void headerThatDoesNotMatchTheKey_isRefused(String alg, String kid, ReasonCode reason) {
    // An id that no key has is refused only where the provider was asked: each case asks it anew.
    try (ResourceServer server = ProtectedServer.of(KEYS.authorizationServer()).build()) {
      assertInvalidToken(decide(server, signed(ED, header(alg, kid), claims(""))), reason);
    }
  }

  @ParameterizedTest
  @CsvSource({"EdDSA, ed-1, SIGNATURE_INVALID", "EdDSA, rsa-1, KEY_NOT_FOUND"})
  void rsaSignatureUnderAnEd25519Header_isRefused(String alg, String kid, ReasonCode reason) {
    try (ResourceServer server = ProtectedServer.of(KEYS.authorizationServer()).build()) {
      String token = KeyServer.rs256(RSA, header(alg, kid), claims(""));
      assertInvalidToken(decide(server, token), reason);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32, 63, 64, 65, 128})
  void signatureOfZeros_isRefused(int length) {
    String token = signed(ED, header("EdDSA", "ed-1"), claims(""));
    String zeros = Base64URL.encode(new byte[length]).toString();

    assertInvalidToken(
        decide(SERVER, token.substring(0, token.lastIndexOf('.') + 1) + zeros),
        ReasonCode.SIGNATURE_INVALID);
  }

  @Test
  void claimsOfAnotherToken_areRefused() {
    String token = signed(ED, header("EdDSA", "ed-1"), claims(""));
    String other = signed(ED, header("EdDSA", "ed-1"), claims(",\"admin\":true"));
    String mixed =
        other.substring(0, other.lastIndexOf('.')) + token.substring(token.lastIndexOf('.'));

    assertInvalidToken(decide(SERVER, mixed), ReasonCode.SIGNATURE_INVALID);
  }

  private static AccessDecision decide(ResourceServer server, String token) {
    return server.decide(FakeRequest.get().bearer(token));
  }

  private static String header(String algorithm, String kid) {
    return "{\"alg\":\"" + algorithm + "\",\"kid\":\"" + kid + "\"}";
  }

  private static String signed(KeyPair pair, String header, String claims) {
    String input = encode(header) + "." + encode(claims);
    try {
      Signature ed25519 = Signature.getInstance("Ed25519");
      ed25519.initSign(pair.getPrivate());
      ed25519.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + Base64URL.encode(ed25519.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String jwk(String kid, KeyPair pair) {
    byte[] info = pair.getPublic().getEncoded(); // the key is its end (RFC 8410 section 4)
    byte[] x = Arrays.copyOfRange(info, info.length - 32, info.length);
    return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"use\":\"sig\",\"kid\":\""
        + kid
        + "\",\"x\":\""
        + Base64URL.encode(x)
        + "\"}";
  }

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
