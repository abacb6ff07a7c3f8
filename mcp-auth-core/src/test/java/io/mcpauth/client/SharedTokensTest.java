package io.mcpauth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import io.mcpauth.MutableClock;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ClientException.Reason;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.StoreKey;
import io.mcpauth.store.WatchedStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One grant on two nodes, which have a store and a server that rotates in common. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SharedTokensTest {
  private final MutableClock clock = new MutableClock();
  private final WatchedStore store = new WatchedStore(clock);
  private final StoredSecrets secrets = StoredSecrets.of(SealKeys.generated());
  private final TokenServer server = new TokenServer();
  private final AtomicReference<String> good = new AtomicReference<>("r1");
  private final TokenClient client = client();
  private final SharedTokens shared = SharedTokens.in(store, secrets, clock);
  private final ExecutorService pool = Executors.newFixedThreadPool(32);

  @AfterEach
  void stop() {
    pool.shutdownNow();
    client.close();
    server.close();
  }

  // danny-avila/LibreChat#15977, BerriAI/litellm#31474.
  @Test
  void oneGrantOnTwoNodes_isRefreshedByOneOfThem() throws Exception {
    server.answer(this::rotateStrictly);
    RefreshedTokens one = shared.keep("u", client, set("a1", "r1"), TokenTarget.unnamed());
    RefreshedTokens other = opened();
    for (int round = 2; round < 5; round++) {
      clock.advance(Duration.ofSeconds(700));

      assertThat(crowd(one, other)).containsOnly("a-of-r" + round);
      assertThat(server.requests()).hasSize(round - 1);
    }
  }

  @Test
  void tokenRefusedOnBothNodes_isReplacedOnce() throws Exception {
    server.answer(this::rotateStrictly);
    RefreshedTokens one = shared.keep("u", client, set("a1", "r1"), TokenTarget.unnamed());
    RefreshedTokens other = opened();
    AccessToken ofOne = one.token();
    AccessToken ofOther = other.token();

    assertThat(one.insteadOf(ofOne).value()).isEqualTo("a-of-r2");
    assertThat(other.insteadOf(ofOther).value()).isEqualTo("a-of-r2");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void nodeThatComesLater_findsTheNewTokensAndNoSecretIsInTheStore() throws Exception {
    server.answer(this::rotateStrictly);
    RefreshedTokens one = shared.keep("u", client, set("a1", "r1"), TokenTarget.unnamed());
    clock.advance(Duration.ofSeconds(61));
    assertThat(one.token().value()).isEqualTo("a-of-r2");

    assertThat(opened().token().value()).isEqualTo("a-of-r2");
    assertThat(store.dump()).doesNotContain("a-of-r2", "\"r2", server.issuer());
    assertThat(shared.open("v", client, TokenTarget.unnamed())).isNull();
    SharedTokens withoutKey = SharedTokens.in(store, StoredSecrets.of(SealKeys.generated()), clock);
    assertThat(withoutKey.open("u", client, TokenTarget.unnamed())).isNull();
  }

  @Test
  void authorizationThatEnded_isEndedOnEveryNodeUntilALogin() throws Exception {
    server.answer(TokenServer.json(400, "{\"error\":\"invalid_grant\"}"));
    RefreshedTokens one = shared.keep("u", client, set("a1", "r1"), TokenTarget.unnamed());
    RefreshedTokens other = opened();
    clock.advance(Duration.ofSeconds(61));

    assertThat(failed(one)).isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(failed(other)).isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(server.requests()).hasSize(1);

    RefreshedTokens again = shared.keep("u", client, set("a9", "r9"), TokenTarget.unnamed());
    clock.advance(Duration.ofSeconds(1));
    assertThat(again.token().value()).isEqualTo("a9");
    assertThat(other.token().value()).isEqualTo("a9");

    shared.forget("u", server.issuer());
    clock.advance(Duration.ofSeconds(61));
    assertThat(failed(other)).isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {503, 429})
  void outage_givesTheRefreshBack(int status) throws Exception {
    server.answer(TokenServer.json(status, "{}"));
    RefreshedTokens one = shared.keep("u", client, set("a1", "r1"), TokenTarget.unnamed());
    RefreshedTokens other = opened();
    clock.advance(Duration.ofSeconds(61));
    assertThat(failed(one)).isEqualTo(Reason.ENDPOINT_FAULT);

    server.answer(this::rotateStrictly);
    assertThat(other.token().value()).isEqualTo("a-of-r2");
  }

  @Test
  void newRefreshTokenInAnAnswerThatIsRefused_isTheOneOfEveryNode() throws Exception {
    server.answer("{\"access_token\":\"a b\",\"refresh_token\":\"r2\"}");
    RefreshedTokens one = shared.keep("u", client, set("a1", "r1"), TokenTarget.unnamed());
    RefreshedTokens other = opened();
    clock.advance(Duration.ofSeconds(61));
    assertThat(failed(one)).isEqualTo(Reason.RESPONSE_INVALID);

    good.set("r2");
    server.answer(this::rotateStrictly);
    assertThat(other.token().value()).isEqualTo("a-of-r3");
  }

  @Test
  void nodeThatIsGoneInTheMiddle_isNotWaitedForLongerThanItsLease() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    server.answer(
        exchange -> {
          asked.countDown();
          never.await(60, TimeUnit.SECONDS);
        });
    try (TokenClient slow = slowClient()) {
      RefreshedTokens gone = shared.keep("u", slow, set("a1", "r1"), TokenTarget.unnamed());
      RefreshedTokens other = opened();
      clock.advance(Duration.ofSeconds(61));
      Future<AccessToken> lost = pool.submit(gone::token);
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      server.answer(this::rotateStrictly);

      Future<AccessToken> waiting = pool.submit(other::token);
      clock.advance(KeptGrant.lease(Duration.ofMinutes(1)));
      assertThat(waiting.get(60, TimeUnit.SECONDS).value()).isEqualTo("a-of-r2");
      assertThat(lost.isDone()).isFalse();
      never.countDown();
    }
  }

  /** Five requests of a minute each may be on their way. */
  @Test
  void nodeWithALongTimeout_isWaitedForAsLong() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    server.answer(
        exchange -> {
          asked.countDown();
          assertThat(answer.await(60, TimeUnit.SECONDS)).isTrue();
          rotateStrictly(exchange);
        });
    try (TokenClient slow = slowClient()) {
      RefreshedTokens one = shared.keep("u", slow, set("a1", "r1"), TokenTarget.unnamed());
      RefreshedTokens other = opened();
      clock.advance(Duration.ofSeconds(61));
      Future<AccessToken> first = pool.submit(one::token);
      assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
      clock.advance(Duration.ofSeconds(200));
      String key = StoreKey.hash(server.issuer() + "\nu");
      KeptGrant kept = new KeptGrant.Place(store, secrets, key, server.issuer(), clock).find();
      assertThat(kept).isNotNull();
      assertThat(kept.isLeasedAt(clock.instant())).isTrue();
      Future<AccessToken> second = pool.submit(other::token);
      answer.countDown();

      assertThat(first.get(60, TimeUnit.SECONDS).value()).isEqualTo("a-of-r2");
      assertThat(second.get(60, TimeUnit.SECONDS).value()).isEqualTo("a-of-r2");
      assertThat(server.requests()).hasSize(1);
    }
  }

  @Test
  void storeThatIsDown_isNoReasonToSendTheRefreshToken() throws Exception {
    RefreshedTokens one = shared.keep("u", client, set("a1", "r1"), TokenTarget.unnamed());
    clock.advance(Duration.ofSeconds(61));
    store.breakDown();

    assertThat(failed(one)).isEqualTo(Reason.STORE_UNAVAILABLE);
    assertThat(server.requests()).isEmpty();
    assertThat(
            catchThrowableOfType(ClientException.class, () -> shared.forget("u", server.issuer()))
                .reason())
        .isEqualTo(Reason.STORE_UNAVAILABLE);
  }

  @Test
  void storeThatGoesDownDuringTheRefresh_costsTheNodeNothing() throws Exception {
    server.answer(
        exchange -> {
          store.breakDown();
          rotateStrictly(exchange);
        });
    RefreshedTokens one = shared.keep("u", client, set("a1", "r1"), TokenTarget.unnamed());
    clock.advance(Duration.ofSeconds(61));
    assertThat(one.token().value()).isEqualTo("a-of-r2");

    store.repair();
    server.answer(this::rotateStrictly);
    clock.advance(Duration.ofSeconds(700));
    assertThat(one.token().value()).isEqualTo("a-of-r3");
    assertThat(opened().token().value()).isEqualTo("a-of-r3");
  }

  @Test
  void tokensOfAnotherIssuer_areNotKept() {
    TokenSet foreign =
        TokenSet.parse(set("a1", "r1").toText().replace(server.issuer(), "https://evil.test"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> shared.keep("u", client, foreign, TokenTarget.unnamed()));
  }

  /** One refresh token after the other; a spent one ends everything. */
  private synchronized void rotateStrictly(HttpExchange exchange) throws Exception {
    String sent = server.requests().get(server.requests().size() - 1).form().get("refresh_token");
    if (sent == null || !sent.equals(good.get())) {
      good.set("none");
      TokenServer.json(400, "{\"error\":\"invalid_grant\"}").write(exchange);
      return;
    }
    String next = "r" + (Integer.parseInt(sent.substring(1)) + 1);
    good.set(next);
    TokenServer.json(
            200,
            TokenServer.good("a-of-" + next).replace("}", ",\"refresh_token\":\"" + next + "\"}"))
        .write(exchange);
  }

  private List<String> crowd(RefreshedTokens one, RefreshedTokens other) throws Exception {
    List<Future<AccessToken>> callers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      callers.add(pool.submit(one::token));
      callers.add(pool.submit(other::token));
    }
    List<String> tokens = Collections.synchronizedList(new ArrayList<>());
    for (Future<AccessToken> caller : callers) {
      tokens.add(caller.get(60, TimeUnit.SECONDS).value());
    }
    return tokens;
  }

  private RefreshedTokens opened() throws ClientException {
    SharedTokens node = SharedTokens.in(store, secrets, clock);
    return Objects.requireNonNull(node.open("u", client, TokenTarget.unnamed()));
  }

  private TokenClient slowClient() {
    OutboundConnections slow = OutboundConnections.builder().timeout(Duration.ofMinutes(1)).build();
    return TokenClient.of(
        TokenEndpoint.of(server.issuer(), server.uri(), ClientAuthentication.none("c"), slow),
        null,
        clock);
  }

  private TokenClient client() {
    return TokenClient.of(
        TokenEndpoint.of(server.issuer(), server.uri(), ClientAuthentication.none("c")),
        null,
        clock);
  }

  private static Reason failed(RefreshedTokens tokens) {
    return catchThrowableOfType(ClientException.class, tokens::token).reason();
  }

  private TokenSet set(String access, @Nullable String refresh) {
    AccessToken token =
        new AccessToken(access, clock.instant(), clock.instant().plusSeconds(60), Set.of("a"));
    return new TokenSet(
        server.issuer(), token, refresh == null ? null : TokenSet.RefreshToken.of(refresh));
  }
}
