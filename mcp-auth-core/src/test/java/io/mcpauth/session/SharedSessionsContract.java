package io.mcpauth.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.store.Follower;
import io.mcpauth.store.Store;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.Principals;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What two nodes that share a store know of each other's sessions. */
public abstract class SharedSessionsContract {
  private static final String LOGIN = "https://login.example.com";
  static final McpPrincipal ALICE = Principals.of(LOGIN, "alice", "c");
  static final McpPrincipal BOB = Principals.of(LOGIN, "bob", "c");

  private final List<SessionOwners> nodes = new ArrayList<>();

  /** The store as one more node sees it. */
  protected abstract Store store() throws Exception;

  final SessionOwners node() throws Exception {
    SessionOwners node = SessionOwners.in(store(), SessionLimits.defaults(), Clock.systemUTC());
    nodes.add(node);
    return node;
  }

  /** Before the store ends, where that ends too. */
  @AfterEach
  protected void close() {
    nodes.forEach(SessionOwners::close);
  }

  static @Nullable ReasonCode refused(
      SessionOwners node, String id, @Nullable McpPrincipal caller) {
    Refusal refusal = node.bound(List.of(id), caller).refusal();
    return refusal == null ? null : refusal.reason();
  }

  @Test
  void sessionOfOneNode_isItsOwnersOnAll() throws Exception {
    node().bound(List.of(), ALICE).opened("s1");

    for (SessionOwners node : List.of(node(), node())) {
      assertThat(refused(node, "s1", ALICE)).isNull();
      assertThat(refused(node, "s1", BOB)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
      assertThat(refused(node, "s1", null)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
      assertThat(refused(node, "s2", ALICE)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    }
  }

  @Test
  void anonymousSession_isClaimedOnAllNodesAtOnce() throws Exception {
    SessionOwners one = node();
    SessionOwners other = node();
    one.bound(List.of(), null).opened("s1");
    assertThat(refused(other, "s1", null)).isNull();
    assertThat(refused(one, "s1", null)).isNull();
    assertThat(refused(other, "s1", ALICE)).isNull();

    assertThat(refused(one, "s1", null)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    assertThat(refused(one, "s1", BOB)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    assertThat(refused(one, "s1", ALICE)).isNull();
    assertThat(refused(other, "s1", ALICE)).isNull();
  }

  @Test
  void sessionThatEnded_isOverOnANodeThatHasNotSeenIt() throws Exception {
    SessionOwners one = node();
    one.bound(List.of(), ALICE).opened("s1");
    one.bound(List.of("s1"), ALICE).ended();

    assertThat(refused(one, "s1", ALICE)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    assertThat(refused(node(), "s1", ALICE)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
  }

  @Test
  void restart_keepsSessions() throws Exception {
    SessionOwners before = node();
    before.bound(List.of(), ALICE).opened("s1");
    before.bound(List.of(), null).opened("s2");
    before.close();

    SessionOwners after = node();
    assertThat(refused(after, "s1", ALICE)).isNull();
    assertThat(refused(after, "s1", BOB)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    assertThat(refused(after, "s2", BOB)).isNull();
    assertThat(refused(after, "s2", null)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
  }

  @Test
  void idThatTwoNodesHandOut_staysWithTheFirstCaller() throws Exception {
    node().bound(List.of(), ALICE).opened("s1");
    SessionOwners other = node();
    SessionOwners.Bound second = other.bound(List.of(), BOB);

    assertThat(catchReason(() -> second.opened("s1"))).isEqualTo(ReasonCode.SESSIONS_UNAVAILABLE);
    assertThat(refused(other, "s1", ALICE)).isNull();
  }

  private static @Nullable ReasonCode catchReason(Runnable call) {
    try {
      call.run();
      return null;
    } catch (AuthException e) {
      return e.reason();
    }
  }

  @Test
  void claimsAtOnceOnTwoNodes_haveOneWinner() throws Exception {
    List<SessionOwners> both = List.of(node(), node());
    for (int round = 0; round < 10; round++) {
      String id = UUID.randomUUID().toString();
      both.get(0).bound(List.of(), null).opened(id);
      CyclicBarrier start = new CyclicBarrier(4);
      List<Callable<Boolean>> claims = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        SessionOwners node = both.get(i % 2);
        McpPrincipal caller = Principals.of(LOGIN, "user" + i, "c");
        claims.add(
            () -> {
              int unused = start.await(60, TimeUnit.SECONDS);
              return refused(node, id, caller) == null;
            });
      }

      List<Boolean> won = together(claims);
      assertThat(won).containsOnlyOnce(true);
      McpPrincipal owner = Principals.of(LOGIN, "user" + won.indexOf(true), "c");
      for (SessionOwners node : both) {
        assertThat(refused(node, id, owner)).isNull();
        assertThat(refused(node, id, null)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
      }
    }
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

  @Test
  void claimOnAnotherNode_isToldToTheStreamWithoutALogin() throws Exception {
    SessionOwners one = node();
    SessionOwners other = node();
    one.bound(List.of(), null).opened("s1");
    one.bound(List.of(), null).opened("s2");
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    Runnable unused = other.onClaim(() -> told.add("lost"));
    SessionOwners.Bound stream = other.bound(List.of("s1"), null);
    SessionOwners.Bound ofAnother = other.bound(List.of("s2"), null);
    stream.watch();
    ofAnother.watch();
    assertThat(stream.refusal()).isNull();
    assertThat(ofAnother.refusal()).isNull();
    try (Follower following = Follower.start(store().feed(), other.claims())) {
      assertThat(following.now()).isNotNull();
      assertThat(stream.isLost()).isFalse();
      assertThat(refused(one, "s1", ALICE)).isNull();

      assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("lost");
      assertThat(stream.isLost()).isTrue();
      assertThat(ofAnother.isLost()).isFalse();
    }
    stream.over();
    ofAnother.over();
  }
}
