package io.mcpauth.signals;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.RecordedLog;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What the operator reads of bad signals, however many strangers send. */
class SignalLogTest {
  private final RecordedLog recorded = new RecordedLog();
  private final AtomicLong nanos = new AtomicLong();
  private final SignalLog log = new SignalLog(recorded.logger(), nanos::get);

  private void refused() {
    log.refused("/events", new AuthException(ReasonCode.SIGNAL_INVALID));
  }

  @Test
  void refusals_areOneLineASecond() {
    for (int i = 0; i < 3; i++) {
      refused();
    }
    nanos.addAndGet(1_000_000_000L);
    refused();

    assertThat(recorded.lines()).hasSize(2);
    assertThat(recorded.lines().get(1)).endsWith("(and 2 not shown)");
  }

  @Test
  void refusals_hideNoOutage() {
    refused();
    log.refused("/events", new AuthException(ReasonCode.STORE_UNAVAILABLE));

    assertThat(recorded.lines()).hasSize(2).element(1).asString().startsWith("WARN");
  }

  @Test
  void refusals_hideNoFault() {
    refused();
    log.fault("/events", new IllegalStateException("secret"));

    assertThat(recorded.lines())
        .hasSize(2)
        .element(1)
        .asString()
        .startsWith("ERROR")
        .contains("IllegalStateException")
        .doesNotContain("secret");
  }
}
