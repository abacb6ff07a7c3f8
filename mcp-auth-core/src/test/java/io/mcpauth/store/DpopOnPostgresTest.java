package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AccessDecision;
import io.mcpauth.ProofKey;
import io.mcpauth.RequestStub;
import io.mcpauth.ResourceServer;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.DpopProofs;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A DPoP proof is good once, on two nodes with a PostgreSQL between them. */
@ExtendWith(PostgresServer.Resolver.class)
class DpopOnPostgresTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}";

  private final JdbcConnectionPool source;
  private final TestIssuer issuer = TestIssuer.start();
  private final ProofKey key = ProofKey.es256();
  private final ResourceServer here;
  private final ResourceServer there;

  DpopOnPostgresTest(PostgresServer server) throws SQLException {
    source = server.pooledEmptySchema();
    JdbcStore.createSchema(source);
    here = node();
    there = node();
  }

  private ResourceServer node() {
    return ResourceServer.builder(
            RESOURCE,
            AuthorizationServer.of(issuer.issuer()),
            ToolPolicy.builder().tool("t", "s").build())
        .store(JdbcStore.of(source))
        .accept(DpopProofs.required())
        .build();
  }

  @AfterEach
  void stop() {
    here.close();
    there.close();
    issuer.close();
    source.dispose();
  }

  private String token() {
    return issuer.token(RESOURCE).scopes("s").claim("cnf", key.confirmation()).mint();
  }

  private String proof(String token) {
    return key.proof(token, Clock.systemUTC().instant()).mint();
  }

  private static AccessDecision call(ResourceServer node, String token, String proof) {
    return node.decide(
        RequestStub.post(CALL)
            .path("/mcp")
            .header("Authorization", "DPoP " + token)
            .header("DPoP", proof));
  }

  private static void assertReplayed(AccessDecision decision) {
    assertThat(decision).isInstanceOf(AccessDecision.Refused.class);
    assertThat(((AccessDecision.Refused) decision).reason())
        .isEqualTo(ReasonCode.DPOP_PROOF_REPLAYED);
  }

  @Test
  void replayOnTheOtherNode_isRefused() {
    String token = token();
    String proof = proof(token);
    assertThat(call(here, token, proof)).isInstanceOf(AccessDecision.Granted.class);
    assertReplayed(call(there, token, proof));
    assertReplayed(call(here, token, proof));
    assertThat(call(there, token, proof(token))).isInstanceOf(AccessDecision.Granted.class);
  }

  @Test
  void replayOnBothNodesAtOnce_isGoodOnce() throws Exception {
    String token = token();
    String proof = proof(token);
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<AccessDecision>> calls = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        ResourceServer node = i % 2 == 0 ? here : there;
        calls.add(() -> call(node, token, proof));
      }
      int granted = 0;
      for (Future<AccessDecision> decision : pool.invokeAll(calls)) {
        if (decision.get() instanceof AccessDecision.Granted) {
          granted++;
        } else {
          assertReplayed(decision.get());
        }
      }
      assertThat(granted).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }
}
