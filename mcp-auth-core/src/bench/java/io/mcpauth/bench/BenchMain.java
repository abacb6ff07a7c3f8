package io.mcpauth.bench;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks whose names match, each in a JVM of its own: {@code bench.warmup} rounds that
 * do not count (20), then {@code bench.rounds} (30), of slices of {@code bench.slice.ms} (200).
 * What is counted and not timed runs once.
 */
public final class BenchMain {
  private BenchMain() {}

  /**
   * Runs them.
   *
   * @param args one regular expression
   */
  public static void main(String[] args) throws RunnerException {
    int rounds = Integer.getInteger("bench.rounds", 30);
    int run =
        run(args[0] + ".*Bench\\.round", Integer.getInteger("bench.warmup", 20), rounds)
            + run(args[0] + ".*Once\\.run", 0, 1);
    if (run == 0) {
      throw new IllegalArgumentException("No benchmark matches " + args[0]);
    }
  }

  private static int run(String names, int warmUp, int rounds) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(names)
            .mode(Mode.SingleShotTime)
            .forks(1)
            .threads(1)
            .warmupIterations(warmUp)
            .measurementIterations(rounds)
            .timeout(TimeValue.minutes(30))
            .jvmArgsAppend("-Xms1g", "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off")
            .shouldFailOnError(true);
    try {
      return new Runner(options.build()).run().size();
    } catch (NoBenchmarksException e) {
      return 0; // those that match are of the other kind
    }
  }
}
