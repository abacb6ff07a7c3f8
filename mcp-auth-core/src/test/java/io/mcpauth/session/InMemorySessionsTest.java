package io.mcpauth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class InMemorySessionsTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final MutableClock clock = new MutableClock();
  private final InMemorySessions sessions =
      new InMemorySessions(new SessionLimits(HOUR, 3, 5), clock);

  @Test
  void sessionThatWasOpened_hasItsOwner() {
    sessions.put("a", "alice");

    assertThat(sessions.owner("a", "")).isEqualTo("alice");
    assertThat(sessions.owner("b", "")).isNull();
  }

  @Test
  void sessionThatIsUsed_lastsTheIdleTimeFromThen() {
    sessions.put("a", "alice");
    clock.advance(HOUR.minusMillis(1));
    assertThat(sessions.owner("a", "")).isEqualTo("alice");
    clock.advance(HOUR.minusMillis(1));
    assertThat(sessions.owner("a", "")).isEqualTo("alice");
    clock.advance(HOUR);

    assertThat(sessions.owner("a", "")).isNull();
    assertThat(sessions.owner("a", "")).as("asking does not revive it").isNull();
  }

  @Test
  void clockThatIsSetBack_makesNoSessionLastLonger() {
    sessions.put("a", "alice");
    clock.advance(HOUR.negated());

    assertThat(sessions.owner("a", "")).isNull();
  }

  @Test
  void sessionThatIsOver_canNeitherBeClaimedNorStandsInTheWay() {
    sessions.put("a", "");
    clock.advance(HOUR);
    assertThat(sessions.claim("a", "alice")).isFalse();
    sessions.put("a", "bob");

    assertThat(sessions.owner("a", "")).isEqualTo("bob");
    assertThat(sessions.owners()).isEqualTo(1);
  }

  @Test
  void sessionsThatAreOver_areLetGoWhenAnotherIsOpened() {
    sessions.put("a", "alice");
    sessions.put("b", "bob");
    clock.advance(HOUR);
    sessions.put("c", "carol");

    assertThat(sessions.size()).isEqualTo(1);
    assertThat(sessions.owners()).isEqualTo(1);
  }

  @Test
  void secondPutOfItsOwner_countsAsUse() {
    sessions.put("a", "alice");
    clock.advance(HOUR.minus(SECOND));
    sessions.put("a", "alice");
    clock.advance(SECOND);

    assertThat(sessions.owner("a", "")).isEqualTo("alice");
    assertThat(sessions.size()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"alice, bob", "alice, ''", "'', alice"})
  void putOfAnotherOwner_isRefusedAndChangesNothing(String first, String second) {
    sessions.put("a", first);
    assertThatIllegalStateException().isThrownBy(() -> sessions.put("a", second));

    assertThat(sessions.owner("a", "")).isEqualTo(first);
  }

  @Test
  void oneMoreThanAnOwnerMayHave_endsItsLeastRecentlyUsed() {
    sessions.put("b", "bob");
    clock.advance(SECOND);
    for (String key : List.of("a1", "a2", "a3")) {
      sessions.put(key, "alice");
      clock.advance(SECOND);
    }
    assertThat(sessions.owner("a1", "")).isEqualTo("alice");
    clock.advance(SECOND);
    sessions.put("a4", "alice");

    assertThat(sessions.owner("a2", "")).isNull();
    assertThat(sessions.owner("a1", "")).isEqualTo("alice");
    assertThat(sessions.owner("a3", "")).isEqualTo("alice");
    assertThat(sessions.owner("a4", "")).isEqualTo("alice");
    assertThat(sessions.owner("b", "")).as("older than all of them").isEqualTo("bob");
  }

  @Test
  void sessionsOfOneInstant_endInTheOrderOfTheirOpening() {
    for (String key : List.of("a3", "a1", "a2", "a4")) {
      sessions.put(key, "alice");
    }

    assertThat(sessions.owner("a3", "")).isNull();
  }

  @Test
  void fullStore_refusesANewOwnerAndEndsNobodysSession() {
    fill();
    assertThatIllegalStateException().isThrownBy(() -> sessions.put("c", "carol"));

    assertThat(sessions.owner("c", "")).isNull();
    assertThat(sessions.owner("a1", "")).isEqualTo("alice");
    assertThat(sessions.owner("b2", "")).isEqualTo("bob");
    assertThat(sessions.size()).isEqualTo(5);
    assertThat(sessions.owners()).isEqualTo(2);
  }

  @Test
  void fullStore_makesRoomAtTheOwnerOfTheNewSession() {
    fill();
    sessions.put("b3", "bob");

    assertThat(sessions.owner("b1", "")).isNull();
    assertThat(sessions.owner("b3", "")).isEqualTo("bob");
    assertThat(sessions.owner("a1", "")).isEqualTo("alice");
    assertThat(sessions.size()).isEqualTo(5);
  }

  @Test
  void fullStore_hasRoomAgainWhenSessionsAreOver() {
    fill();
    clock.advance(HOUR);
    sessions.put("c", "carol");

    assertThat(sessions.owner("c", "")).isEqualTo("carol");
  }

  private void fill() {
    List.of("a1", "a2", "a3").forEach(key -> sessions.put(key, "alice"));
    List.of("b1", "b2").forEach(key -> sessions.put(key, "bob"));
  }

  @Test
  void fullStore_makesRoomForAProvenCallerAtTheAnonymous() {
    List.of("x1", "x2").forEach(key -> sessions.put(key, ""));
    List.of("a1", "a2", "a3").forEach(key -> sessions.put(key, "alice"));
    sessions.put("b1", "bob");

    assertThat(sessions.owner("b1", "")).isEqualTo("bob");
    assertThat(sessions.owner("x1", "")).isNull();
    assertThat(sessions.owner("x2", "")).isEmpty();
    assertThat(sessions.owner("a1", "")).isEqualTo("alice");
    sessions.put("b2", "bob");
    assertThatIllegalStateException().isThrownBy(() -> sessions.put("c", "carol"));
    assertThatIllegalStateException().isThrownBy(() -> sessions.put("x3", ""));
    assertThat(sessions.size()).isEqualTo(5);
  }

  @Test
  void anonymousLoop_endsItsOwnBeforeThoseThatAreUsed() {
    InMemorySessions own = new InMemorySessions(new SessionLimits(HOUR, 10, 400), clock);
    own.put("a", "alice");
    own.put("work", "");
    for (int i = 0; i < 10_000; i++) {
      own.put("loop " + i, "");
      if (i % 50 == 0) {
        assertThat(own.owner("work", "")).as("after %s", i).isEmpty();
      }
    }

    assertThat(own.owner("a", "")).isEqualTo("alice");
    assertThat(own.size()).as("a quarter, and alice's").isEqualTo(101);
  }

  @Test
  void anonymousSessionsThatAreAllUsed_giveWayAllTheSame() {
    for (int i = 0; i < 20; i++) {
      sessions.put("x" + i, "");
      assertThat(sessions.owner("x" + i, "")).isEmpty();
    }

    assertThat(sessions.size()).isEqualTo(3);
  }

  @Test
  void claim_movesTheSessionWithinTheLimitOfItsNewOwner() {
    sessions.put("x", "");
    List.of("a1", "a2", "a3").forEach(key -> sessions.put(key, "alice"));
    assertThat(sessions.claim("x", "alice")).isTrue();

    assertThat(sessions.owner("x", "")).isEqualTo("alice");
    assertThat(sessions.owner("a1", "")).isNull();
    assertThat(sessions.size()).isEqualTo(3);
    assertThat(sessions.owners()).isEqualTo(1);
  }

  @Test
  void claim_ofAnUnexpectedOwnerIsRefused() {
    sessions.put("a", "alice");

    assertThat(sessions.claim("a", "bob")).isFalse();
    assertThat(sessions.claim("unknown", "bob")).isFalse();
    assertThat(sessions.owner("a", "")).isEqualTo("alice");
    assertThat(sessions.owner("unknown", "")).isNull();
  }

  @Test
  void sessionThatIsRemoved_isGoneAndMayBeRemovedAgain() {
    sessions.put("a", "alice");
    sessions.remove("a", "alice");
    sessions.remove("a", "alice");

    assertThat(sessions.owner("a", "")).isNull();
    assertThat(sessions.owners()).isZero();
  }

  @Test
  void claimsAtOnce_haveOneWinner() throws Exception {
    for (int round = 0; round < 200; round++) {
      InMemorySessions own = new InMemorySessions(SessionLimits.defaults(), clock);
      own.put("x", "");
      CyclicBarrier start = new CyclicBarrier(4);
      List<Callable<Boolean>> claims = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String owner = "owner-" + i;
        claims.add(
            () -> {
              start.await(60, TimeUnit.SECONDS);
              return own.claim("x", owner);
            });
      }

      List<Boolean> results = together(claims);
      assertThat(results).containsOnlyOnce(true);
      assertThat(own.owner("x", "")).isEqualTo("owner-" + results.indexOf(true));
      assertThat(own.owners()).isEqualTo(1);
    }
  }

  /** Whatever the order of things is: no session has another's owner, and no bound breaks. */
  @Test
  void everythingAtOnce_keepsOwnersAndBounds() throws Exception {
    InMemorySessions own = new InMemorySessions(new SessionLimits(HOUR, 10, 30), clock);
    List<Callable<Boolean>> callers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String owner = "owner-" + i;
      callers.add(() -> openUseAndEnd(own, owner));
    }

    assertThat(together(callers)).containsOnly(true);
    assertThat(own.size()).isBetween(1, 30);
    assertThat(own.owners()).isBetween(1, 4);
  }

  private static boolean openUseAndEnd(InMemorySessions own, String owner) {
    for (int i = 0; i < 3_000; i++) {
      String key = owner + "/" + i;
      try {
        own.put(key, owner);
      } catch (IllegalStateException full) {
        continue; // the others have all the room
      }
      if (!owner.equals(own.owner(key, ""))) {
        return false;
      }
      if (i % 3 == 0) {
        own.remove(key, owner);
      }
    }
    return true;
  }

  private static List<Boolean> together(List<Callable<Boolean>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Boolean> results = new ArrayList<>();
      for (Future<Boolean> result : threads.invokeAll(tasks)) {
        results.add(result.get(60, TimeUnit.SECONDS));
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PT0.999S | 1 | 1 | Idle time PT0.999S of sessions is out of range. Write PT1S to PT720H.",
        "PT720H0.001S | 1 | 1 | is out of range. Write PT1S to PT720H.",
        "-PT1H | 1 | 1 | Idle time PT-1H of sessions is out of range.",
        "PT1H | 1 | 0 | Limit of 0 sessions is out of range. Write 1 to 10000000.",
        "PT1H | 1 | 10000001 | Limit of 10000001 sessions is out of range.",
        "PT1H | 0 | 5 | Limit of 0 sessions for each owner is out of range. Write 1 to the 5",
        "PT1H | 6 | 5 | Limit of 6 sessions for each owner is out of range. Write 1 to the 5",
      })
  void limitOutOfRange_isRefusedWithTheFix(
      Duration idle, int perOwner, int overall, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SessionLimits(idle, perOwner, overall))
        .withMessageContaining(problem);
  }

  @Test
  void defaults_areTheDocumentedOnes() {
    assertThat(SessionLimits.defaults())
        .isEqualTo(new SessionLimits(Duration.ofDays(1), 1_000, 100_000));
  }
}
