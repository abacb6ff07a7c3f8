package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.net.LogLimit;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.McpPrincipal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Which outcome is told at which level, also where lower levels are off. */
class DecisionLogTest {
  private final AtomicLong nanos = new AtomicLong();
  private final RecordedLog log = RecordedLog.from(Level.WARN);
  private DecisionLog decisions =
      new DecisionLog(List.of(), log.logger(), new LogLimit(nanos::get));

  @Test
  void outage_isAWarning() {
    refuse(ReasonCode.KEYS_UNAVAILABLE);

    assertThat(log.lines()).containsExactly("WARN refused: KEYS_UNAVAILABLE {problem=down}");
  }

  @Test
  void refusal_isNoWarning() {
    refuse(ReasonCode.TOKEN_EXPIRED);

    assertThat(log.lines()).isEmpty();
  }

  /** Whoever is refused decides how often. */
  @Test
  void flood_isAFewLinesASecondAndANumber() {
    RecordedLog all = new RecordedLog();
    List<AuthEvents.Event> heard = new ArrayList<>();
    decisions = new DecisionLog(List.of(heard::add), all.logger(), new LogLimit(nanos::get));
    for (int i = 0; i < 1000; i++) {
      refuse(ReasonCode.TOKEN_EXPIRED);
    }
    refuse(ReasonCode.KEYS_UNAVAILABLE); // is not drowned by others
    assertThat(all.lines())
        .hasSize(LogLimit.LINES_PER_SECOND + 1)
        .last()
        .isEqualTo("WARN refused: KEYS_UNAVAILABLE {problem=down}");

    nanos.addAndGet(1_000_000_000);
    refuse(ReasonCode.TOKEN_EXPIRED);
    assertThat(all.lines().subList(LogLimit.LINES_PER_SECOND + 1, all.lines().size()))
        .containsExactly(
            "INFO refused: 990 more for TOKEN_EXPIRED that were not logged",
            "INFO refused: TOKEN_EXPIRED {problem=down}");
    assertThat(heard).as("what listeners hear of").hasSize(1002);
  }

  /** Subjects are personal. */
  @Test
  void whoActs_isLoggedByTheClientsAlone() {
    RecordedLog all = new RecordedLog();
    decisions = new DecisionLog(List.of(), all.logger(), new LogLimit(nanos::get));
    McpPrincipal caller;
    try (TestIssuer issuer = TestIssuer.start()) {
      caller =
          issuer
              .token(ProtectedServer.RESOURCE)
              .claim("act", Map.of("sub", "bob", "client_id", "agent", "act", Map.of("sub", "eve")))
              .principal();
    }
    refuse(ReasonCode.ACTOR_NOT_ALLOWED, caller);

    assertThat(all.lines())
        .containsExactly(
            "INFO refused [] to client test-client (acting: [agent, ?]): ACTOR_NOT_ALLOWED"
                + " {problem=down}");
  }

  private void refuse(ReasonCode reason) {
    refuse(reason, null);
  }

  private void refuse(ReasonCode reason, @Nullable McpPrincipal caller) {
    Refusal refusal = Refusal.of(reason, Map.of("problem", "down"));
    AccessDecision told = new AccessDecision.Refused(reason, 503, Map.of(), List.of(), new byte[0]);
    decisions.decided(
        new Walk.End(told, refusal, caller, null),
        Clock.fixed(Instant.EPOCH, ZoneOffset.UTC),
        ResourceIdentifier.of("https://mcp.example.com/mcp"));
  }
}
