package io.mcpauth.examples.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

/** What the operator is told of faults, however many there are. */
class FaultLogTest {
  private static final String TARGET = "http://target/mcp";

  private final Queue<SubstituteLoggingEvent> logged = new ArrayDeque<>();

  /** Such a clock may begin anywhere, also where it is about to overflow. */
  private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);

  private final FaultLog log =
      new FaultLog(new SubstituteLogger("faults", logged, false), nanoTime::get);

  private List<String> lines() {
    List<String> lines =
        logged.stream()
            .map(
                event ->
                    event.getLevel()
                        + " "
                        + MessageFormatter.basicArrayFormat(
                            event.getMessage(), event.getArgumentArray()))
            .toList();
    logged.clear();
    return lines;
  }

  @Test
  void eachFault_isSaidOnceASecondAtMost() {
    for (int i = 0; i < 1000; i++) {
      log.say(TargetFault.NO_ROOM, TARGET, "stream", null);
      log.say(TargetFault.TARGET_REFUSED, TARGET, "status 403", null);
    }
    assertThat(lines())
        .containsExactly(
            "WARN NO_ROOM http://target/mcp: stream",
            "WARN TARGET_REFUSED http://target/mcp: status 403");
    nanoTime.addAndGet(TimeUnit.SECONDS.toNanos(1) - 1);
    log.say(TargetFault.NO_ROOM, TARGET, "stream", null);
    assertThat(lines()).isEmpty();
    nanoTime.incrementAndGet();
    log.say(TargetFault.NO_ROOM, TARGET, "list", null);
    log.say(TargetFault.NO_ROOM, TARGET, "list", null);
    assertThat(lines()).containsExactly("WARN NO_ROOM http://target/mcp: list");
  }

  @Test
  void mistakeOfTheGuard_isSaidWithWhereItHappened() {
    RuntimeException mistake = new IllegalStateException("not started");
    log.say(TargetFault.TARGET_BROKEN, TARGET, "could not be called", mistake);
    assertThat(logged.element().getThrowable()).isSameAs(mistake);
    assertThat(lines())
        .containsExactly("WARN TARGET_BROKEN http://target/mcp: could not be called");
  }
}
