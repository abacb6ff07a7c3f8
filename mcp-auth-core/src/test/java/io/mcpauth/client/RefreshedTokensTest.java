package io.mcpauth.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ClientException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class RefreshedTokensTest {
  private static final int THREADS = 16;

  private final MutableClock clock = new MutableClock();
  private final TokenServer server = new TokenServer();
  private final TokenClient client =
      TokenClient.of(
          TokenEndpoint.of(server.issuer(), server.uri(), ClientAuthentication.none("c")),
          null,
          clock);
  private final List<TokenSet> changes = new CopyOnWriteArrayList<>();
  private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void stop() {
    pool.shutdownNow();
    client.close();
    server.close();
  }

  @Test
  void goodToken_isNotRefreshed() throws Exception {
    RefreshedTokens tokens = tokens("r1");
    clock.advance(Duration.ofSeconds(54));

    assertThat(tokens.token().value()).isEqualTo("a1");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void endedToken_isRefreshedOnceForAllThreadsAndRotated() throws Exception {
    CountDownLatch all = new CountDownLatch(THREADS);
    server.answer(
        exchange -> {
          all.await(60, TimeUnit.SECONDS); // every caller is on its way
          rotated(server.requests().size() + 1).write(exchange);
        });
    RefreshedTokens tokens = tokens("r1");
    clock.advance(Duration.ofSeconds(61));
    List<Future<AccessToken>> callers = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      callers.add(
          pool.submit(
              () -> {
                all.countDown();
                return tokens.token();
              }));
    }

    for (Future<AccessToken> caller : callers) {
      assertThat(caller.get(60, TimeUnit.SECONDS).value()).isEqualTo("a2");
    }
    assertThat(server.requests()).hasSize(1);
    assertThat(changes).extracting(set -> set.accessToken().value()).containsExactly("a2");

    clock.advance(Duration.ofSeconds(700));
    assertThat(tokens.token().value()).isEqualTo("a3");
    assertThat(server.requests().get(1).form()).containsEntry("refresh_token", "r2");
  }

  @Test
  void refusedAccessToken_isReplacedOnce() throws Exception {
    server.answer(exchange -> rotated(server.requests().size() + 1).write(exchange));
    RefreshedTokens tokens = tokens("r1");
    AccessToken refused = tokens.token();

    assertThat(tokens.insteadOf(refused).value()).isEqualTo("a2");
    assertThat(tokens.insteadOf(refused).value()).isEqualTo("a2");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void serverThatRefusesEveryToken_getsANewOneEveryFiveSeconds() throws Exception {
    server.answer(exchange -> rotated(server.requests().size() + 1).write(exchange));
    RefreshedTokens tokens = tokens("r1");
    for (int i = 0; i < 10; i++) {
      assertThat(tokens.insteadOf(tokens.token()).value()).isEqualTo("a2");
    }
    assertThat(server.requests()).hasSize(1);

    clock.advance(Duration.ofSeconds(5));
    assertThat(tokens.insteadOf(tokens.token()).value()).isEqualTo("a3");
  }

  @Test
  void invalidGrant_endsForGood() {
    server.answer(TokenServer.json(400, "{\"error\":\"invalid_grant\"}"));
    RefreshedTokens tokens = tokens("r1");
    clock.advance(Duration.ofSeconds(61));

    assertThat(failed(tokens)).isEqualTo(Reason.AUTHORIZATION_ENDED);
    clock.advance(Duration.ofSeconds(10));
    assertThat(failed(tokens)).isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void withoutRefreshToken_theEndIsTheEnd() {
    RefreshedTokens tokens = tokens(null);
    clock.advance(Duration.ofSeconds(61));

    assertThat(failed(tokens)).isEqualTo(Reason.AUTHORIZATION_ENDED);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void outage_isBridgedWhileTheTokenLastsAndNotRepeatedAtOnce() throws Exception {
    server.answer(TokenServer.json(503, "{}"));
    RefreshedTokens tokens = tokens("r1");
    clock.advance(Duration.ofSeconds(56));
    assertThat(tokens.token().value()).isEqualTo("a1");
    clock.advance(Duration.ofSeconds(5));
    assertThat(failed(tokens)).isEqualTo(Reason.ENDPOINT_FAULT);
    assertThat(failed(tokens)).isEqualTo(Reason.ENDPOINT_FAULT);
    assertThat(server.requests()).hasSize(2);

    server.answer(rotated(2));
    clock.advance(Duration.ofSeconds(1));
    assertThat(tokens.token().value()).isEqualTo("a2");
  }

  @Test
  void tokensBySystemTime_areUsedUntilTheyEnd() throws Exception {
    TokenSet good =
        new TokenSet(
            server.issuer(),
            new AccessToken("now", Instant.now(), Instant.now().plusSeconds(600), Set.of()),
            TokenSet.RefreshToken.of("r1"));
    try (RefreshedTokens tokens = new RefreshedTokens(client, good, null, changes::add)) {
      assertThat(tokens.token().value()).isEqualTo("now");
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void keeperThatFails_doesNotLoseTheTokens() throws Exception {
    server.answer(rotated(2));
    RefreshedTokens tokens =
        new RefreshedTokens(
            client,
            set("r1"),
            null,
            fresh -> {
              throw new IllegalStateException("disk full");
            },
            clock);
    clock.advance(Duration.ofSeconds(61));

    assertThat(tokens.token().value()).isEqualTo("a2");
  }

  @Test
  void interruptedCaller_losesNoToken() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    server.answer(
        exchange -> {
          asked.countDown();
          go.await(60, TimeUnit.SECONDS);
          rotated(2).write(exchange);
        });
    RefreshedTokens tokens = tokens("r1");
    clock.advance(Duration.ofSeconds(61));
    Future<AccessToken> first = pool.submit(tokens::token);
    assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
    first.cancel(true);
    Future<AccessToken> second = pool.submit(tokens::token);
    go.countDown();

    assertThat(second.get(60, TimeUnit.SECONDS).value()).isEqualTo("a2");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void closed_givesNothing() {
    RefreshedTokens tokens = tokens("r1");
    tokens.close();

    assertThat(failed(tokens)).isEqualTo(Reason.CLOSED);
    assertThat(tokens.toString()).doesNotContain("r1", "a1");
  }

  private static TokenServer.Answer rotated(int number) {
    return TokenServer.json(
        200,
        TokenServer.good("a" + number).replace("}", ",\"refresh_token\":\"r" + number + "\"}"));
  }

  private static Reason failed(RefreshedTokens tokens) {
    return catchThrowableOfType(ClientException.class, tokens::token).reason();
  }

  private RefreshedTokens tokens(@Nullable String refresh) {
    return new RefreshedTokens(client, set(refresh), null, changes::add, clock);
  }

  private TokenSet set(@Nullable String refresh) {
    AccessToken token =
        new AccessToken("a1", clock.instant(), clock.instant().plusSeconds(60), Set.of("a"));
    return new TokenSet(
        server.issuer(), token, refresh == null ? null : TokenSet.RefreshToken.of(refresh));
  }
}
