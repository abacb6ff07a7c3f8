package io.mcpauth;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

/** A log whose lines a test reads. */
public final class RecordedLog {
  private final Queue<SubstituteLoggingEvent> events = new ConcurrentLinkedQueue<>();
  private final Logger logger = new SubstituteLogger("recorded", events, false);

  /** The logger to give to what is tested: every level is on. */
  public Logger logger() {
    return logger;
  }

  /** What was logged, as {@code LEVEL text}. */
  public List<String> lines() {
    return events.stream()
        .map(
            event ->
                event.getLevel()
                    + " "
                    + MessageFormatter.basicArrayFormat(
                        event.getMessage(), event.getArgumentArray()))
        .toList();
  }
}
