package io.mcpauth.issuer;

import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.store.JdbcStore;
import io.mcpauth.store.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** One authorization server on two nodes, with PostgreSQL between them. */
@ExtendWith(PostgresServer.Resolver.class)
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class TwoNodesOnPostgresTest {
  private final JdbcConnectionPool source;
  private final ServerInTest first;
  private final ServerInTest second;
  private final CodeVerifier verifier = CodeVerifier.generate();

  TwoNodesOnPostgresTest(PostgresServer server) throws SQLException {
    source = server.pooledEmptySchema();
    JdbcStore.createSchema(source);
    first = new ServerInTest(JdbcStore.of(source), Clock.systemUTC());
    second = new ServerInTest(JdbcStore.of(source), Clock.systemUTC());
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
    source.dispose();
  }

  private String[] redeeming(String code) {
    return new String[] {
      "grant_type",
      "authorization_code",
      "client_id",
      "app",
      "code",
      code,
      "code_verifier",
      verifier.value()
    };
  }

  private static String[] refreshing(String token) {
    return new String[] {"grant_type", "refresh_token", "client_id", "app", "refresh_token", token};
  }

  private String code() {
    return ServerInTest.code(
        first.server(), second.server(), "app", verifier, "files:read files:write");
  }

  @Test
  void loginBegunOnOneNode_isFinishedOnTheOther() {
    OAuthAnswer tokens = first.token(redeeming(code()));

    assertThat(tokens.status()).isEqualTo(200);
    assertThat(second.isGood(text(tokens, "access_token"))).isTrue();
    OAuthAnswer next = second.token(refreshing(text(tokens, "refresh_token")));
    assertThat(next.status()).isEqualTo(200);
    assertThat(first.isGood(text(next, "access_token"))).isTrue();
  }

  @Test
  void signedTokens_areOfOneKeyOnBothNodesAndKnownToBoth() {
    SealKeys keys = SealKeys.generated();
    JdbcStore store = JdbcStore.of(source);
    try (ServerInTest third = new ServerInTest(store, Clock.systemUTC(), keys);
        ServerInTest fourth = new ServerInTest(store, Clock.systemUTC(), keys)) {
      OAuthAnswer tokens = third.token(redeeming(code()));
      assertThat(fourth.isGood(text(tokens, "access_token"))).isTrue();
      OAuthAnswer next = fourth.token(refreshing(text(tokens, "refresh_token")));
      assertThat(third.isGood(text(next, "access_token"))).isTrue();
      assertThat(keyId(next)).isEqualTo(keyId(tokens)).hasSize(43);
      third.restart();
      assertThat(third.isGood(text(next, "access_token"))).isTrue();
    }
  }

  private static String keyId(OAuthAnswer tokens) {
    String header = text(tokens, "access_token").split("\\.", -1)[0];
    String json = new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8);
    return json.replaceFirst(".*\"kid\":\"([^\"]*)\".*", "$1");
  }

  @Test
  void restartOfBoth_losesNoGrant() {
    OAuthAnswer tokens = first.token(redeeming(code()));
    first.restart();
    second.restart();

    assertThat(first.isGood(text(tokens, "access_token"))).isTrue();
    assertThat(second.token(refreshing(text(tokens, "refresh_token"))).status()).isEqualTo(200);
  }

  @Test
  void codeOnBothNodesAtOnce_isGoodForOneAtMostAndThenForNobody() throws Exception {
    String code = code();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      List<Callable<OAuthAnswer>> calls =
          List.of(() -> first.token(redeeming(code)), () -> second.token(redeeming(code)));
      List<OAuthAnswer> answers = new ArrayList<>();
      for (Future<OAuthAnswer> call : pool.invokeAll(calls)) {
        answers.add(call.get());
      }

      assertThat(answers).extracting(OAuthAnswer::status).contains(400);
      for (OAuthAnswer answer : answers) {
        boolean good = answer.status() == 200 && first.isGood(text(answer, "access_token"));
        assertThat(good).isFalse();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void revokedOnOneNode_isEndedOnTheOther() {
    OAuthAnswer tokens = first.token(redeeming(code()));
    OAuthAnswer revoked =
        second
            .server()
            .answer(
                SentRequest.post(
                    OAuthAddresses.REVOKE,
                    "client_id",
                    "app",
                    "token",
                    text(tokens, "refresh_token")));

    assertThat(revoked.status()).isEqualTo(200);
    assertThat(first.isGood(text(tokens, "access_token"))).isFalse();
    assertThat(first.token(refreshing(text(tokens, "refresh_token"))).status()).isEqualTo(400);
    assertThat(second.events.get(second.events.size() - 1).kind())
        .isEqualTo(AuthorizationEvent.Kind.REVOCATION);
  }
}
