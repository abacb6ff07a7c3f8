package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.MutableClock;
import io.mcpauth.client.AccessToken;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.RefreshedTokens;
import io.mcpauth.client.SharedTokens;
import io.mcpauth.client.TokenClient;
import io.mcpauth.client.TokenEndpoint;
import io.mcpauth.client.TokenServer;
import io.mcpauth.client.TokenSet;
import io.mcpauth.client.TokenTarget;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One grant on three nodes, with PostgreSQL between them. */
@ExtendWith(PostgresServer.Resolver.class)
class SharedTokensOnPostgresTest {
  private static final int NODES = 3;
  private static final int CALLERS = 5;

  private final JdbcConnectionPool source;
  private final MutableClock clock = new MutableClock();

  SharedTokensOnPostgresTest(PostgresServer server) throws SQLException {
    source = server.pooledEmptySchema();
  }

  @Test
  void grantOfThreeNodes_isRefreshedOnceForAll() throws Exception {
    JdbcStore.createSchema(source);
    StoredSecrets secrets = StoredSecrets.of(SealKeys.generated());
    ExecutorService pool = Executors.newFixedThreadPool(NODES * CALLERS);
    try (TokenServer server = new TokenServer();
        TokenClient client = client(server)) {
      List<RefreshedTokens> nodes = new ArrayList<>();
      nodes.add(node(secrets).keep("u", client, first(server), TokenTarget.unnamed()));
      while (nodes.size() < NODES) {
        nodes.add(Objects.requireNonNull(node(secrets).open("u", client, TokenTarget.unnamed())));
      }
      for (int round = 2; round < 5; round++) {
        server.answer(answer(round));
        clock.advance(Duration.ofSeconds(61));
        List<Future<AccessToken>> calls = new ArrayList<>();
        for (int i = 0; i < NODES * CALLERS; i++) {
          calls.add(pool.submit(nodes.get(i % NODES)::token));
        }
        for (Future<AccessToken> call : calls) {
          assertThat(call.get(60, TimeUnit.SECONDS).value()).isEqualTo("a" + round);
        }
        assertThat(server.requests()).hasSize(round - 1);
        assertThat(server.requests().get(round - 2).form())
            .containsEntry("refresh_token", "r" + (round - 1));
      }
    } finally {
      pool.shutdownNow();
      source.dispose();
    }
  }

  private SharedTokens node(StoredSecrets secrets) {
    return SharedTokens.in(JdbcStore.of(source).withClock(clock), secrets, clock);
  }

  private TokenClient client(TokenServer server) {
    return TokenClient.of(
        TokenEndpoint.of(
            server.issuer(),
            URI.create(server.issuer() + "/token"),
            ClientAuthentication.none("c")),
        null,
        clock);
  }

  private TokenSet first(TokenServer server) {
    return TokenSet.parse(
        "{\"issuer\":\"%s\",\"access_token\":\"a1\",\"obtained_at\":\"%s\",\"expires_at\":\"%s\","
                .formatted(server.issuer(), clock.instant(), clock.instant().plusSeconds(60))
            + "\"scopes\":[],\"dpop\":false,\"refresh_token\":\"r1\"}");
  }

  private static String answer(int round) {
    return "{\"access_token\":\"a%1$d\",\"expires_in\":60,\"refresh_token\":\"r%1$d\"}"
        .formatted(round);
  }
}
