package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.AuthorizationServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Which of the published keys a token is tried with, where its header does not say or says else.
 */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class KeyChoiceTest {
  private static final String NO_KID = "{\"alg\":\"RS256\"}";
  private static final RSAKey ONE = KeyServer.rsa("one");
  private static final RSAKey TWO = KeyServer.rsa("two");
  private static final RSAKey THREE = KeyServer.rsa("three");
  private static final RSAKey FOUR = KeyServer.rsa("four");

  @AutoClose private final KeyServer keys = new KeyServer();
  private final MutableClock clock = new MutableClock();

  /** hyprstream#1184, quarkus#41931. */
  @Test
  void tokenWithoutKid_isGoodWhileTwoKeysOverlap() {
    keys.publish(KeyServer.jwk(ONE), KeyServer.jwk(TWO), KeyServer.jwk(THREE));
    try (ResourceServer server = server()) {
      assertGranted(decide(server, token(ONE, NO_KID)));
      assertGranted(decide(server, token(TWO, NO_KID)));
      assertGranted(decide(server, token(THREE, NO_KID)));
      assertThat(keys.requests()).isEqualTo(1);
    }
  }

  /** Each try costs, and whoever forges chooses to leave the id out. */
  @Test
  void forgedTokenWithoutKid_isTriedThreeTimesAtMost() {
    keys.publish(KeyServer.jwk(ONE), KeyServer.jwk(TWO), KeyServer.jwk(THREE), KeyServer.jwk(FOUR));
    RSAKey forger = KeyServer.rsa("one");
    try (ResourceServer server = server()) {
      assertInvalidToken(decide(server, token(forger, NO_KID)), ReasonCode.SIGNATURE_INVALID);
      assertThat(server.keyStatus().get(0).signatureChecks()).isEqualTo(3);
    }
  }

  @Test
  void onlyKeyWithoutKid_servesTokensThatHaveOne() {
    keys.publish(unnamed(ONE));
    try (ResourceServer server = server()) {
      assertGranted(decide(server, KeyServer.rs256(ONE, "")));
      assertInvalidToken(
          decide(server, KeyServer.rs256(KeyServer.rsa("one"), "")), ReasonCode.SIGNATURE_INVALID);
    }
  }

  /** Else each new token of such a provider would ask for the keys, or be told to come again. */
  @Test
  void idThatASignatureHasShownToBeOfTheUnnamedKey_asksForNothing() {
    keys.publish(unnamed(ONE));
    try (ResourceServer server = server()) {
      assertGranted(decide(server, KeyServer.rs256(ONE, ",\"jti\":\"0\"")));
      int before = keys.requests();
      for (int i = 1; i < 5; i++) {
        clock.advance(Duration.ofSeconds(2));
        assertGranted(decide(server, KeyServer.rs256(ONE, ",\"jti\":\"" + i + "\"")));
      }
      assertThat(keys.requests()).isEqualTo(before);
    }
  }

  @Test
  void unknownKid_asksForTheKeysFirst() {
    keys.publish(unnamed(ONE));
    try (ResourceServer server = server()) {
      assertGranted(decide(server, token(ONE, NO_KID)));
      keys.publish(unnamed(ONE), KeyServer.jwk(TWO));
      assertGranted(decide(server, KeyServer.rs256(TWO, "")));
      assertThat(keys.requests()).isEqualTo(2);
    }
  }

  @Test
  void unknownKidWhileTheProviderIsDown_isGoodByItsSignature() {
    keys.publish(unnamed(ONE));
    try (ResourceServer server = server()) {
      assertGranted(decide(server, token(ONE, NO_KID)));
      keys.answerWith(500);
      clock.advance(Duration.ofSeconds(2));
      assertGranted(decide(server, KeyServer.rs256(ONE, "")));
      AccessDecision.Refused unknown =
          (AccessDecision.Refused) decide(server, KeyServer.rs256(TWO, ""));
      assertThat(unknown.status()).as("nobody knows whether it is bad").isEqualTo(503);
    }
  }

  @Test
  void twoKeysWithoutKid_areNoCandidatesForATokenThatHasOne() {
    keys.publish(unnamed(ONE), unnamed(TWO));
    try (ResourceServer server = server()) {
      assertInvalidToken(decide(server, KeyServer.rs256(ONE, "")), ReasonCode.KEY_NOT_FOUND);
      assertGranted(decide(server, token(TWO, NO_KID)));
    }
  }

  /** The same answer however often it is sent, and no fetch for each. */
  @Test
  void knownKidWithAnAlgorithmThatDoesNotFit_isA401HoweverOftenItComes() {
    keys.publish(KeyServer.jwk(ONE));
    try (ResourceServer server = server()) {
      for (int i = 0; i < 6; i++) {
        String header = "{\"alg\":\"ES256\",\"kid\":\"one\",\"n\":" + i / 2 + "}";
        assertInvalidToken(decide(server, token(ONE, header)), ReasonCode.KEY_NOT_FOUND);
      }
      keys.answerWith(500);
      clock.advance(Duration.ofSeconds(2));
      String header = "{\"alg\":\"ES256\",\"kid\":\"one\"}";
      assertInvalidToken(decide(server, token(ONE, header)), ReasonCode.KEY_NOT_FOUND);
      assertThat(keys.requests()).isLessThanOrEqualTo(3);
    }
  }

  /** RFC 8725 section 3.1; Casdoor publishes the algorithm of a certificate and signs with more. */
  @Test
  void keyOfAnotherAlgorithmOfItsFamily_isForTheProviderThatNeedsIt() {
    RSAKey key = new RSAKey.Builder(ONE).algorithm(JWSAlgorithm.RS256).build();
    keys.publish(KeyServer.jwk(key));
    String claims = ",\"azp\":\"c\",\"tokenType\":\"access-token\"";
    String token =
        signed(JWSAlgorithm.RS512, "{\"alg\":\"RS512\",\"kid\":\"one\",\"typ\":\"JWT\"}", claims);
    AuthorizationServer plain = keys.authorizationServer();
    try (ResourceServer generic = ProtectedServer.of(plain, clock).build();
        ResourceServer casdoor = ProtectedServer.of(plain.withProfile("casdoor"), clock).build()) {
      assertInvalidToken(decide(generic, token), ReasonCode.KEY_NOT_FOUND);
      assertGranted(decide(casdoor, token));
    }
  }

  private static String signed(JWSAlgorithm algorithm, String header, String moreClaims) {
    String input = RawIssuer.encode(header) + "." + RawIssuer.encode(RawIssuer.claims(moreClaims));
    try {
      return input
          + "."
          + new RSASSASigner(ONE)
              .sign(new JWSHeader(algorithm), input.getBytes(StandardCharsets.US_ASCII));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String unnamed(RSAKey key) {
    return KeyServer.jwk(new RSAKey.Builder(key).keyID(null).build());
  }

  private static String token(RSAKey key, String header) {
    return KeyServer.rs256(key, header, RawIssuer.claims(""));
  }

  private ResourceServer server() {
    return ProtectedServer.of(keys.authorizationServer(), clock).build();
  }

  private static AccessDecision decide(ResourceServer server, String token) {
    return server.decide(FakeRequest.get().bearer(token));
  }
}
