package io.mcpauth.examples.streams;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The errors that Tomcat and Undertow log, which both do with {@code java.util.logging}. */
final class ContainerLog implements AutoCloseable {
  private final List<Logger> loggers =
      List.of(
          Logger.getLogger("org.apache.catalina"),
          Logger.getLogger("org.apache.coyote"),
          Logger.getLogger("org.apache.tomcat"),
          Logger.getLogger("io.undertow"),
          Logger.getLogger("org.xnio"));
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();

  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
            errors.add(entry.getLoggerName() + ": " + entry.getMessage() + " " + entry.getThrown());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  ContainerLog() {
    loggers.forEach(logger -> logger.addHandler(handler));
  }

  List<String> errors() {
    return List.copyOf(errors);
  }

  @Override
  public void close() {
    loggers.forEach(logger -> logger.removeHandler(handler));
  }
}
