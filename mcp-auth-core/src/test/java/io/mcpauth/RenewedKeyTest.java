package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertUnavailable;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import io.mcpauth.error.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A provider that puts a new key under an old id, as one that names keys by certificate may. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RenewedKeyTest {
  private static final RSAKey OLD = KeyServer.rsa("cert");
  private static final RSAKey NEW = KeyServer.rsa("cert");
  private static final RSAKey FORGED = KeyServer.rsa("cert");

  private final MutableClock clock = new MutableClock();
  private final KeyServer keys = new KeyServer().publish(KeyServer.jwk(OLD));
  private final ResourceServer server =
      ProtectedServer.of(keys.authorizationServer(), clock).build();

  @AfterEach
  void stop() {
    server.close();
    keys.close();
  }

  @Test
  void newKeyUnderTheSameId_isAccepted() {
    assertGranted(decide(OLD));
    keys.publish(KeyServer.jwk(NEW));

    assertGranted(decide(NEW));
    assertThat(keys.requests()).isEqualTo(2);
  }

  @Test
  void crowdWithTheNewKeyUnderTheSameId_isAccepted() throws Exception {
    assertGranted(decide(OLD));
    keys.publish(KeyServer.jwk(NEW));
    int crowd = 32;
    CyclicBarrier gate = new CyclicBarrier(crowd);
    ExecutorService callers = Executors.newFixedThreadPool(crowd);
    try {
      List<Future<AccessDecision>> decisions = new ArrayList<>();
      for (int i = 0; i < crowd; i++) {
        String token = KeyServer.rs256(NEW, ",\"n\":" + i);
        decisions.add(
            callers.submit(
                () -> {
                  gate.await(60, TimeUnit.SECONDS);
                  return patiently(token);
                }));
      }
      for (Future<AccessDecision> decision : decisions) {
        assertGranted(decision.get(60, TimeUnit.SECONDS));
      }
    } finally {
      callers.shutdownNow();
    }
    assertThat(keys.requests()).isEqualTo(2);
  }

  @Test
  void oldKeyOfTheId_isRefusedThenAndItsKeptVerdictToo() {
    String kept = KeyServer.rs256(OLD, "");
    assertGranted(decide(kept));
    keys.publish(KeyServer.jwk(NEW));
    assertGranted(decide(NEW));

    assertInvalidToken(decide(kept), ReasonCode.SIGNATURE_INVALID);
  }

  @Test
  void floodOfBadSignatures_isOneFetchInFiveSeconds() {
    assertGranted(decide(OLD));
    for (int i = 0; i < 200; i++) {
      assertInvalidToken(
          decide(KeyServer.rs256(FORGED, ",\"n\":" + i)), ReasonCode.SIGNATURE_INVALID);
    }
    assertThat(keys.requests()).isEqualTo(2);
    clock.advance(Duration.ofSeconds(5));
    assertInvalidToken(decide(FORGED), ReasonCode.SIGNATURE_INVALID);

    assertThat(keys.requests()).isEqualTo(3);
  }

  @Test
  void newKeyAfterAFlood_isAcceptedWhenTheBudgetIsBack() {
    assertGranted(decide(OLD));
    assertInvalidToken(decide(FORGED), ReasonCode.SIGNATURE_INVALID);
    keys.publish(KeyServer.jwk(NEW));
    clock.advance(Duration.ofSeconds(5));

    assertGranted(decide(NEW));
  }

  /** What is remembered of a bad signature must not outlive the keys that it was bad by. */
  @Test
  void tokenThatWasRefusedBeforeItsKeyCame_isAcceptedThen() {
    assertGranted(decide(OLD));
    String early = KeyServer.rs256(NEW, "");
    assertInvalidToken(decide(early), ReasonCode.SIGNATURE_INVALID);
    assertInvalidToken(decide(early), ReasonCode.SIGNATURE_INVALID);
    keys.publish(KeyServer.jwk(NEW));
    clock.advance(Duration.ofMillis(999));
    assertInvalidToken(decide(early), ReasonCode.SIGNATURE_INVALID);
    assertThat(keys.requests()).isEqualTo(2);
    clock.advance(Duration.ofMillis(1));

    assertGranted(decide(early));
    assertThat(keys.requests()).isEqualTo(3);
  }

  /** The budgets are apart: bad signatures do not hold up a rotation to a new id. */
  @Test
  void newIdDuringAFloodOfBadSignatures_isAcceptedAtOnce() {
    RSAKey next = KeyServer.rsa("cert-2");
    assertGranted(decide(OLD));
    assertInvalidToken(decide(FORGED), ReasonCode.SIGNATURE_INVALID);
    keys.publish(KeyServer.jwk(OLD), KeyServer.jwk(next));

    assertGranted(decide(next));
    assertGranted(decide(OLD));
  }

  @Test
  void badSignatureInAnOutage_isRefusedAndTheOldKeyStays() {
    assertGranted(decide(OLD));
    keys.answerWith(500);

    assertInvalidToken(decide(FORGED), ReasonCode.SIGNATURE_INVALID);
    assertGranted(decide(OLD));
  }

  @Test
  void unknownIdRightAfterAnother_isToBeTriedAgain() {
    assertInvalidToken(decide(KeyServer.rsa("x")), ReasonCode.KEY_NOT_FOUND);
    assertInvalidToken(decide(KeyServer.rsa("y")), ReasonCode.KEY_NOT_FOUND);

    assertUnavailable(decide(KeyServer.rsa("z")), ReasonCode.KEY_NOT_KNOWN_YET);
  }

  @Test
  void twoKeysUnderOneId_areBothTried() {
    keys.publish(KeyServer.jwk(OLD), KeyServer.jwk(NEW));

    assertGranted(decide(OLD));
    assertGranted(decide(NEW));
    assertInvalidToken(decide(FORGED), ReasonCode.SIGNATURE_INVALID);
  }

  /** Of so many at once some wait too long for their check where the machine is busy: a 503. */
  private AccessDecision patiently(String token) {
    AccessDecision decision = decide(token);
    while (decision instanceof AccessDecision.Refused refused
        && refused.reason() == ReasonCode.OVER_LIMIT) {
      decision = decide(token);
    }
    return decision;
  }

  private AccessDecision decide(RSAKey key) {
    return decide(KeyServer.rs256(key, ""));
  }

  private AccessDecision decide(String token) {
    return server.decide(FakeRequest.get().bearer(token));
  }
}
