package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mcpauth.AccessDecision;
import io.mcpauth.RequestStub;
import io.mcpauth.ResourceServer;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.sql.SQLException;
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

/** Rules of access on nodes that share a PostgreSQL, which may be gone. */
@ExtendWith(PostgresServer.Resolver.class)
@Timeout(180)
class AccessOnPostgresTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\","
          + "\"params\":{\"name\":\"t\",\"arguments\":{}}}";

  private final PostgresServer postgres;
  private final TestIssuer issuer = TestIssuer.start();
  private final PGSimpleDataSource direct;

  AccessOnPostgresTest(PostgresServer server) throws SQLException {
    postgres = server;
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
            ToolPolicy.builder().tool("t").build())
        .store(JdbcStore.of(source))
        .storeMaxAge(Duration.ofSeconds(10))
        .build();
  }

  @Test
  void warmRequest_asksTheDatabaseNothing() {
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
    try (ResourceServer server = node(counting)) {
      server.access().deny(AccessTarget.subject(issuer.issuer(), "bob"));
      RequestStub request = call("alice");
      assertThat(refused(server, request)).isNull();
      asked.set(0);
      for (int i = 0; i < 100; i++) {
        assertThat(refused(server, request)).isNull();
      }

      assertThat(asked).hasValue(0);
    }
  }

  @Test
  void cutOffOnOneNode_reachesTheOtherAndOutlivesBoth() throws Exception {
    RequestStub before = call("alice");
    try (ResourceServer here = node(direct);
        ResourceServer there = node(direct)) {
      Semaphore told = new Semaphore(0);
      AccessDecision.Granted stream = granted(there, before);
      try (ResourceServer.Registration listening = there.onCutOff(told::release)) {
        assertThat(listening).isNotNull();
        here.access().cutOff(AccessTarget.subject(issuer.issuer(), "alice"));
        assertThat(refused(here, before)).as("at once").isEqualTo(ReasonCode.TOKEN_REVOKED);
        assertThat(told.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
      }

      assertThat(refused(there, before)).isEqualTo(ReasonCode.TOKEN_REVOKED);
      assertThat(stream.cutOff()).isTrue();
      assertThat(refused(there, call("bob"))).isNull();
    }
    try (ResourceServer restarted = node(direct)) {
      assertThat(refused(restarted, before)).isEqualTo(ReasonCode.TOKEN_REVOKED);
    }
  }

  @Test
  void databaseThatIsGone_isAServiceOfSomeSecondsThenA503AndNeverAccess() throws Exception {
    try (CutLine line = new CutLine(postgres.port())) {
      PGSimpleDataSource through = direct;
      through.setPortNumbers(new int[] {line.port()});
      try (ResourceServer server = node(through)) {
        RequestStub alice = call("alice");
        RequestStub bob = call("bob");
        server.access().deny(AccessTarget.subject(issuer.issuer(), "bob"));
        AccessDecision.Granted stream = granted(server, alice);
        Semaphore told = new Semaphore(0);
        try (ResourceServer.Registration listening = server.onCutOff(told::release)) {
          assertThat(listening).isNotNull();
          line.cut();
          assertThat(refused(server, alice)).as("by what was known last").isNull();
          assertThat(refused(server, bob)).isEqualTo(ReasonCode.ACCESS_DENIED);
          assertThatExceptionOfType(StoreException.class).isThrownBy(() -> server.access().close());
          assertThat(told.tryAcquire(60, TimeUnit.SECONDS)).as("too old by now").isTrue();

          assertThat(stream.cutOff()).isTrue();
          assertThat(refused(server, alice)).isEqualTo(ReasonCode.STATE_UNAVAILABLE);
          assertThat(refused(server, bob)).isEqualTo(ReasonCode.STATE_UNAVAILABLE);
        }
        line.restore();
        server.access().open(); // has it read at once
        assertThat(refused(server, alice)).isNull();
        assertThat(refused(server, bob)).isEqualTo(ReasonCode.ACCESS_DENIED);
      }
    }
  }

  @Test
  void databaseThatIsNotThereAtTheStart_failsTheStart() throws Exception {
    JdbcStore store = JdbcStore.of(direct);
    direct.setPortNumbers(new int[] {1});

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(
            () ->
                ResourceServer.builder(
                        RESOURCE,
                        AuthorizationServer.of(issuer.issuer()),
                        ToolPolicy.builder().tool("t").build())
                    .store(store)
                    .build());
  }

  private static @Nullable ReasonCode refused(ResourceServer server, RequestStub request) {
    AccessDecision decision = server.decide(request);
    if (decision instanceof AccessDecision.Granted granted) {
      granted.ended();
      return null;
    }
    return ((AccessDecision.Refused) decision).reason();
  }

  private static AccessDecision.Granted granted(ResourceServer server, RequestStub request) {
    AccessDecision decision = server.decide(request);
    assertThat(decision).isInstanceOf(AccessDecision.Granted.class);
    return (AccessDecision.Granted) decision;
  }

  private RequestStub call(String subject) {
    return RequestStub.post(CALL).bearer(issuer.token(RESOURCE).claim("sub", subject).mint());
  }
}
