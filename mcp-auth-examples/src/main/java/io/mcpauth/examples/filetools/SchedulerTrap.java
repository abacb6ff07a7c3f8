package io.mcpauth.examples.filetools;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Finds the scheduler that the transport of the MCP SDK makes for its session sweeper, so that it
 * can be disposed of.
 *
 * <p>SDK 2.1.0 cancels the sweeping on close but never the scheduler; its thread is no daemon, so
 * the process would not end. Without the sweeper, sessions that clients forget to delete would stay
 * for ever.
 */
final class SchedulerTrap implements AutoCloseable {

  private static final String SWEEPER = "session-sweeper";

  private final List<Scheduler> caught = new ArrayList<>();

  /** Runs the builder and remembers the sweeper's scheduler, if it made one. */
  <T> T build(Supplier<T> builder) {
    Thread builderThread = Thread.currentThread();
    String key = UUID.randomUUID().toString();
    Schedulers.addExecutorServiceDecorator(
        key,
        (scheduler, executor) -> {
          // The hook is global: schedulers that others make or share must not be touched.
          if (Thread.currentThread() == builderThread && scheduler.toString().contains(SWEEPER)) {
            caught.add(scheduler);
          }
          return executor;
        });
    try {
      return builder.get();
    } finally {
      Schedulers.removeExecutorServiceDecorator(key);
    }
  }

  @Override
  public void close() {
    caught.forEach(Scheduler::dispose);
  }
}
