package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.MutableClock;
import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessGate;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which rules mean alice's token for client-1, signed with key-1, and which do not. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class AccessRulesTest {
  private static final String ISSUER = Claims.ISSUER;
  private static final String OTHER = "https://login.example.org";

  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  private final AccessControl access = AccessControl.on(store);
  private final AccessGate gate =
      AccessGate.start(AccessGate.Following.alone(store, Duration.ofSeconds(30), Set.of(ISSUER)));

  @AfterEach
  void stop() {
    gate.close();
  }

  static Stream<AccessTarget> targetsThatMeanTheToken() {
    return Stream.of(
        AccessTarget.all(),
        AccessTarget.issuer(ISSUER),
        AccessTarget.key(ISSUER, "key-1"),
        AccessTarget.client(ISSUER, "client-1"),
        AccessTarget.subject(ISSUER, "alice"),
        AccessTarget.clientOfSubject(ISSUER, "alice", "client-1"),
        target("alice", null, "key-1"),
        target(null, "client-1", "key-1"),
        target("alice", "client-1", "key-1"));
  }

  static Stream<AccessTarget> targetsThatMeanAnother() {
    return Stream.of(
        AccessTarget.issuer(OTHER),
        AccessTarget.issuer(ISSUER + "/"),
        AccessTarget.key(ISSUER, "key-2"),
        AccessTarget.key(ISSUER, "KEY-1"),
        AccessTarget.key(OTHER, "key-1"),
        AccessTarget.client(ISSUER, "client-2"),
        AccessTarget.client(ISSUER, "alice"),
        AccessTarget.client(OTHER, "client-1"),
        AccessTarget.subject(ISSUER, "bob"),
        AccessTarget.subject(ISSUER, "client-1"),
        AccessTarget.subject(OTHER, "alice"),
        AccessTarget.clientOfSubject(ISSUER, "alice", "client-2"),
        AccessTarget.clientOfSubject(ISSUER, "bob", "client-1"),
        AccessTarget.clientOfSubject(ISSUER, "client-1", "alice"),
        target("alice", "client-1", "key-2"),
        AccessTarget.session(ISSUER, "alice"),
        AccessTarget.token(ISSUER, "alice"));
  }

  private static AccessTarget target(
      @Nullable String subject, @Nullable String client, String key) {
    return new AccessTarget(ISSUER, subject, client, null, key, null, null, null);
  }

  @ParameterizedTest
  @MethodSource("targetsThatMeanTheToken")
  void tokenOfTheTarget_isRefusedUntilItIsUndone(AccessTarget target) {
    assertThat(token().mint().subject()).isEqualTo("alice");
    AccessRule rule = access.deny(target);
    assertThat(token().reason())
        .isEqualTo(target.keyId() == null ? ReasonCode.ACCESS_DENIED : ReasonCode.TOKEN_REVOKED);
    assertThat(access.undo(rule.id())).isTrue();

    assertThat(token().mint().subject()).isEqualTo("alice");
    assertThat(access.list()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("targetsThatMeanAnother")
  void tokenOfAnother_isGood(AccessTarget target) {
    access.deny(target);
    if (!target.isToken()) {
      access.cutOff(target, Claims.NOW);
    }

    assertThat(token().mint().subject()).isEqualTo("alice");
  }

  @ParameterizedTest
  @MethodSource("targetsThatMeanTheToken")
  void tokenIssuedBefore_isRevokedAndALaterOneIsGood(AccessTarget target) {
    access.cutOff(target, Claims.NOW.minusSeconds(70));

    assertThat(token().at("iat", -71).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().at("iat", -9).mint().subject()).isEqualTo("alice");
    assertThat(token().at("iat", 0).mint().subject()).isEqualTo("alice");
  }

  /** The clock of the issuer may be ahead by the skew, which is 60 seconds here. */
  @Test
  void tokenFromBeforeByAClockThatIsAhead_isRevoked() {
    access.cutOff(AccessTarget.subject(ISSUER, "alice"), Claims.NOW.minusSeconds(30));

    assertThat(token().at("iat", 29).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().at("iat", 30).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().at("iat", 31).mint().subject()).isEqualTo("alice");
  }

  @Test
  void tokenOfTheSecondOfTheInstant_isRevoked() {
    access.cutOff(AccessTarget.subject(ISSUER, "alice")); // by the clock of the store
    Duration none = Duration.ZERO;

    assertThat(token().withinSkew(none).at("iat", -1).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().withinSkew(none).at("iat", 0).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().withinSkew(none).nowAt(1).at("iat", 1).mint().subject()).isEqualTo("alice");
  }

  @Test
  void tokenThatDoesNotSayWhenItWasIssued_isAmongTheOlder() {
    access.cutOff(AccessTarget.issuer(ISSUER), Instant.EPOCH.plusSeconds(1));

    assertThat(token().without("iat").reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
  }

  @Test
  void earlierInstant_doesNotWeakenALaterOne() {
    AccessTarget target = AccessTarget.subject(ISSUER, "alice");
    access.cutOff(target, Claims.NOW.minusSeconds(60));
    access.cutOff(target, Claims.NOW.minusSeconds(200));

    assertThat(token().at("iat", -50).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(access.list()).hasSize(1);
  }

  @Test
  void undoneTarget_leavesTheOthers() {
    AccessRule alice = access.deny(AccessTarget.subject(ISSUER, "alice"));
    access.deny(AccessTarget.client(ISSUER, "client-1"));
    access.undo(alice.id());

    assertThat(token().reason()).isEqualTo(ReasonCode.ACCESS_DENIED);
  }

  @Test
  void undoneCutOff_leavesTheDenialOfTheSameTarget() {
    AccessTarget alice = AccessTarget.subject(ISSUER, "alice");
    AccessRule cut = access.cutOff(alice, Claims.NOW);
    access.deny(alice);
    assertThat(token().reason()).as("no login helps").isEqualTo(ReasonCode.ACCESS_DENIED);
    access.undo(cut.id());

    assertThat(token().reason()).isEqualTo(ReasonCode.ACCESS_DENIED);
  }

  @Test
  void clientWithoutAUser_isRefusedByItsClient() {
    access.deny(AccessTarget.subject(ISSUER, "alice"));
    assertThat(token().without("sub").mint().clientId()).isEqualTo("client-1");
    access.deny(AccessTarget.client(ISSUER, "client-1"));

    assertThat(token().without("sub").reason()).isEqualTo(ReasonCode.ACCESS_DENIED);
  }

  @Test
  void userWithoutAClient_isRefusedByTheSubject() {
    access.deny(AccessTarget.client(ISSUER, "client-1"));
    assertThat(token().without("client_id").mint().subject()).isEqualTo("alice");
    access.deny(AccessTarget.subject(ISSUER, "alice"));

    assertThat(token().without("client_id").reason()).isEqualTo(ReasonCode.ACCESS_DENIED);
  }

  @Test
  void refusal_tellsTheRuleAndNotTheSubject() {
    AccessRule rule = access.cutOff(AccessTarget.subject(ISSUER, "alice"), Claims.NOW);

    assertThat(token().refusal().facts())
        .containsEntry("client", "client-1")
        .containsEntry("kid", "key-1")
        .containsEntry("access_rule", rule.id())
        .doesNotContainValue("alice");
  }

  @Test
  void denialUntilAnInstant_endsByItself() {
    access.deny(AccessTarget.subject(ISSUER, "alice"), clock.instant().plusSeconds(60));
    assertThat(token().reason()).isEqualTo(ReasonCode.ACCESS_DENIED);
    clock.advance(Duration.ofSeconds(60));
    access.deny(AccessTarget.subject(ISSUER, "bob")); // tells the time of the store

    assertThat(token().mint().subject()).isEqualTo("alice");
  }

  /** Whose it is, nobody knows any more; it is older than any that is accepted when it is new. */
  @Test
  void tokenFromBeforeACutOffThatWasFolded_isRevoked() {
    Duration kept = Duration.ofDays(31);
    access.cutOff(AccessTarget.subject(ISSUER, "bob"), clock.instant());
    clock.advance(kept.plusSeconds(1));
    gate.control().cutOff(AccessTarget.subject(ISSUER, "carol"), Claims.NOW);
    Claims aged = token().withinSkew(Duration.ZERO);

    assertThat(aged.at("iat", 0).reason()).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(token().withinSkew(Duration.ZERO).nowAt(1).at("iat", 1).mint().subject())
        .isEqualTo("alice");
    assertThat(token().without("iat").mint().subject()).as("31 days are over").isEqualTo("alice");
  }

  private Claims token() {
    return Claims.good().at("iat", 0).at(gate);
  }
}
