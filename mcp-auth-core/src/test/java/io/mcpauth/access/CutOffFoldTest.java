package io.mcpauth.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mcpauth.MutableClock;
import io.mcpauth.access.AccessRule.Kind;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.store.Feed;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What becomes of cut-offs that are old, or too many. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class CutOffFoldTest {
  private static final String ONE = "https://one.example";
  private static final String TWO = "https://two.example";

  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  private final AccessControl access = AccessControl.on(store);
  private final Instant now = clock.instant();

  @Test
  void oldCutOffs_becomeOneInstantForEachIssuerAndGo() {
    Instant old = now.minus(CutOffFold.KEPT);
    access.cutOff(AccessTarget.subject(ONE, "alice"), old.minusSeconds(20));
    access.cutOff(AccessTarget.client(ONE, "c"), old.minusSeconds(10));
    access.cutOff(AccessTarget.subject(TWO, "alice"), old.minusSeconds(30));
    access.cutOff(AccessTarget.subject(TWO, "bob"), old.plusSeconds(600));
    access.deny(AccessTarget.subject(ONE, "carol"));
    start();

    assertThat(of(Kind.CUT_OFF_OLD))
        .extracting(AccessRule::target, AccessRule::before)
        .containsExactlyInAnyOrder(
            tuple(AccessTarget.issuer(ONE), old.minusSeconds(10)),
            tuple(AccessTarget.issuer(TWO), old.minusSeconds(30)));
    clock.advance(Duration.ofMinutes(5)); // a node is ahead of the store by what an answer takes
    assertThat(of(Kind.CUT_OFF)).extracting(rule -> rule.target().subject()).containsExactly("bob");
    assertThat(of(Kind.DENY)).as("what is denied stays").hasSize(1);
  }

  @Test
  void changeOfThisNode_foldsWhatHasBecomeOld() {
    try (AccessGate gate = AccessGate.start(following())) {
      AccessControl node = gate.control();
      node.cutOff(AccessTarget.subject(ONE, "alice"));
      clock.advance(CutOffFold.KEPT.plusSeconds(1));
      node.cutOff(AccessTarget.subject(ONE, "bob"));

      assertThat(of(Kind.CUT_OFF_OLD))
          .singleElement()
          .extracting(AccessRule::before)
          .isEqualTo(now);
    }
  }

  @Test
  void cutOffOfAllIssuers_isFoldedIntoOneOfAll() {
    access.cutOff(AccessTarget.all(), now.minus(Duration.ofDays(40)));
    start();

    assertThat(of(Kind.CUT_OFF_OLD))
        .extracting(AccessRule::target)
        .containsExactly(AccessTarget.all());
  }

  @Test
  void moreThanThereMayBe_foldsTheOldest() {
    AccessIndex index = new AccessIndex();
    for (int i = 0; i < 11; i++) {
      AccessRule rule = access.cutOff(AccessTarget.subject(ONE, "u" + i), now.minusSeconds(11 - i));
      index.put(rule, i + 1);
    }
    new CutOffFold(store.feed(), 11).run(index, now);
    assertThat(of(Kind.CUT_OFF_OLD)).isEmpty();
    new CutOffFold(store.feed(), 10).run(index, now);

    assertThat(of(Kind.CUT_OFF_OLD)).hasSize(1);
  }

  /** Of two nodes one was faster, and somebody cuts alice off anew meanwhile. */
  @Test
  void ruleThatHasChangedMeanwhile_stays() {
    AccessTarget alice = AccessTarget.subject(ONE, "alice");
    AccessRule seen = access.cutOff(alice, now.minus(Duration.ofDays(40)));
    AccessIndex index = new AccessIndex();
    index.put(seen, 1);
    access.cutOff(alice, now);
    new CutOffFold(store.feed(), 10).run(index, now);

    assertThat(of(Kind.CUT_OFF))
        .singleElement()
        .extracting(AccessRule::before, AccessRule::endsAt)
        .containsExactly(now, null);
  }

  /** Whoever reads change by change is never without the one nor the other. */
  @Test
  void instantOfTheIssuer_isToldBeforeWhatGoes() {
    access.cutOff(AccessTarget.subject(ONE, "alice"), now.minus(Duration.ofDays(40)));
    start();
    clock.advance(Duration.ofMinutes(5));

    assertThat(store.feed().after(0, 10).changes())
        .extracting(change -> change.value() == null)
        .containsExactly(false, true);
  }

  /** What somebody changes is changed, also where nothing can be put together. */
  @Test
  void foldThatFails_failsNoChange() {
    access.cutOff(AccessTarget.subject(ONE, "alice"), now.minus(Duration.ofDays(40)));
    Feed feed = refusingOldCutOffs(store.feed());
    Store full =
        proxy(
            Store.class,
            (method, arguments) ->
                method.getName().equals("feed") ? feed : method.invoke(store, arguments));
    AccessGate.Following setup =
        AccessGate.Following.alone(full, Duration.ofSeconds(30), Set.of(ONE));
    try (AccessGate gate = AccessGate.start(setup)) {
      gate.control().close();

      assertThat(gate.entrance()).extracting(Refusal::reason).isEqualTo(ReasonCode.ACCESS_CLOSED);
      assertThat(of(Kind.CUT_OFF)).hasSize(1);
    }
  }

  private static Feed refusingOldCutOffs(Feed feed) {
    return proxy(
        Feed.class,
        (method, arguments) -> {
          if (method.getName().equals("replace")
              && String.valueOf(arguments[3]).contains("cut_off_old")) {
            throw new StoreException("There is no room.");
          }
          return method.invoke(feed, arguments);
        });
  }

  private interface Call {
    @Nullable Object to(Method method, Object[] arguments) throws ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            CutOffFoldTest.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.to(method, arguments)));
  }

  private void start() {
    AccessGate.start(following()).close();
  }

  private AccessGate.Following following() {
    return AccessGate.Following.alone(store, Duration.ofSeconds(30), Set.of(ONE, TWO));
  }

  private List<AccessRule> of(Kind kind) {
    return access.list().stream().filter(rule -> rule.kind() == kind).toList();
  }
}
