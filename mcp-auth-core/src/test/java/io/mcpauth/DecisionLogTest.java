package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.metadata.ResourceIdentifier;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** Which outcome is told at which level, also where lower levels are off. */
class DecisionLogTest {
  private final RecordedLog log = RecordedLog.from(Level.WARN);
  private final DecisionLog decisions = new DecisionLog(List.of(), log.logger());

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

  private void refuse(ReasonCode reason) {
    Refusal refusal = Refusal.of(reason, Map.of("problem", "down"));
    AccessDecision told = new AccessDecision.Refused(reason, 503, Map.of(), new byte[0]);
    decisions.decided(
        new Walk.End(told, refusal, null, null),
        Instant.EPOCH,
        ResourceIdentifier.of("https://mcp.example.com/mcp"));
  }
}
