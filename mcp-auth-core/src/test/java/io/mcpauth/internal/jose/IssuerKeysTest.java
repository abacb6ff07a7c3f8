package io.mcpauth.internal.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What one caller sees as time passes; every fetch runs at once, on the thread that asks. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class IssuerKeysTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final MutableClock clock = new MutableClock();
  private final FakeProvider provider = new FakeProvider("a");
  private final IssuerKeys keys = new IssuerKeys(provider, Runnable::run, clock);

  @Test
  void nothing_isFetchedBeforeTheFirstToken() {
    assertThat(provider.fetches()).isZero();
  }

  @Test
  void keptKeys_areUsedWithoutAskingAgain() {
    assertThat(found("a")).isTrue();
    clock.advance(IssuerKeys.TIME_TO_LIVE.multipliedBy(74).dividedBy(100));

    assertThat(found("a")).isTrue();
    assertThat(provider.fetches()).isEqualTo(1);
  }

  @Test
  void oldKeys_areRenewedAheadOfTheirEnd() {
    assertThat(found("a")).isTrue();
    provider.publish("a", "b");
    clock.advance(IssuerKeys.TIME_TO_LIVE.minusSeconds(1));

    assertThat(found("a")).isTrue();
    assertThat(provider.fetches()).isEqualTo(2);
    assertThat(found("b")).isTrue();
    assertThat(provider.fetches()).isEqualTo(2);
  }

  /** What may be remembered of a forged token: nothing that asking again could change. */
  @Test
  void badSignature_staysBadUntilKeysMayBeOthers() {
    assertThat(found("a")).isTrue();
    long answer = keys.answer();
    assertThat(keys.stillFails(answer)).as("nobody has asked for other keys yet").isFalse();

    assertThat(signer()).isEqualTo(ReasonCode.SIGNATURE_INVALID);
    assertThat(keys.stillFails(answer)).as("others came").isFalse();
    assertThat(keys.stillFails(keys.answer())).isTrue();
    clock.advance(SECOND.minusMillis(1));
    assertThat(keys.stillFails(keys.answer())).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(keys.stillFails(keys.answer())).as("time to ask again").isFalse();

    clock.advance(Duration.ofMillis(-1));
    assertThat(keys.stillFails(keys.answer())).isTrue();
    clock.advance(IssuerKeys.TIME_TO_LIVE.negated());
    assertThat(keys.stillFails(keys.answer())).as("a clock that is set back").isFalse();
  }

  @Test
  void removedKey_isRefusedWhenItsTimeIsOver() {
    assertThat(found("a")).isTrue();
    provider.publish("b");
    clock.advance(IssuerKeys.TIME_TO_LIVE);

    assertThat(found("a")).isFalse();
  }

  @Test
  void unknownKidOfTheFirstToken_isUnknown() {
    assertThat(found("x")).isFalse();
    assertThat(provider.fetches()).isEqualTo(1);
  }

  @Test
  void unknownKid_asksOnceAndIsUnknown() {
    assertThat(found("a")).isTrue();
    clock.advance(SECOND);

    assertThat(found("x")).isFalse();
    assertThat(found("x")).isFalse();
    assertThat(provider.fetches()).isEqualTo(2);
  }

  @Test
  void unknownKidJustAfterARenewal_asksOnABudgetOfItsOwn() {
    assertThat(found("a")).isTrue();

    assertThat(found("x")).isFalse();
    assertThat(provider.fetches()).isEqualTo(2);
  }

  @Test
  void anotherUnknownKidWithinASecond_isUndecided() {
    assertThat(found("x")).isFalse();
    assertThat(found("y")).isFalse();

    assertThat(reason("z")).isEqualTo(ReasonCode.KEY_NOT_KNOWN_YET);
    assertThat(provider.fetches()).isEqualTo(2);
  }

  /** A 401 would make the client log in again, for a key that may be there in a second. */
  @Test
  void keyWithoutAnIdThatIsAnotherTenants_leavesAnUnknownKidUndecided() {
    provider.publish("");
    assertThat(found("x")).isFalse();
    assertThat(found("y")).isFalse();

    assertThat(signer(search("z").only(key -> false))).isEqualTo(ReasonCode.KEY_NOT_KNOWN_YET);
    assertThat(signer(search("z").only(key -> true))).isEqualTo(ReasonCode.KEY_NOT_KNOWN_YET);
    clock.advance(SECOND);
    assertThat(signer(search("z").only(key -> false))).isEqualTo(ReasonCode.KEY_NOT_FOUND);
  }

  @Test
  void floodOfUnknownKids_isOneFetchAndOneVerdict() {
    assertThat(found("a")).isTrue();
    clock.advance(SECOND);

    int unknown = 0;
    for (int i = 0; i < 2000; i++) {
      unknown += reason("flood-" + i) == null ? 1 : 0;
      assertThat(found("a")).isTrue();
    }

    assertThat(unknown).as("verdicts without asking the provider").isEqualTo(1);
    assertThat(provider.fetches()).isEqualTo(2);
  }

  /** It was undecided (503) while a flood of unknown ids had used up the fetches. */
  @Test
  void algorithmThatIsNotThatOfAKnownKid_isUnknownWhateverElseComes() {
    assertThat(found("a")).isTrue();
    clock.advance(SECOND);
    for (int i = 0; i < 20; i++) {
      ReasonCode unused = reason("flood-" + i);
    }
    int before = provider.fetches();

    for (int i = 0; i < 20; i++) {
      assertThat(keys.find("ES512", "a")).isEmpty();
    }
    assertThat(provider.fetches()).isBetween(before, before + 1);
  }

  /** Guessing the next key id must not lock it out: Casdoor's is the name of a certificate. */
  @Test
  void rotationToAKidThatAFloodHasUsed_isAccepted() {
    assertThat(found("a")).isTrue();
    clock.advance(SECOND);
    assertThat(found("next")).isFalse();
    provider.publish("next");
    assertThat(found("next")).isFalse();
    clock.advance(SECOND);

    assertThat(found("next")).isTrue();
  }

  @Test
  void rotationDuringAFlood_isAcceptedOnceTheIntervalPassed() {
    assertThat(found("a")).isTrue();
    clock.advance(SECOND);
    for (int i = 0; i < 2000; i++) {
      ReasonCode unused = reason("flood-" + i);
    }
    provider.publish("b");
    assertThat(reason("b")).isEqualTo(ReasonCode.KEY_NOT_KNOWN_YET);
    clock.advance(SECOND);

    assertThat(found("b")).isTrue();
  }

  @Test
  void sameKidOfAnotherAlgorithm_isAnotherQuestion() {
    assertThat(found("a")).isTrue();
    clock.advance(SECOND);

    assertThat(keys.find("ES256", "a")).isEmpty();
    assertThat(keys.find("RS256", "a")).hasSize(1);
  }

  @Test
  void outage_servesOldKeysWithinABound() {
    assertThat(found("a")).isTrue();
    provider.fail(new AuthException(ReasonCode.DISCOVERY_FAILED));
    clock.advance(IssuerKeys.TIME_TO_LIVE.plus(IssuerKeys.STALE_BOUND).minusSeconds(1));
    assertThat(found("a")).isTrue();
    clock.advance(SECOND);

    assertThat(reason("a")).isEqualTo(ReasonCode.DISCOVERY_FAILED);
  }

  @Test
  void unknownKidInAnOutage_isUndecided() {
    assertThat(found("a")).isTrue();
    provider.fail(new AuthException(ReasonCode.KEYS_UNAVAILABLE));
    clock.advance(SECOND);

    assertThat(reason("x")).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
    assertThat(reason("y")).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
    assertThat(found("a")).isTrue();
    assertThat(provider.fetches()).isEqualTo(2);
  }

  @Test
  void failure_isNotAskedAgainAtOnce() {
    provider.fail(new AuthException(ReasonCode.DISCOVERY_FAILED));
    for (int i = 0; i < 100; i++) {
      assertThat(reason("a")).isEqualTo(ReasonCode.DISCOVERY_FAILED);
    }
    assertThat(provider.fetches()).isEqualTo(1);
    provider.publish("a");
    clock.advance(IssuerKeys.RETRY_INTERVAL);

    assertThat(found("a")).isTrue();
    assertThat(provider.fetches()).isEqualTo(2);
  }

  @Test
  void failureAhead_isNotAskedAgainAtOnce() {
    assertThat(found("a")).isTrue();
    provider.fail(new AuthException(ReasonCode.KEYS_UNAVAILABLE));
    clock.advance(IssuerKeys.TIME_TO_LIVE.minusSeconds(1));

    for (int i = 0; i < 100; i++) {
      assertThat(found("a")).isTrue();
    }

    assertThat(provider.fetches()).isEqualTo(2);
  }

  @Test
  void oldSetAfterAnOutage_isReplaced() {
    assertThat(found("a")).isTrue();
    provider.fail(new AuthException(ReasonCode.KEYS_UNAVAILABLE));
    clock.advance(IssuerKeys.TIME_TO_LIVE);
    assertThat(found("a")).isTrue();
    provider.publish("b");
    clock.advance(SECOND);

    assertThat(found("a")).isFalse();
    assertThat(found("b")).isTrue();
  }

  @Test
  void closedExecutor_isUnavailable() {
    IssuerKeys closed =
        new IssuerKeys(
            provider,
            task -> {
              throw new RejectedExecutionException();
            },
            clock);

    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> closed.find("RS256", "a"));

    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(ReasonCode.KEYS_UNAVAILABLE);
  }

  @Test
  void clockThatJumpsBack_refusesNoKnownKeyAndInventsNone() {
    assertThat(found("a")).isTrue();
    clock.advance(Duration.ofHours(-2));

    assertThat(found("a")).isTrue();
    assertThat(found("x")).isFalse();
    assertThat(provider.fetches()).as("keys from the future are old").isEqualTo(3);
    clock.advance(Duration.ofHours(-2));
    assertThat(found("y")).isFalse();
  }

  private boolean found(String kid) {
    return !keys.find("RS256", kid).isEmpty();
  }

  private ReasonCode signer() {
    return signer(search("a"));
  }

  /** What is said of a signature that no key made. */
  private ReasonCode signer(SignerSearch search) {
    return Objects.requireNonNull(
            catchThrowableOfType(AuthException.class, () -> keys.signer(search)))
        .reason();
  }

  private static SignerSearch search(String kid) {
    Jwt forged =
        new Jwt(
            Map.of(),
            Map.of(),
            "input".getBytes(StandardCharsets.US_ASCII),
            "x".repeat(256).getBytes(StandardCharsets.US_ASCII));
    return SignatureChecks.atOnce(1).search(forged, "RS256", kid, 3);
  }

  /** Null where the keys are known to be there, or not. */
  private @Nullable ReasonCode reason(String kid) {
    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> keys.find("RS256", kid));
    return refusal == null ? null : refusal.reason();
  }
}
