package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.MutableClock;
import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessRule;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@link Grants} promises, asked of every store. */
abstract class GrantsContract {
  static final String ISSUER = "https://login.example.com";
  static final Duration HOUR = Duration.ofHours(1);
  static final Duration MONTH = Duration.ofDays(30);
  private static final Set<String> SCOPES = Set.of("files:read", "files:write");

  final MutableClock clock = new MutableClock();

  /** The store of this test, as another node sees it, by a clock of its own. */
  abstract Store store(Clock nodeClock);

  /** A node, by the clock of this test; ten seconds are by it on all of them. */
  final StoredGrants node() {
    return node(store(clock), clock);
  }

  final StoredGrants node(Store store, Clock nodeClock) {
    GrantEnd end = new GrantEnd(ISSUER, store, AccessControl.on(store));
    return new StoredGrants(store, end, MONTH, null, nodeClock, clock::instant);
  }

  static Code code(String clientId, String user) {
    return new Code(
        clientId,
        new User(user, user + "@example.com", Map.of("roles", List.of("admin")), Instant.EPOCH),
        SCOPES,
        "https://mcp.example.com/mcp",
        "https://client.example.com/callback",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        Instant.EPOCH,
        "thumbprint");
  }

  static Grants.Tokens login(Grants grants) {
    return login(grants, "client", "alice");
  }

  static Grants.Tokens login(Grants grants, String clientId, String user) {
    String code = grants.keep(code(clientId, user));
    return grants.begin(code, grants.take(code).taken(SCOPES, null), HOUR, true);
  }

  static Grants.Tokens refresh(Grants grants, String refreshToken) {
    Grant grant = grants.ofRefreshToken(refreshToken, "client").grant();
    return grants.rotate(refreshToken, grant, grant.scopes(), HOUR, same -> same);
  }

  static String refreshTokenOf(Grants.Tokens tokens) {
    return Objects.requireNonNull(tokens.refreshToken());
  }

  static void refused(ReasonCode reason, Callable<?> call) {
    assertThatExceptionOfType(AuthException.class)
        .isThrownBy(call::call)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  static void requireEnded(Grants grants, Grants.Tokens tokens) {
    assertThat(grants.find(tokens.accessToken())).isNull();
    String refreshToken = tokens.refreshToken();
    if (refreshToken != null) {
      refused(
          ReasonCode.REFRESH_TOKEN_INVALID, () -> grants.ofRefreshToken(refreshToken, "client"));
    }
  }

  private List<String> endedSessions() {
    return AccessControl.on(store(clock)).list().stream()
        .filter(rule -> rule.kind() == AccessRule.Kind.DENY)
        .map(rule -> String.valueOf(rule.target().sessionId()))
        .toList();
  }

  /** Some at once, each of them on a node of its own; what each brought, null for a refusal. */
  private <T> List<@Nullable T> atOnce(int count, Work<T> work) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(count);
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<@Nullable T>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        StoredGrants node = node();
        running.add(
            threads.submit(
                () -> {
                  int unused = barrier.await();
                  try {
                    return work.on(node);
                  } catch (AuthException e) {
                    assertThat(e.reason().error()).isNotNull();
                    return null;
                  }
                }));
      }
      List<@Nullable T> results = new ArrayList<>();
      for (Future<@Nullable T> one : running) {
        results.add(one.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private interface Work<T> {
    T on(Grants grants) throws Exception;
  }

  @Test
  void codeOfOneNode_isTakenOnAnotherWithAllThatItSays() {
    Code kept = code("client", "alice");
    String text = node().keep(kept);
    assertThat(text).matches("mcpco_[A-Za-z0-9_-]{59}");
    assertThat(node().isOf(text, "client")).isTrue();
    assertThat(node().isOf(text, "other")).isFalse();
    clock.advance(Duration.ofSeconds(1));
    Instant allowed = clock.instant().minusSeconds(1);
    assertThat(node().take(text)).isEqualTo(kept.at(allowed));
  }

  @Test
  void tokens_areFoundOnEveryNodeUntilTheirEnd() {
    Grants.Tokens tokens = login(node());
    assertThat(tokens.accessToken()).matches("mcpat_[A-Za-z0-9_-]{59}");
    assertThat(tokens.refreshToken()).matches("mcprt_[A-Za-z0-9_-]{81}");
    Grants.Issued issued = Objects.requireNonNull(node().find(tokens.accessToken()));
    assertThat(issued.grant()).isEqualTo(tokens.grant());
    assertThat(issued.scopes()).isEqualTo(SCOPES);
    assertThat(issued.issuedAt()).isEqualTo(clock.instant());
    assertThat(issued.expiresAt()).isEqualTo(clock.instant().plus(HOUR));
    clock.advance(HOUR);
    assertThat(node().find(tokens.accessToken())).isNull();
    assertThat(refresh(node(), refreshTokenOf(tokens)).grant()).isEqualTo(tokens.grant());
  }

  @Test
  void codeAMinuteOld_isRefused() {
    String code = node().keep(code("client", "alice"));
    clock.advance(Duration.ofMinutes(1));
    refused(ReasonCode.CODE_INVALID, () -> node().take(code));
  }

  @Test
  void codeThatComesAgain_endsItsGrantOnEveryNode() {
    StoredGrants grants = node();
    String code = grants.keep(code("client", "alice"));
    Grants.Tokens tokens = grants.begin(code, grants.take(code), HOUR, true);
    Grants.Tokens next = refresh(grants, refreshTokenOf(tokens));
    clock.advance(Duration.ofMinutes(9));
    refused(ReasonCode.CODE_REUSED, () -> node().take(code));
    requireEnded(grants, tokens);
    requireEnded(grants, next);
    assertThat(endedSessions()).containsExactly(tokens.grant().id());
    refused(ReasonCode.CODE_REUSED, () -> grants.take(code));
  }

  /** Who disconnects a client means what it has asked for a moment ago too. */
  @Test
  void endedGrant_takesTheCodesOfItsClientForItsUserAlong() {
    StoredGrants node = node();
    Grants.Tokens tokens = login(node);
    String code = node.keep(code("client", "alice"));
    String ofAnother = node.keep(code("other", "alice"));
    String ofBob = node.keep(code("client", "bob"));

    assertThat(node.end(tokens.grant().id())).isTrue();
    refused(ReasonCode.CODE_INVALID, () -> node.take(code));
    assertThat(node.take(ofAnother).clientId()).isEqualTo("other");
    assertThat(node.take(ofBob).user().id()).isEqualTo("bob");
  }

  @Test
  void codeThatComesOnAndOn_hasOneRuleWritten() {
    StoredGrants node = node();
    String code = node.keep(code("client", "alice"));
    Grants.Tokens unused = node.begin(code, node.take(code), HOUR, true);
    refused(ReasonCode.CODE_REUSED, () -> node.take(code));
    long last = lastChange();
    for (int i = 0; i < 5; i++) {
      refused(ReasonCode.CODE_REUSED, () -> node.take(code));
    }
    assertThat(lastChange()).isEqualTo(last);
  }

  private long lastChange() {
    return store(clock).feed().after(0, 1_000).changes().stream()
        .mapToLong(change -> change.number())
        .max()
        .orElse(0);
  }

  @Test
  void codeThatComesAgainWhileItsGrantIsMade_endsItAllTheSame() {
    StoredGrants grants = node();
    String code = grants.keep(code("client", "alice"));
    Code taken = grants.take(code);
    refused(ReasonCode.CODE_REUSED, () -> node().take(code));
    refused(ReasonCode.CODE_REUSED, () -> grants.begin(code, taken, HOUR, true));
    assertThat(grants.ofUser("alice")).isEmpty();
    assertThat(store(clock).count(GrantEntries.TOKENS)).isZero();
    assertThat(endedSessions()).hasSize(1);
  }

  @Test
  void codeOnManyNodesAtOnce_isTakenByOneAndWhatItBeganEnds() throws Exception {
    String code = node().keep(code("client", "alice"));
    List<Grants.@Nullable Tokens> all =
        atOnce(4, grants -> grants.begin(code, grants.take(code), HOUR, true));
    List<Grants.Tokens> given = all.stream().filter(Objects::nonNull).toList();
    assertThat(given).hasSizeLessThan(2);
    given.forEach(tokens -> requireEnded(node(), tokens));
    assertThat(store(clock).count(GrantEntries.GRANTS)).isZero();
    assertThat(store(clock).count(GrantEntries.TOKENS)).isZero();
  }

  @Test
  void refreshTokenOfTwoTabs_bringsTheSameSuccessorForTenSeconds() {
    Grants.Tokens first = login(node());
    String used = refreshTokenOf(first);
    Grants.Tokens one = refresh(node(), used);
    clock.advance(Duration.ofSeconds(10).minusMillis(1));
    Grants.Tokens other = refresh(node(), used);
    assertThat(other.refreshToken()).isEqualTo(one.refreshToken()).isNotEqualTo(used);
    assertThat(other.accessToken()).isNotEqualTo(one.accessToken());
    assertThat(node().find(one.accessToken())).isNotNull();
    assertThat(node().find(other.accessToken())).isNotNull();
    assertThat(refresh(node(), refreshTokenOf(other)).grant()).isEqualTo(first.grant());
  }

  @Test
  void refreshTokenOfManyTabsAtOnce_bringsOneSuccessor() throws Exception {
    String used = refreshTokenOf(login(node()));
    List<Grants.@Nullable Tokens> all = atOnce(4, grants -> refresh(grants, used));
    Set<String> successors = new HashSet<>();
    for (Grants.Tokens tokens : all) {
      Grants.Tokens given = Objects.requireNonNull(tokens);
      successors.add(refreshTokenOf(given));
      assertThat(node().find(given.accessToken())).isNotNull();
    }
    assertThat(successors).hasSize(1);
    assertThat(store(clock).count(GrantEntries.TOKENS)).isEqualTo(5);
  }

  @Test
  void refreshTokenAfterTenSeconds_endsTheGrant() {
    Grants.Tokens first = login(node());
    Grants.Tokens next = refresh(node(), refreshTokenOf(first));
    clock.advance(Duration.ofSeconds(10));
    refused(ReasonCode.REFRESH_TOKEN_REUSED, () -> refresh(node(), refreshTokenOf(first)));
    requireEnded(node(), first);
    requireEnded(node(), next);
    assertThat(endedSessions()).containsExactly(first.grant().id());
  }

  @Test
  void refreshTokenWhoseSuccessorWasUsed_endsTheGrantAtOnce() {
    Grants.Tokens first = login(node());
    Grants.Tokens second = refresh(node(), refreshTokenOf(first));
    Grants.Tokens third = refresh(node(), refreshTokenOf(second));
    refused(ReasonCode.REFRESH_TOKEN_REUSED, () -> refresh(node(), refreshTokenOf(first)));
    for (Grants.Tokens tokens : List.of(first, second, third)) {
      requireEnded(node(), tokens);
    }
  }

  @Test
  void grantThatEndsWhileATokenIsMade_takesItAlong() {
    Store store = store(clock);
    Grants.Tokens first = login(node());
    BetweenStore between = new BetweenStore(store);
    StoredGrants slow = node(between, clock);
    Grant grant = slow.ofRefreshToken(refreshTokenOf(first), "client").grant();
    between.afterNextCreate(() -> assertThat(node().end(grant.id())).isTrue());
    refused(
        ReasonCode.REFRESH_TOKEN_INVALID,
        () -> slow.rotate(refreshTokenOf(first), grant, SCOPES, HOUR, same -> same));
    assertThat(store.count(GrantEntries.TOKENS)).isZero();
    assertThat(store.count(GrantEntries.GRANTS)).isZero();
  }

  @Test
  void grantThatEndsWhileTheSecondTabIsAnswered_takesItAlong() {
    Store store = store(clock);
    Grants.Tokens first = login(node());
    refresh(node(), refreshTokenOf(first));
    BetweenStore between = new BetweenStore(store);
    between.beforeNextCreate(() -> assertThat(node().end(first.grant().id())).isTrue());
    refused(
        ReasonCode.REFRESH_TOKEN_INVALID,
        () -> refresh(node(between, clock), refreshTokenOf(first)));
    assertThat(store.count(GrantEntries.TOKENS)).isZero();
  }

  @Test
  void storeThatFailsInTheMiddle_leavesNothingHalfIssued() {
    Store store = store(clock);
    for (int working = 0; working < 3; working++) {
      BetweenStore between = new BetweenStore(store);
      StoredGrants grants = node(between, clock);
      String code = grants.keep(code("client", "alice"));
      Code taken = grants.take(code);
      between.failOnceAfter(working);
      refused(ReasonCode.STORE_UNAVAILABLE, () -> grants.begin(code, taken, HOUR, true));
      assertThat(store.count(GrantEntries.GRANTS)).as("after %s", working).isZero();
      assertThat(store.count(GrantEntries.TOKENS)).as("after %s", working).isZero();
    }
  }

  @Test
  void storeThatFailsInARefresh_leavesTheRefreshTokenGood() {
    Store store = store(clock);
    Grants.Tokens first = login(node());
    for (int working = 1; working < 3; working++) {
      BetweenStore between = new BetweenStore(store);
      StoredGrants grants = node(between, clock);
      Grant grant = grants.ofRefreshToken(refreshTokenOf(first), "client").grant();
      between.failOnceAfter(working);
      refused(
          ReasonCode.STORE_UNAVAILABLE,
          () -> grants.rotate(refreshTokenOf(first), grant, SCOPES, HOUR, same -> same));
      assertThat(store.count(GrantEntries.TOKENS)).isEqualTo(1);
    }
    assertThat(refresh(node(), refreshTokenOf(first)).grant()).isEqualTo(first.grant());
  }

  @Test
  void nodesThirtySecondsApart_serveOneLogin() {
    Clock fast = Clock.offset(clock, Duration.ofSeconds(30));
    StoredGrants ahead = node(store(fast), fast);
    String code = node().keep(code("client", "alice"));
    Grants.Tokens tokens = ahead.begin(code, ahead.take(code), HOUR, true);
    assertThat(node().find(tokens.accessToken())).isNotNull();
    Grants.Tokens one = refresh(ahead, refreshTokenOf(tokens));
    clock.advance(Duration.ofSeconds(9));
    assertThat(refresh(node(), refreshTokenOf(tokens)).refreshToken())
        .isEqualTo(one.refreshToken());
    clock.advance(Duration.ofSeconds(1));
    refused(ReasonCode.REFRESH_TOKEN_REUSED, () -> refresh(node(), refreshTokenOf(tokens)));
  }

  @Test
  void textThatWasNotIssuedHere_isUnknownWithoutAQuestion() {
    Grants.Tokens tokens = login(node());
    BetweenStore between = new BetweenStore(store(clock));
    StoredGrants grants = node(between, clock);
    assertThat(grants.find(tokens.accessToken())).isNotNull();
    int asked = between.calls();
    String last = tokens.accessToken().endsWith("A") ? "B" : "A";
    String forged = tokens.accessToken().replaceFirst(".$", last);
    List<String> others =
        List.of("", "x", "mcpat_", forged, tokens.accessToken() + "A", "mcpat_" + "é".repeat(59));
    for (String other : others) {
      assertThat(grants.find(other)).isNull();
      assertThat(grants.isOf(other, "client")).isFalse();
      assertThat(grants.revoke(other, "client")).isFalse();
      refused(ReasonCode.CODE_INVALID, () -> grants.take(other));
      refused(ReasonCode.REFRESH_TOKEN_INVALID, () -> grants.ofRefreshToken(other, "client"));
    }
    assertThat(between.calls()).isEqualTo(asked);
    assertThat(grants.find(refreshTokenOf(tokens))).isNull();
  }

  @Test
  void refreshTokenOfAnotherClient_isRefusedAndEndsNothing() {
    Grants.Tokens tokens = login(node());
    String text = refreshTokenOf(tokens);
    refused(ReasonCode.REFRESH_TOKEN_INVALID, () -> node().ofRefreshToken(text, "other"));
    assertThat(node().revoke(text, "other")).isFalse();
    assertThat(node().revoke(tokens.accessToken(), "other")).isFalse();
    assertThat(refresh(node(), text).grant()).isEqualTo(tokens.grant());
  }

  @Test
  void spentTexts_areStillOfTheirClient() {
    StoredGrants grants = node();
    String code = grants.keep(code("client", "alice"));
    Grants.Tokens tokens = grants.begin(code, grants.take(code), HOUR, true);
    String used = refreshTokenOf(tokens);
    refresh(grants, used);
    assertThat(grants.isOf(code, "client")).isTrue();
    assertThat(grants.isOf(used, "client")).isTrue();
    assertThat(grants.isOf(used, "other")).isFalse();
  }

  @Test
  void revokedRefreshToken_endsItsGrant() {
    Grants.Tokens tokens = login(node());
    Grants.Tokens next = refresh(node(), refreshTokenOf(tokens));
    assertThat(node().revoke(refreshTokenOf(tokens), "client")).isTrue();
    requireEnded(node(), next);
    assertThat(node().revoke(refreshTokenOf(tokens), "client")).isFalse();
  }

  @Test
  void revokedAccessToken_endsAlone() {
    Grants.Tokens tokens = login(node());
    Grants.Tokens next = refresh(node(), refreshTokenOf(tokens));
    assertThat(node().revoke(next.accessToken(), "client")).isTrue();
    assertThat(node().find(next.accessToken())).isNull();
    assertThat(node().find(tokens.accessToken())).isNotNull();
    assertThat(AccessControl.on(store(clock)).list()).hasSize(1);
  }

  @Test
  void grantWithoutRefreshToken_endsWithItsAccessToken() {
    StoredGrants grants = node();
    String code = grants.keep(code("client", "alice"));
    Grants.Tokens tokens = grants.begin(code, grants.take(code), HOUR, false);
    assertThat(tokens.refreshToken()).isNull();
    assertThat(grants.ofUser("alice")).containsExactly(tokens.grant());
    clock.advance(HOUR);
    assertThat(grants.ofUser("alice")).isEmpty();
  }

  @Test
  void refreshTokenUnusedForAMonth_isGone() {
    Grants.Tokens tokens = login(node());
    clock.advance(Duration.ofDays(29));
    Grants.Tokens next = refresh(node(), refreshTokenOf(tokens));
    clock.advance(Duration.ofDays(29));
    Grants.Tokens last = refresh(node(), refreshTokenOf(next));
    clock.advance(MONTH);
    requireEnded(node(), last);
  }

  @Test
  void narrowerRefresh_isOfItsOwnScopesAndLeavesTheGrant() {
    Grants.Tokens tokens = login(node());
    Set<String> fewer = Set.of("files:read");
    Grants.Tokens next =
        node().rotate(refreshTokenOf(tokens), tokens.grant(), fewer, HOUR, same -> same);
    assertThat(Objects.requireNonNull(node().find(next.accessToken())).scopes()).isEqualTo(fewer);
    assertThat(refresh(node(), refreshTokenOf(next)).scopes()).isEqualTo(SCOPES);
  }

  @Test
  void changeOfAGrant_isThatOfItsNextTokensAndOneThatThrowsSpendsNothing() {
    String code = node().keep(code("client", "alice"));
    Grants.Tokens first = node().begin(code, node().take(code), HOUR, true);
    assertThat(keyOf(first)).isEqualTo("thumbprint");
    String token = refreshTokenOf(first);

    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                node()
                    .rotate(
                        token,
                        first.grant(),
                        SCOPES,
                        HOUR,
                        grant -> {
                          throw new IllegalStateException("another key");
                        }));
    Grants.Tokens next =
        node().rotate(token, first.grant(), SCOPES, HOUR, grant -> grant.boundTo("other"));
    assertThat(keyOf(next)).isEqualTo("other");
    assertThat(keyOf(refresh(node(), refreshTokenOf(next)))).isEqualTo("other");
  }

  private @Nullable String keyOf(Grants.Tokens tokens) {
    return Objects.requireNonNull(node().find(tokens.accessToken())).grant().dpopKey();
  }

  @Test
  void grantsOfAUser_areListedTheNewestFirstAndEndEachAlone() {
    StoredGrants grants = node();
    Grants.Tokens first = login(grants, "client", "alice");
    clock.advance(Duration.ofSeconds(1));
    Grants.Tokens second = login(grants, "other", "alice");
    Grants.Tokens bob = login(grants, "client", "bob");
    assertThat(grants.ofUser("alice")).containsExactly(second.grant(), first.grant());
    assertThat(node().end(second.grant().id())).isTrue();
    assertThat(node().end(second.grant().id())).isFalse();
    assertThat(node().end("no such grant")).isFalse();
    assertThat(grants.ofUser("alice")).containsExactly(first.grant());
    assertThat(grants.find(first.accessToken())).isNotNull();
    assertThat(grants.find(second.accessToken())).isNull();
    assertThat(grants.find(bob.accessToken())).isNotNull();
    assertThat(endedSessions()).containsExactly(second.grant().id());
  }

  @Test
  void whatTheStoreHas_isNoSecret() {
    StoredGrants grants = node();
    String code = grants.keep(code("client", "alice"));
    Code taken = grants.take(code);
    Grants.Tokens tokens = grants.begin(code, taken, HOUR, true);
    Grants.Tokens next = refresh(grants, refreshTokenOf(tokens));
    StringBuilder all = new StringBuilder();
    for (String collection :
        List.of(GrantEntries.CODES, GrantEntries.GRANTS, GrantEntries.TOKENS)) {
      store(clock).entries(collection, "", "", 100).forEach(all::append);
      store(clock)
          .entries(collection, "", "", 100)
          .forEach(listed -> all.append(listed.entry().value()));
    }
    all.append(taken).append(tokens).append(next).append(tokens.grant()).append(grants);
    assertThat(all).contains("client", "refresh_sha256", "successor");
    for (String secret :
        List.of(
            code,
            tokens.accessToken(),
            refreshTokenOf(tokens),
            next.accessToken(),
            refreshTokenOf(next))) {
      assertThat(all).doesNotContain(secret.substring(28, 60));
    }
  }
}
