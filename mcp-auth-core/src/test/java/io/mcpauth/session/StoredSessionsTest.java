package io.mcpauth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.LastingStore;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.store.StoreKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What sessions in a store cost, and what they do when they are full or the store is not there. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class StoredSessionsTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final String SESSIONS = StoredSessions.COLLECTION;

  private final MutableClock clock = new MutableClock();
  private final Store entries = Store.inMemory(clock);
  private final LastingStore store = LastingStore.over(entries);
  private final List<String> lost = new ArrayList<>();
  private final StoredSessions sessions = node(new SessionLimits(DAY, 3, 5));
  private final String alice = sessions.mark("https://login.example.com|alice");
  private final String bob = sessions.mark("https://login.example.com|bob");
  private final String carol = sessions.mark("https://login.example.com|carol");

  @AfterEach
  void close() {
    sessions.close();
  }

  private StoredSessions node(SessionLimits limits) {
    // A second of its own for each question: what one asker may have in a second is another test.
    return new StoredSessions(
        store.node(), limits, clock, () -> seconds() * 1_000_000_000L, () -> lost.add("lost"));
  }

  private long asked;

  private long seconds() {
    asked++;
    return asked;
  }

  @Test
  void warmSession_costsNoQuestion() {
    sessions.put("a", alice);
    store.asked().clear();
    for (int i = 0; i < 100; i++) {
      assertThat(sessions.owner("a", alice)).isEqualTo(alice);
    }
    sessions.put("a", alice); // by a server that repeats the id with each answer

    assertThat(store.asked()).isEmpty();
  }

  @Test
  void warmSession_isReadOnceIn30SecondsAndWrittenOnceInAnHour() {
    sessions.put("a", alice);
    store.asked().clear();
    for (int i = 0; i < 120; i++) {
      clock.advance(Duration.ofSeconds(30));
      assertThat(sessions.owner("a", alice)).isEqualTo(alice);
      assertThat(sessions.owner("a", alice)).isEqualTo(alice);
    }

    assertThat(store.asked().stream().filter("find"::equals)).hasSize(120);
    assertThat(store.asked().stream().filter("replace"::equals)).hasSize(1);
    assertThat(Objects.requireNonNull(entries.find(SESSIONS, "a")).expiresAt())
        .isEqualTo(clock.instant().plus(DAY));
  }

  @Test
  void clockThatIsSetBack_makesNoOwnerServeLonger() {
    sessions.put("a", alice);
    entries.remove(SESSIONS, "a");
    clock.advance(Duration.ofSeconds(-30));

    assertThat(sessions.owner("a", alice)).isNull();
  }

  @Test
  void sessionThatIsUsed_lastsNearlyTheIdleTimeFromThen() {
    sessions.put("a", alice);
    clock.advance(Duration.ofMinutes(59)); // not pushed on
    assertThat(sessions.owner("a", alice)).isEqualTo(alice);
    clock.advance(Duration.ofHours(22));
    assertThat(sessions.owner("a", alice)).isEqualTo(alice);
    clock.advance(DAY.minusMillis(1));
    assertThat(sessions.owner("a", alice)).isEqualTo(alice);
    clock.advance(DAY);
    assertThat(sessions.owner("a", alice)).isNull();
  }

  @Test
  void shortIdleTime_isNotOverslept() {
    StoredSessions brief = node(new SessionLimits(Duration.ofSeconds(24), 3, 5));
    brief.put("a", alice);
    for (int i = 0; i < 30; i++) {
      clock.advance(Duration.ofSeconds(1));
      assertThat(brief.owner("a", alice)).isEqualTo(alice);
    }
    clock.advance(Duration.ofSeconds(24));
    assertThat(brief.owner("a", alice)).isNull();
  }

  @Test
  void sessionThatEndedOnAnotherNode_isKnownFor30SecondsAtMost() {
    StoredSessions other = node(SessionLimits.defaults());
    sessions.put("a", alice);
    other.remove("a", alice);
    clock.advance(Duration.ofSeconds(30).minusMillis(1));
    assertThat(sessions.owner("a", alice)).isEqualTo(alice);
    clock.advance(Duration.ofMillis(1));

    assertThat(sessions.owner("a", alice)).isNull();
  }

  /** What was read before must not be kept after. */
  @Test
  void sessionThatEndsWhileItIsRead_isNotKnownAfterwards() {
    sessions.put("a", alice);
    clock.advance(Duration.ofMinutes(1));
    store.before("replace", () -> sessions.remove("a", alice));
    clock.advance(Duration.ofHours(1)); // so that the reading pushes it on
    assertThat(sessions.owner("a", alice)).isEqualTo(alice);

    assertThat(sessions.owner("a", alice)).isNull();
  }

  @Test
  void anonymousSession_isAskedForEachTime() {
    sessions.put("a", "");
    store.asked().clear();
    for (int i = 0; i < 3; i++) {
      assertThat(sessions.owner("a", "")).isEmpty();
    }

    assertThat(store.asked()).containsExactly("find", "find", "find");
  }

  @Test
  void anonymousSession_isPushedOnOnceAMinute() {
    sessions.put("a", "");
    store.asked().clear();
    for (int i = 0; i < 60; i++) {
      clock.advance(Duration.ofSeconds(2));
      assertThat(sessions.owner("a", "")).isEmpty();
    }

    assertThat(store.asked().stream().filter("replace"::equals)).hasSize(2);
  }

  @Test
  void entry_showsNoOwner() {
    sessions.put("a", alice);

    assertThat(Objects.requireNonNull(entries.find(SESSIONS, "a")).value())
        .isEqualTo(StoreKey.hash("https://login.example.com|alice"));
    assertThat(entries.count(SESSIONS, StoreKey.hash("https://login.example.com|alice")))
        .isEqualTo(1);
    assertThat(sessions.mark("name\0 with \ud800")).hasSize(43);
    assertThat(sessions.mark("")).isEmpty();
  }

  @Test
  void oneMoreThanAnOwnerMayHave_endsItsOwnThatEndsFirst() {
    sessions.put("b", bob);
    for (String key : List.of("a1", "a2", "a3", "a4", "a5")) {
      clock.advance(Duration.ofSeconds(1));
      sessions.put(key, alice);
    }

    assertThat(sessions.owner("a1", alice)).isNull();
    assertThat(sessions.owner("a2", alice)).isNull();
    assertThat(sessions.owner("a5", alice)).isEqualTo(alice);
    assertThat(sessions.owner("b", bob)).as("older than all of them").isEqualTo(bob);
    assertThat(entries.count(SESSIONS, alice)).isEqualTo(3);
  }

  @Test
  void claim_staysWithinTheLimitOfItsNewOwner() {
    sessions.put("x", "");
    for (String key : List.of("a1", "a2", "a3")) {
      clock.advance(Duration.ofSeconds(1));
      sessions.put(key, alice);
    }
    clock.advance(Duration.ofSeconds(1));
    assertThat(sessions.claim("x", alice)).isTrue();

    assertThat(sessions.owner("x", alice)).isEqualTo(alice);
    assertThat(sessions.owner("a1", alice)).isNull();
    assertThat(entries.count(SESSIONS, alice)).isEqualTo(3);
  }

  @Test
  void fullStore_endsNobodysSessionWhoHasLoggedIn() {
    sessions.put("x", "");
    fill("a1", "a2");
    sessions.put("b1", bob);
    sessions.put("b2", bob);
    sessions.put("c1", carol); // there are five: the anonymous one gives way
    assertThat(sessions.owner("x", "")).isNull();

    assertThatIllegalStateException().isThrownBy(() -> sessions.put("y", ""));
    assertThatIllegalStateException().isThrownBy(() -> sessions.put("d", sessions.mark("d")));
    sessions.put("c2", carol); // in place of her own
    assertThat(sessions.owner("c1", carol)).isNull();
    assertThat(sessions.owner("a1", alice)).isEqualTo(alice);
    assertThat(entries.count(SESSIONS)).isEqualTo(5);
  }

  @Test
  void ownerWhoHasAllOfHis_pushesOutNobodyElseOfAFullStore() {
    fill("a1", "a2", "a3");
    sessions.put("x1", "");
    sessions.put("x2", "");
    for (int i = 0; i < 10; i++) {
      clock.advance(Duration.ofSeconds(1));
      sessions.put("more" + i, alice);
    }

    assertThat(sessions.owner("x1", "")).isEmpty();
    assertThat(sessions.owner("x2", "")).isEmpty();
    assertThat(entries.count(SESSIONS)).isEqualTo(5);
  }

  @Test
  void fullStore_hasRoomSoonAfterAnotherNodeEndsOne() {
    StoredSessions other = node(new SessionLimits(DAY, 3, 5));
    fill("a1", "a2", "a3");
    sessions.put("b1", bob);
    sessions.put("b2", bob);
    assertThatIllegalStateException().isThrownBy(() -> sessions.put("c", carol));
    other.remove("a1", alice);
    clock.advance(Duration.ofSeconds(1));
    sessions.put("c", carol);

    assertThat(sessions.owner("c", carol)).isEqualTo(carol);
  }

  @Test
  void anonymousLoop_endsItsOwnBeforeThoseThatAreUsed() {
    StoredSessions own = node(new SessionLimits(DAY, 10, 400));
    own.put("a", alice);
    own.put("work", "");
    for (int i = 0; i < 2_000; i++) {
      clock.advance(Duration.ofSeconds(1));
      own.put("loop " + i, "");
      if (i % 25 == 0) {
        assertThat(own.owner("work", "")).as("after %s", i).isEmpty();
      }
    }

    assertThat(own.owner("a", alice)).isEqualTo(alice);
    assertThat(entries.count(SESSIONS)).as("a quarter, and alice's").isEqualTo(101);
  }

  @Test
  void openingInALargeStore_countsAllButNowAndThen() {
    StoredSessions own = node(SessionLimits.defaults());
    for (int i = 0; i < 100; i++) {
      own.put("x" + i, "");
    }

    assertThat(store.asked().stream().filter("count"::equals)).hasSize(2);
    assertThat(store.asked().stream().filter("create"::equals)).hasSize(100);
  }

  private void fill(String... keys) {
    for (String key : keys) {
      clock.advance(Duration.ofMillis(1));
      sessions.put(key, alice);
    }
  }

  /** Pushed on by another request at the same moment. */
  @Test
  void claimThatMeetsAPush_isTriedAgain() {
    sessions.put("x", "");
    store.before("replace", () -> touch("x"));

    assertThat(sessions.claim("x", alice)).isTrue();
    assertThat(sessions.owner("x", alice)).isEqualTo(alice);
  }

  @Test
  void sessionThatChangesAllTheTime_isNotClaimed() {
    sessions.put("x", "");
    store.before("replace", this::touchAgainAndAgain);

    assertThatIllegalStateException().isThrownBy(() -> sessions.claim("x", alice));
    assertThat(sessions.owner("x", alice)).isEmpty();
  }

  private void touchAgainAndAgain() {
    touch("x");
    store.before("replace", this::touchAgainAndAgain);
  }

  private void touch(String key) {
    Store.Entry entry = Objects.requireNonNull(entries.find(SESSIONS, key));
    Instant end = clock.instant().plus(DAY);
    assertThat(entries.replace(SESSIONS, key, entry.version(), entry.value(), end)).isTrue();
  }

  @Test
  void storeThatFails_isNoSession() {
    sessions.put("a", alice);
    sessions.put("x", "");
    store.fail(new StoreException("down"));
    assertThat(sessions.owner("a", alice)).as("warm").isEqualTo(alice);
    clock.advance(Duration.ofSeconds(30));

    for (Runnable call :
        List.<Runnable>of(
            () -> sessions.owner("a", alice),
            () -> sessions.owner("x", ""),
            () -> sessions.put("b", bob),
            () -> sessions.claim("x", alice),
            () -> sessions.remove("x", ""))) {
      assertThatExceptionOfType(StoreException.class).isThrownBy(call::run);
    }
    store.fail(null);
    assertThat(sessions.owner("a", alice)).isEqualTo(alice);
  }

  @Test
  void whoeverAsksTooMuchInASecond_isRefusedAlone() {
    StoredSessions own =
        new StoredSessions(store.node(), SessionLimits.defaults(), clock, () -> 0, () -> {});
    for (int i = 0; i < Turns.ANONYMOUS_IN_A_SECOND; i++) {
      assertThat(own.owner("unknown" + i, "")).isNull();
    }

    AuthException refusal =
        Objects.requireNonNull(
            catchThrowableOfType(AuthException.class, () -> own.owner("one more", "")));
    assertThat(refusal.reason()).isEqualTo(ReasonCode.OVER_LIMIT);
    assertThat(refusal.facts()).containsEntry("limit", "sessions");
    own.put("a", alice);
    assertThat(own.owner("a", alice)).isEqualTo(alice);
    assertThat(own.owner("b", bob)).isNull();
  }

  @Test
  void claimsOfManySessions_makeAnyStreamWithoutALoginBeAskedFor() throws Exception {
    sessions.put("x", "");
    BlockingQueue<String> found = new LinkedBlockingQueue<>();
    try (StoredSessions other =
        new StoredSessions(
            store.node(), SessionLimits.defaults(), clock, () -> 0, () -> found.add("lost"))) {
      Sessions.Watch stream = other.watch("x");
      assertThat(sessions.claim("x", alice)).isTrue();
      other.heard(ClaimWord.ANY);

      assertThat(found.poll(60, TimeUnit.SECONDS)).isEqualTo("lost");
      assertThat(stream.isLost()).isTrue();
    }
  }
}
