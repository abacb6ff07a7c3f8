package io.mcpauth.servlet.spring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a resource server shows to Micrometer and to health pages. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ServerMetersTest {
  private static final TestIssuer ISSUER = TestIssuer.start();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ResourceServer server =
      ResourceServer.builder(
              RunningApplication.RESOURCE,
              ISSUER.authorizationServer(),
              ToolPolicy.builder().tool("t", "a").build())
          .build();

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  @AfterEach
  void close() {
    server.close();
    registry.close();
  }

  /** A call of a tool. */
  private record Call(@Nullable String token) implements AccessRequest {
    private static final byte[] BODY =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}"
            .getBytes(UTF_8);
    private static final Map<String, String> HEADERS =
        Map.of("host", "mcp.example.com", "content-type", "application/json");

    @Override
    public String method() {
      return "POST";
    }

    @Override
    public List<String> headers(String name) {
      if (name.equalsIgnoreCase("Authorization")) {
        return token == null ? List.of() : List.of("Bearer " + token);
      }
      String value = HEADERS.get(name.toLowerCase(Locale.ROOT));
      return value == null ? List.of() : List.of(value);
    }

    @Override
    public @Nullable String query() {
      return null;
    }

    @Override
    public byte[] body(BodyReader reader) throws IOException {
      return reader.read(new ByteArrayInputStream(BODY), BODY.length, 1024);
    }
  }

  private double requests(String outcome, String reason) {
    return registry
        .get("mcp.auth.requests")
        .tags("outcome", outcome, "reason", reason, "resource", RunningApplication.RESOURCE)
        .counter()
        .count();
  }

  private double value(String name) {
    return registry.get(name).meter().measure().iterator().next().getValue();
  }

  @Test
  void decisions_areCountedByOutcomeAndReason() {
    ServerMeters meters = new ServerMeters(List.of(server));
    meters.bindTo(registry);
    String good = ISSUER.token(RunningApplication.RESOURCE).scopes("a").mint();
    String poor = ISSUER.token(RunningApplication.RESOURCE).scopes("b").mint();
    server.decide(new Call(null));
    server.decide(new Call(poor));
    server.decide(new Call(poor));
    server.decide(new Call(good));
    assertThat(requests("refused", "CREDENTIAL_MISSING")).isEqualTo(1);
    assertThat(requests("refused", "INSUFFICIENT_SCOPE")).isEqualTo(2);
    assertThat(requests("granted", "none")).isEqualTo(1);
    assertThat(value("mcp.auth.verifications")).isEqualTo(2);
    assertThat(value("mcp.auth.verdicts.used")).isEqualTo(1);
    assertThat(value("mcp.auth.verdicts.hit.ratio")).isEqualTo(1 / 3.0);
    assertThat(
            registry.get("mcp.auth.verifications").functionTimer().totalTime(TimeUnit.NANOSECONDS))
        .isPositive();
    assertThat(value("mcp.auth.keys")).isPositive();
    assertThat(value("mcp.auth.keys.age")).isNotNaN().isNotNegative();
    assertThat(value("mcp.auth.signature.checks")).isEqualTo(2);
    meters.close();
    server.decide(new Call(good));
    assertThat(requests("granted", "none")).isEqualTo(1);
  }

  @Test
  void budgets_areShownWithTheirLimits() {
    new ServerMeters(List.of(server)).bindTo(registry);
    assertThat(value("mcp.auth.streams")).isZero();
    assertThat(value("mcp.auth.streams.limit")).isEqualTo(server.limits().streams());
    assertThat(value("mcp.auth.bodies")).isZero();
    assertThat(value("mcp.auth.bodies.limit")).isEqualTo((double) server.limits().bodyBytes());
    assertThat(value("mcp.auth.anonymous.requests")).isZero();
    assertThat(value("mcp.auth.limit.refusals")).isZero();
    assertThat(value("mcp.auth.keys.age")).isNaN();
    assertThat(value("mcp.auth.verdicts.hit.ratio")).isNaN();
  }

  @Test
  void health_isDownWhereNoCallerCanBeProven() {
    ServerHealth atStart = ServerHealth.of(List.of(server));
    assertThat(atStart.up()).as("nobody has been asked for yet").isTrue();
    assertThat(atStart.details().toString()).contains("access=OPEN", ISSUER.issuer() + "=0 keys");
    String token = ISSUER.token(RunningApplication.RESOURCE).scopes("a").mint();
    server.decide(new Call(token));
    assertThat(ServerHealth.of(List.of(server)).details().toString()).doesNotContain("=0 keys");
    TestIssuer gone = TestIssuer.start();
    gone.close();
    try (ResourceServer orphan =
        ResourceServer.builder(
                RunningApplication.RESOURCE,
                gone.authorizationServer(),
                ToolPolicy.builder().tool("t", "a").build())
            .build()) {
      orphan.decide(new Call(token));
      orphan.decide(new Call(gone.token(RunningApplication.RESOURCE).scopes("a").mint()));
      ServerHealth health = ServerHealth.of(List.of(orphan));
      assertThat(health.up()).isFalse();
      assertThat(health.details().toString()).contains("KEYS_UNAVAILABLE");
    }
  }
}
