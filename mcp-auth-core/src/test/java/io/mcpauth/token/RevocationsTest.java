package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.MutableClock;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.Revocations.CutOff;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What cuts off alice's token for client-1, signed with key-1, and what does not. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RevocationsTest {
  private static final String ISSUER = Claims.ISSUER;

  private final Revocations revocations = new Revocations();

  static Stream<CutOff> targetsThatMeanTheToken() {
    return Stream.of(
        CutOff.issuer(ISSUER),
        CutOff.key(ISSUER, "key-1"),
        CutOff.client(ISSUER, "client-1"),
        CutOff.subject(ISSUER, "alice"),
        CutOff.clientOfSubject(ISSUER, "alice", "client-1"),
        new CutOff(ISSUER, "alice", null, "key-1"),
        new CutOff(ISSUER, null, "client-1", "key-1"),
        new CutOff(ISSUER, "alice", "client-1", "key-1"));
  }

  static Stream<CutOff> targetsThatMeanAnother() {
    return Stream.of(
        CutOff.issuer("https://login.example.org"),
        CutOff.issuer(ISSUER + "/"),
        CutOff.key(ISSUER, "key-2"),
        CutOff.key(ISSUER, "KEY-1"),
        CutOff.key("https://login.example.org", "key-1"),
        CutOff.client(ISSUER, "client-2"),
        CutOff.client(ISSUER, "alice"),
        CutOff.client("https://login.example.org", "client-1"),
        CutOff.subject(ISSUER, "bob"),
        CutOff.subject(ISSUER, "client-1"),
        CutOff.subject("https://login.example.org", "alice"),
        CutOff.clientOfSubject(ISSUER, "alice", "client-2"),
        CutOff.clientOfSubject(ISSUER, "bob", "client-1"),
        CutOff.clientOfSubject(ISSUER, "client-1", "alice"),
        new CutOff(ISSUER, "alice", "client-1", "key-2"));
  }

  @ParameterizedTest
  @MethodSource("targetsThatMeanTheToken")
  void tokenOfTheTarget_isRevokedUntilItIsRestored(CutOff target) {
    assertThat(token().mint().subject()).isEqualTo("alice");
    revocations.revoke(target);
    assertThat(token().reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    revocations.restore(target);

    assertThat(token().mint().subject()).isEqualTo("alice");
    assertThat(revocations.size()).isZero();
  }

  @ParameterizedTest
  @MethodSource("targetsThatMeanAnother")
  void tokenOfAnother_isGood(CutOff target) {
    revocations.revoke(target);

    assertThat(token().mint().subject()).isEqualTo("alice");
  }

  @ParameterizedTest
  @MethodSource("targetsThatMeanTheToken")
  void tokenIssuedBefore_isRevokedAndALaterOneIsGood(CutOff target) {
    revocations.revokeIssuedBefore(target, Claims.NOW.minusSeconds(70));

    assertThat(token().at("iat", -71).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().at("iat", -9).mint().subject()).isEqualTo("alice");
    assertThat(token().at("iat", 0).mint().subject()).isEqualTo("alice");
  }

  /** The clock of the issuer may be ahead by the skew, which is 60 seconds here. */
  @Test
  void tokenFromBeforeByAClockThatIsAhead_isRevoked() {
    revocations.revokeIssuedBefore(CutOff.subject(ISSUER, "alice"), Claims.NOW.minusSeconds(30));

    assertThat(token().at("iat", 29).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().at("iat", 30).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().at("iat", 31).mint().subject()).isEqualTo("alice");
  }

  @Test
  void tokenOfTheSecondOfTheInstant_isRevoked() {
    revocations.revokeIssuedBefore(CutOff.subject(ISSUER, "alice"), Claims.NOW);
    Duration none = Duration.ZERO;

    assertThat(token().withinSkew(none).at("iat", -1).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().withinSkew(none).at("iat", 0).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().withinSkew(none).nowAt(1).at("iat", 1).mint().subject()).isEqualTo("alice");
  }

  @Test
  void cutOffForAnIssuerThatNoServerAccepts_throws() {
    CutOff typo = CutOff.subject(ISSUER + "/", "alice");
    revocations.revoke(typo);
    assertThat(revocations.size()).as("no server says whose tokens it accepts").isEqualTo(1);
    Runnable end = used(Duration.ofDays(1), new MutableClock());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> revocations.revoke(typo))
        .withMessageContaining("'" + ISSUER + "/'")
        .withMessageEndingWith("Write one of [" + ISSUER + "].");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> revocations.revokeIssuedBefore(typo, Claims.NOW));
    revocations.revoke(CutOff.subject(ISSUER, "alice"));
    assertThat(revocations.size()).isEqualTo(2);
    end.run();
    revocations.revoke(CutOff.issuer("https://other.example"));
  }

  @Test
  void cutOffThatNoTokenOutlives_isLetGo() {
    MutableClock clock = new MutableClock();
    used(Duration.ofHours(1), clock);
    used(Duration.ofHours(2), clock);
    revocations.revoke(CutOff.subject(ISSUER, "for ever"));
    for (int i = 0; i < 1000; i++) {
      revocations.revokeIssuedBefore(CutOff.subject(ISSUER, "user " + i), clock.instant());
    }
    clock.advance(Duration.ofHours(2));
    revocations.revokeIssuedBefore(CutOff.subject(ISSUER, "bob"), clock.instant());
    assertThat(revocations.size()).as("one server needs them still").isEqualTo(1002);
    clock.advance(Duration.ofMinutes(1));
    revocations.revokeIssuedBefore(CutOff.subject(ISSUER, "carol"), clock.instant());

    assertThat(revocations.size()).isEqualTo(3);
  }

  @Test
  void cutOffForAServerThatIsStartedAgain_stays() {
    MutableClock clock = new MutableClock();
    Runnable end = used(Duration.ofDays(30), clock);
    revocations.revokeIssuedBefore(CutOff.subject(ISSUER, "alice"), clock.instant());
    end.run();
    Runnable unused =
        revocations.usedBy(
            new Revocations.User(Set.of("https://other.example"), Duration.ofHours(1), clock));
    clock.advance(Duration.ofHours(2));
    revocations.revoke(CutOff.issuer("https://other.example"));

    assertThat(revocations.size()).isEqualTo(2);
  }

  /** Whose it is, nobody knows any more; it is older than any that is accepted when it is new. */
  @Test
  void tokenFromBeforeACutOffThatWasLetGo_isRevoked() {
    MutableClock clock = new MutableClock();
    clock.advance(Duration.between(clock.instant(), Claims.NOW.minus(Duration.ofDays(2))));
    used(Duration.ofDays(1), clock);
    revocations.revokeIssuedBefore(CutOff.subject(ISSUER, "bob"), clock.instant());
    long then = -Duration.ofDays(2).toSeconds();
    assertThat(token().at("iat", then).mint().subject()).isEqualTo("alice");
    clock.advance(Duration.ofDays(2));
    revocations.revokeIssuedBefore(CutOff.subject(ISSUER, "carol"), clock.instant());
    assertThat(revocations.size()).isEqualTo(1);

    assertThat(token().at("iat", then).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().at("iat", then + 61).mint().subject()).isEqualTo("alice");
  }

  @Test
  void oneMoreThanThereMayBe_isRefusedAndLeavesTheOthers() {
    MutableClock clock = new MutableClock();
    for (int i = 0; i < Revocations.MOST; i++) {
      revocations.revokeIssuedBefore(CutOff.subject(ISSUER, "user " + i), clock.instant());
    }
    CutOff more = CutOff.subject(ISSUER, "alice");
    assertThatIllegalStateException()
        .isThrownBy(() -> revocations.revoke(more))
        .withMessageContaining("100000 cut-offs already");
    revocations.revoke(CutOff.subject(ISSUER, "user 0"));
    assertThat(revocations.size()).isEqualTo(Revocations.MOST);
    used(Duration.ofHours(1), clock);
    clock.advance(Duration.ofHours(1).plusSeconds(1));
    revocations.revoke(more);

    assertThat(revocations.size()).as("user 0 and alice").isEqualTo(2);
  }

  private Runnable used(Duration keep, Clock clock) {
    return revocations.usedBy(new Revocations.User(Set.of(ISSUER), keep, clock));
  }

  @Test
  void tokenThatDoesNotSayWhenItWasIssued_isAmongTheOlder() {
    revocations.revokeIssuedBefore(CutOff.issuer(ISSUER), Instant.EPOCH.plusSeconds(1));

    assertThat(token().without("iat").reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
  }

  @Test
  void earlierInstant_doesNotWeakenALaterOne() {
    CutOff target = CutOff.subject(ISSUER, "alice");
    revocations.revokeIssuedBefore(target, Claims.NOW.minusSeconds(60));
    revocations.revokeIssuedBefore(target, Claims.NOW.minusSeconds(200));
    assertThat(token().at("iat", -50).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    revocations.revoke(target);
    revocations.revokeIssuedBefore(target, Claims.NOW.minusSeconds(100));

    assertThat(token().at("iat", 0).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(revocations.size()).isEqualTo(1);
  }

  @Test
  void restoredTarget_leavesTheOthersCutOff() {
    revocations.revoke(CutOff.subject(ISSUER, "alice"));
    revocations.revoke(CutOff.client(ISSUER, "client-1"));
    revocations.restore(CutOff.subject(ISSUER, "alice"));

    assertThat(token().reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
  }

  @Test
  void clientWithoutAUser_isCutOffByItsClient() {
    revocations.revoke(CutOff.subject(ISSUER, "alice"));
    assertThat(token().without("sub").mint().clientId()).isEqualTo("client-1");
    revocations.revoke(CutOff.client(ISSUER, "client-1"));

    assertThat(token().without("sub").reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
  }

  @Test
  void userWithoutAClient_isCutOffByTheSubject() {
    revocations.revoke(CutOff.client(ISSUER, "client-1"));
    assertThat(token().without("client_id").mint().subject()).isEqualTo("alice");
    revocations.revoke(CutOff.subject(ISSUER, "alice"));

    assertThat(token().without("client_id").reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
  }

  @Test
  void refusal_doesNotTellTheSubject() {
    revocations.revoke(CutOff.subject(ISSUER, "alice"));

    assertThat(token().refusal().facts())
        .containsEntry("client", "client-1")
        .containsEntry("kid", "key-1")
        .doesNotContainValue("alice");
  }

  @Test
  void listener_isCalledAfterEachNewCutOff() {
    CutOff alice = CutOff.subject(ISSUER, "alice");
    List<Integer> sizes = new ArrayList<>();
    Revocations.Registration registration =
        revocations.onChange(() -> sizes.add(revocations.size()));
    revocations.revoke(alice);
    revocations.revokeIssuedBefore(CutOff.client(ISSUER, "client-1"), Claims.NOW);
    revocations.restore(alice);
    registration.close();
    revocations.revoke(alice);

    assertThat(sizes).containsExactly(1, 2);
  }

  @Test
  void listenerThatFails_hindersNeitherTheCutOffNorTheOthers() {
    AtomicInteger calls = new AtomicInteger();
    Runnable failing =
        () -> {
          calls.incrementAndGet();
          throw new AssertionError("listener");
        };
    try (Revocations.Registration first = revocations.onChange(failing);
        Revocations.Registration second = revocations.onChange(failing)) {
      assertThat(first).isNotSameAs(second);
      revocations.revoke(CutOff.subject(ISSUER, "alice"));
    }
    assertThat(calls).hasValue(2);
    assertThat(token().reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
  }

  private Claims token() {
    return Claims.good().at("iat", 0).cutOff(revocations);
  }
}
