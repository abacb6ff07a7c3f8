package io.mcpauth.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.MutableClock;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What administrators may write, and what not: the state stays whole. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class AccessControlTest {
  private static final String ISSUER = "https://login.example.com";

  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  private final AccessGate gate =
      AccessGate.start(AccessGate.Following.alone(store, Duration.ofSeconds(30), Set.of(ISSUER)));
  private final AccessControl access = gate.control();

  @AfterEach
  void stop() {
    gate.close();
  }

  @Test
  void issuerThatIsNotAccepted_throws() {
    for (AccessTarget typo :
        List.of(AccessTarget.issuer(ISSUER + "/"), AccessTarget.subject(ISSUER + "/", "alice"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> access.deny(typo))
          .withMessageContaining("'" + ISSUER + "/'")
          .withMessageEndingWith("Write one of [" + ISSUER + "].");
      assertThatIllegalArgumentException().isThrownBy(() -> access.cutOff(typo));
      assertThatIllegalArgumentException().isThrownBy(() -> access.cutOff(typo, clock.instant()));
      assertThatIllegalArgumentException().isThrownBy(() -> access.allow(typo));
    }
    access.cutOff(AccessTarget.all());

    assertThat(access.list()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\u0000"})
  void subjectThatNoTokenCanHave_throws(String subject) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AccessTarget.subject(ISSUER, subject))
        .withMessageContaining("none that a token can have");
  }

  /** Whoever gets in by a name can be kept out by it. */
  @Test
  void subjectThatATokenCanHave_isDenied() {
    for (String subject : List.of(" ", "\u00a0", "x".repeat(16 * 1024))) {
      access.deny(AccessTarget.subject(ISSUER, subject));
      assertThat(gate.refusal(new Caller(subject)))
          .extracting(Refusal::reason)
          .isEqualTo(ReasonCode.ACCESS_DENIED);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AccessTarget.subject(ISSUER, "x".repeat(16 * 1024 + 1)));
  }

  /** As the id has fewer bits than the names, it has to be too long to be met by trying. */
  @Test
  void id_hasAHundredAndTwentyEightBits() {
    assertThat(access.deny(AccessTarget.subject(ISSUER, "alice")).id()).matches("[0-9a-f]{32}");
  }

  @Test
  void ruleThatIsReplacedByOneForAnother_isNotFoundAnyMore() {
    for (String subject : List.of("alice", "bob")) {
      AccessTarget target = AccessTarget.subject(ISSUER, subject);
      String value = Wire.rule(AccessRule.Kind.DENY, target, null, "by hand");
      store.feed().put(Wire.RULES, "same", value, AccessControl.NEVER);
    }
    assertThat(gate.refusal(new Caller("alice"))).isNull();
    assertThat(gate.refusal(new Caller("bob")))
        .extracting(Refusal::reason)
        .isEqualTo(ReasonCode.ACCESS_DENIED);
    assertThat(access.undo("same")).isTrue();
    assertThat(gate.refusal(new Caller("bob"))).isNull();
  }

  /** Known by its subject alone. */
  private record Caller(String subject) implements AccessFacts {
    @Override
    public String issuer() {
      return ISSUER;
    }

    @Override
    public @Nullable String clientId() {
      return null;
    }

    @Override
    public @Nullable String keyId() {
      return null;
    }

    @Override
    public @Nullable Instant surelyIssuedAt() {
      return null;
    }

    @Override
    public long tokenMark() {
      return 0;
    }

    @Override
    public long sessionMark() {
      return 0;
    }

    @Override
    public String tokenHash() {
      return "";
    }

    @Override
    public @Nullable Collection<String> groups() {
      return null;
    }
  }

  @Test
  void partsThatDoNotGoTogether_throw() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AccessTarget(null, "alice", null, null, null, null, null, null))
        .withMessageContaining("needs the issuer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AccessTarget(ISSUER, "alice", null, "g", null, null, null, null))
        .withMessageContaining("alone");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AccessTarget.tokenHash("no hash"))
        .withMessageContaining("SHA-256");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> access.cutOff(AccessTarget.token(ISSUER, "jti")))
        .withMessageContaining("denied");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> access.allow(AccessTarget.key(ISSUER, "k")));
  }

  @Test
  void messageAndTimesThatAreNone_throwAndLeaveAccessOpen() {
    Duration minute = Duration.ofMinutes(1);
    for (String message : List.of("a\r\nX-Other: b", "\u001b[31m", "x".repeat(201))) {
      assertThatIllegalArgumentException().isThrownBy(() -> access.close(message, minute));
    }
    for (Duration retry : List.of(Duration.ofSeconds(-5), Duration.ZERO, Duration.ofDays(8))) {
      assertThatIllegalArgumentException().isThrownBy(() -> access.close("", retry));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> access.cutOff(AccessTarget.all(), Instant.EPOCH.minusMillis(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> access.deny(AccessTarget.token(ISSUER, "1"), Instant.ofEpochSecond(-5)))
        .withMessageContaining("has ended already");
    assertThatIllegalArgumentException().isThrownBy(() -> access.by("a\nb"));

    assertThat(access.status()).isEqualTo(AccessStatus.INITIAL);
    assertThat(access.list()).isEmpty();
    assertThat(gate.entrance()).isNull();
  }

  @Test
  void cutOffInTheFuture_standsForNow() {
    AccessTarget alice = AccessTarget.subject(ISSUER, "alice");
    AccessRule rule = access.cutOff(alice, Instant.parse("9000-01-01T00:00:00Z"));
    assertThat(rule.before()).isNotNull().isBeforeOrEqualTo(rule.since());
    assertThat(access.cutOff(alice, Instant.EPOCH)).as("the later one stays").isEqualTo(rule);
  }

  @Test
  void denialThatEnds_weakensNoneThatLastsLonger() {
    AccessTarget token = AccessTarget.token(ISSUER, "9f2c41");
    Instant end = Instant.parse("2999-01-01T00:00:00Z");
    assertThat(access.deny(token, end.minusSeconds(1)).endsAt()).isEqualTo(end.minusSeconds(1));
    assertThat(access.deny(token, end).endsAt()).isEqualTo(end);
    assertThat(access.deny(token, end.minusSeconds(1)).endsAt()).isEqualTo(end);
    assertThat(access.deny(token).endsAt()).isNull();
    assertThat(access.deny(token, end).endsAt()).isNull();
    assertThat(access.list()).hasSize(1);
  }

  @Test
  void undoOfWhatIsNotThere_isFalse() {
    AccessRule rule = access.deny(AccessTarget.subject(ISSUER, "alice"));
    assertThat(access.undo("no such id")).isFalse();
    assertThat(access.undo("")).isFalse();
    assertThat(access.undo(rule.id())).isTrue();
    assertThat(access.undo(rule.id())).isFalse();
  }

  @Test
  void twoAdministratorsAtOnce_bothGetTheirs() throws Exception {
    ExecutorService two = Executors.newFixedThreadPool(2);
    CountDownLatch present = new CountDownLatch(2);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (String name : List.of("ann", "ben")) {
        results.add(
            two.submit(
                () -> {
                  present.countDown();
                  present.await();
                  for (int i = 0; i < 50; i++) {
                    access.by(name).deny(AccessTarget.subject(ISSUER, name + i));
                    access.by(name).cutOff(AccessTarget.all(), clock.instant().minusSeconds(i));
                    access.by(name).close(name, Duration.ofSeconds(9));
                  }
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get(60, TimeUnit.SECONDS);
      }
    } finally {
      two.shutdownNow();
    }

    assertThat(access.list()).hasSize(101);
    assertThat(access.list())
        .filteredOn(rule -> rule.kind() == AccessRule.Kind.CUT_OFF)
        .singleElement()
        .extracting(AccessRule::before)
        .as("the later one stays")
        .isEqualTo(clock.instant());
    assertThat(access.status().message()).isEqualTo(access.status().madeBy());
  }

  /** A later release may write what this one cannot read; it may be anything. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\":\"quota\",\"target\":{},\"by\":\"x\"}",
        "{\"kind\":\"allow\",\"target\":{\"iss\":\"https://login.example.com\",\"ip\":\"x\"},"
            + "\"by\":\"x\"}",
        "{\"kind\":\"allow\",\"target\":{\"iss\":7},\"by\":\"x\"}",
        "{\"kind\":\"deny\",\"target\":{},\"by\":\"x\",\"unless\":\"y\"}",
        "{\"kind\":\"deny\"}",
        "no JSON"
      })
  void entryThatCannotBeRead_letsNobodyInUntilItIsUndone(String value) {
    store.feed().put(Wire.RULES, "later", value, AccessControl.NEVER);

    Refusal refusal = gate.entrance();
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(ReasonCode.STATE_UNAVAILABLE);
    assertThat(refusal.facts()).containsEntry("entries", "1, such as access.rule/later");
    assertThatThrownBy(access::list)
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("'later'");
    try (AccessGate started =
        AccessGate.start(
            AccessGate.Following.alone(store, Duration.ofSeconds(30), Set.of(ISSUER)))) {
      assertThat(started.entrance())
          .extracting(Refusal::reason)
          .isEqualTo(ReasonCode.STATE_UNAVAILABLE);
      assertThat(access.undo("later")).isTrue();
      assertThat(started.entrance()).isNull();
    }
    assertThat(gate.entrance()).isNull();
  }

  @Test
  void entriesThatCannotBeRead_areToldByTheirNumberUntilTheyEnd() {
    for (int i = 0; i < 40; i++) {
      store.feed().put(Wire.RULES, "later" + i, "{}", clock.instant().plusSeconds(60));
    }
    Refusal refusal = gate.entrance();
    assertThat(refusal).isNotNull();
    assertThat(refusal.facts().get("entries")).matches("40, such as access\\.rule/later\\d+");

    clock.advance(Duration.ofSeconds(61));
    access.open();
    assertThat(gate.entrance()).isNull();
  }

  /** Nobody tells it of cut-offs any more. */
  @Test
  void closedGate_getsTooOld() {
    AccessGate strict =
        AccessGate.start(AccessGate.Following.alone(store, Duration.ZERO, Set.of(ISSUER)));
    assertThat(strict.entrance()).isNull();
    strict.close();
    assertThat(strict.entrance())
        .isNotNull()
        .extracting(Refusal::reason)
        .isEqualTo(ReasonCode.STATE_UNAVAILABLE);
  }

  @Test
  void listener_isCalledAfterEachChangeUntilItIsGone() {
    AtomicInteger calls = new AtomicInteger();
    Runnable end = gate.onChange(calls::incrementAndGet);
    access.deny(AccessTarget.subject(ISSUER, "alice"));
    access.close();
    assertThat(calls).hasValue(2);
    end.run();
    access.open();

    assertThat(calls).hasValue(2);
  }

  @Test
  void listenerThatFails_hindersNeitherTheCutOffNorTheOthers() {
    AtomicInteger calls = new AtomicInteger();
    Runnable failing =
        () -> {
          calls.incrementAndGet();
          throw new AssertionError("listener");
        };
    Runnable unused = gate.onChange(failing);
    unused = gate.onChange(failing);
    access.close();

    assertThat(calls).hasValue(2);
    assertThat(gate.entrance()).extracting(Refusal::reason).isEqualTo(ReasonCode.ACCESS_CLOSED);
  }

  @Test
  void storeThatHasNotAnsweredInTime_isARefusalWhateverItSaidBefore() {
    try (AccessGate strict =
        AccessGate.start(AccessGate.Following.alone(store, Duration.ofNanos(-1), Set.of(ISSUER)))) {
      assertThat(strict.entrance())
          .isNotNull()
          .extracting(Refusal::reason)
          .isEqualTo(ReasonCode.STATE_UNAVAILABLE);
      assertThat(strict.refusesNow(null, () -> true)).isTrue();
    }
  }
}
