package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AccessDecision;
import io.mcpauth.RequestStub;
import io.mcpauth.ResourceServer;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.key.CreatedKey;
import io.mcpauth.key.IssuedKey;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.ApiKeys;
import io.mcpauth.token.AuthorizationServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** Keys on nodes that share a PostgreSQL, made and revoked by a program beside them. */
@ExtendWith(PostgresServer.Resolver.class)
@Timeout(180)
class ApiKeysOnPostgresTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
          + "\"params\":{\"name\":\"t\",\"arguments\":{}}}";

  private final TestIssuer issuer = TestIssuer.start();
  private final PGSimpleDataSource direct;

  ApiKeysOnPostgresTest(PostgresServer server) throws SQLException {
    direct = server.emptySchema();
  }

  @BeforeEach
  void createSchema() {
    JdbcStore.createSchema(direct);
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  private ResourceServer node(DataSource source) {
    return ResourceServer.builder(
            RESOURCE,
            AuthorizationServer.of(issuer.issuer()),
            ToolPolicy.builder().tool("t", "use").build())
        .store(JdbcStore.of(source))
        .accept(ApiKeys.shared())
        .build();
  }

  private KeyControl beside() {
    return KeyControl.on(JdbcStore.of(direct), ResourceIdentifier.of(RESOURCE));
  }

  private static RequestStub call(CreatedKey key) {
    return RequestStub.post(CALL).bearer(key.secret());
  }

  @Test
  void keyRevokedBesideTheNodes_isRefusedOnBothAndEndsItsStream() throws Exception {
    KeyControl keys = beside();
    CreatedKey key = keys.create(NewKey.named("ci").scopes("use").owner("alice"));
    try (ResourceServer here = node(direct);
        ResourceServer there = node(direct)) {
      assertThat(refused(here, call(key))).isNull();
      AccessDecision.Granted stream =
          (AccessDecision.Granted) there.decide(RequestStub.of("GET").bearer(key.secret()));
      Semaphore toldHere = new Semaphore(0);
      Semaphore toldThere = new Semaphore(0);
      try (ResourceServer.Registration one = here.onCutOff(toldHere::release);
          ResourceServer.Registration other = there.onCutOff(toldThere::release)) {
        assertThat(one).isNotSameAs(other);
        assertThat(stream.cutOff()).isFalse();
        assertThat(keys.revoke("ci")).isTrue();

        assertThat(toldHere.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        assertThat(toldThere.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(stream.cutOff()).isTrue();
      assertThat(refused(here, call(key))).isEqualTo(ReasonCode.API_KEY_UNKNOWN);
      assertThat(refused(there, call(key))).isEqualTo(ReasonCode.API_KEY_UNKNOWN);
    }
    try (ResourceServer restarted = node(direct)) {
      assertThat(refused(restarted, call(key))).isEqualTo(ReasonCode.API_KEY_UNKNOWN);
    }
  }

  @Test
  void keyMadeWhileANodeRuns_isGoodThereAndKeepsItsRotation() throws Exception {
    KeyControl keys = beside();
    try (ResourceServer node = node(direct)) {
      CreatedKey first = keys.create(NewKey.named("ci").scopes("use"));
      node.access().open(); // has it read what is new
      assertThat(refused(node, call(first))).isNull();
      CreatedKey second = keys.rotate("ci", Duration.ofHours(1));
      node.access().open();
      assertThat(refused(node, call(first))).isNull();
      assertThat(refused(node, call(second))).isNull();
      CreatedKey third = keys.rotate("ci", Duration.ZERO);
      node.access().open();

      assertThat(refused(node, call(first))).isEqualTo(ReasonCode.API_KEY_UNKNOWN);
      assertThat(refused(node, call(second))).isEqualTo(ReasonCode.API_KEY_UNKNOWN);
      assertThat(refused(node, call(third))).isNull();
      assertThat(keys.list()).extracting(IssuedKey::id).containsExactly(third.key().id());
    }
  }

  @Test
  void keyInUse_asksTheDatabaseNothingOnItsRequest() {
    CreatedKey key = beside().create(NewKey.named("ci").scopes("use"));
    Thread caller = Thread.currentThread();
    AtomicInteger asked = new AtomicInteger();
    DataSource counting =
        Sources.of(
            () -> {
              if (Thread.currentThread() == caller) {
                asked.incrementAndGet();
              }
              return direct.getConnection();
            });
    try (ResourceServer node = node(counting)) {
      asked.set(0);
      for (int i = 0; i < 50; i++) {
        assertThat(refused(node, call(key))).isNull();
        assertThat(refused(node, RequestStub.post(CALL).bearer("mcp_" + i)))
            .isEqualTo(ReasonCode.API_KEY_MALFORMED);
      }

      assertThat(asked).hasValue(0);
    }
  }

  @Test
  void database_hasNoSecret() throws SQLException {
    CreatedKey key = beside().create(NewKey.named("ci").scopes("use"));
    try (Connection connection = direct.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT t::text FROM mcp_auth_feed t")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1))
          .contains(key.key().id())
          .doesNotContain(key.secret().substring(17, 60));
    }
  }

  private static @Nullable ReasonCode refused(ResourceServer server, RequestStub request) {
    AccessDecision decision = server.decide(request);
    if (decision instanceof AccessDecision.Granted granted) {
      granted.ended();
      return null;
    }
    return ((AccessDecision.Refused) decision).reason();
  }
}
