package io.mcpauth;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.SubstituteLogger;

/** A log whose lines a test reads. */
public final class RecordedLog {
  private final Queue<SubstituteLoggingEvent> events = new ConcurrentLinkedQueue<>();
  private final Level lowest;
  private final Logger logger =
      new SubstituteLogger("recorded", events, false) {
        @Override
        public boolean isInfoEnabled() {
          return lowest.toInt() <= Level.INFO.toInt();
        }

        @Override
        public boolean isDebugEnabled() {
          return lowest.toInt() <= Level.DEBUG.toInt();
        }
      };

  /** Every level is on. */
  public RecordedLog() {
    this(Level.TRACE);
  }

  private RecordedLog(Level lowest) {
    this.lowest = lowest;
  }

  /** A log without the levels below one, for code that asks before it logs too. */
  public static RecordedLog from(Level lowest) {
    return new RecordedLog(lowest);
  }

  /** The logger to give to what is tested. */
  public Logger logger() {
    return logger;
  }

  /** What was logged, as {@code LEVEL text}. */
  public List<String> lines() {
    return events.stream()
        .filter(event -> event.getLevel().toInt() >= lowest.toInt())
        .map(
            event ->
                event.getLevel()
                    + " "
                    + MessageFormatter.basicArrayFormat(
                        event.getMessage(), event.getArgumentArray()))
        .toList();
  }
}
