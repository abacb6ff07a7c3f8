package io.mcpauth.examples.guard;

import io.mcpauth.policy.ToolPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Looks now and then whether the target answers, and compares the policy with its tools: a rule
 * that names no tool and a tool that no rule names are both worth a warning, since either may be a
 * name that was misspelt. Said again only where it is another thing to say.
 *
 * <p>It looks by itself and not when it is asked, so that nobody can make the guard call the target
 * by asking.
 */
final class TargetWatch implements AutoCloseable {
  /** While there is no answer. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private static final int MOST_SHOWN = 50;
  private static final int LONGEST_SHOWN = 128;

  private final TargetTools target;
  private final Supplier<ToolPolicy> policy;
  private final Duration interval;
  private final Logger log;
  private final ScheduledExecutorService thread;
  private volatile boolean answers;

  /** By hashes: the target says how many names there are, and how long. */
  private @Nullable List<Integer> said;

  private @Nullable String unknownBecause;
  private boolean outageSaid;

  private TargetWatch(
      TargetTools target, Supplier<ToolPolicy> policy, Duration interval, Logger log) {
    this.target = target;
    this.policy = policy;
    this.interval = interval;
    this.log = log;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread own = new Thread(task, "mcp-guard-target");
              own.setDaemon(true);
              return own;
            });
  }

  /**
   * A watch that has begun.
   *
   * @param interval between two looks; zero for none, and the target then counts as answering
   */
  static TargetWatch start(
      TargetTools target, Supplier<ToolPolicy> policy, Duration interval, Logger log) {
    TargetWatch watch = new TargetWatch(target, policy, interval, log);
    if (interval.isZero()) {
      watch.answers = true;
    } else {
      watch.thread.execute(watch::look);
    }
    return watch;
  }

  /** Whether the target answered when it was last looked at. */
  boolean answers() {
    return answers;
  }

  private void look() {
    try {
      TargetTools.Found found = target.ask();
      boolean back = !answers;
      answers = true;
      if (back) {
        log.info("the target answers");
      }
      outageSaid = false;
      compare(found);
    } catch (TargetTools.NoAnswerException e) {
      answers = false;
      if (!outageSaid && !isClosed()) {
        outageSaid = true;
        log.warn("the target does not answer: {}", e.getMessage());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the guard ends
    } catch (RuntimeException e) {
      if (!isClosed()) {
        log.warn("the target could not be looked at", e);
      }
    } finally {
      again();
    }
  }

  private void again() {
    Duration next = answers || interval.compareTo(SOON) < 0 ? interval : SOON;
    try {
      Future<?> unused = thread.schedule(this::look, next.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // the guard ends
    }
  }

  private void compare(TargetTools.Found found) {
    Set<String> tools = found.tools();
    if (tools == null) {
      if (!found.why().equals(unknownBecause)) {
        unknownBecause = found.why();
        log.info("the policy is not compared with the target's tools: {}", found.why());
      }
      return;
    }
    unknownBecause = null;
    ToolPolicy inForce = policy.get();
    List<String> stray = inForce.toolsNotAmong(tools);
    List<String> unnamed = inForce.toolsWithoutRule(tools);
    List<Integer> now = List.of(stray.hashCode(), unnamed.hashCode());
    if (now.equals(said)) {
      return;
    }
    said = now;
    if (!stray.isEmpty()) {
      log.warn(
          "policy: rules for {} name no tool of the target {}; correct the names, or remove them",
          shown(stray),
          shown(tools.stream().sorted().toList()));
    }
    if (!unnamed.isEmpty()) {
      log.warn(
          "policy: no rule names the tools {} of the target, so that nobody can call them; write a"
              + " rule for each, 'denied' for one that nobody may call",
          shown(unnamed));
    }
    if (stray.isEmpty() && unnamed.isEmpty()) {
      log.info("policy: its rules and the target's {} tools fit", tools.size());
    }
  }

  /** Names as the target writes them, without what would break a line of the log or fill it. */
  private static List<String> shown(List<String> names) {
    return names.stream()
        .limit(MOST_SHOWN)
        .map(
            name -> name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "..." : name)
        .map(name -> name.replaceAll("[^\\p{Graph} ]", "?"))
        .toList();
  }

  /** A look that its end cut short says nothing of the target. */
  private boolean isClosed() {
    return thread.isShutdown();
  }

  @Override
  public void close() {
    List<Runnable> unused = thread.shutdownNow();
  }
}
