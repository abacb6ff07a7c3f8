package io.mcpauth.bench;

import io.mcpauth.ResourceServer;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The heap that verdicts take which are kept on so many different tokens. Their keys are ES256:
 * RS256 makes the same verdicts, and takes minutes to sign so many.
 */
@State(Scope.Benchmark)
public class KeptOnce {
  private static final int TOKENS = Integer.getInteger("bench.kept", 100_000);

  private final World world = new World();
  private final ResourceServer server = world.resourceServer(world.token("ES256", -1));
  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();

  @Benchmark
  public void run() {
    for (int i = 0; i < 5_000; i++) { // what is compiled and cached on the way is no verdict
      World.granted(server.decide(new Call(world.token("ES256", i))));
    }
    try (ResourceServer fresh = world.resourceServer(world.token("ES256", -1))) {
      long before = heap();
      for (int i = 0; i < TOKENS; i++) {
        World.granted(fresh.decide(new Call(world.token("ES256", i))));
      }
      long kept = fresh.keptVerdicts().getOrDefault(world.issuer(), 0L);
      long bytes = heap() - before;
      Results.measure("tokens seen", TOKENS, "tokens");
      Results.measure("verdicts kept", kept, "verdicts");
      Results.measure("heap of kept verdicts", bytes, "bytes");
      Results.measure("heap per kept verdict", (double) bytes / kept, "bytes");
    }
  }

  @TearDown
  public void close() {
    server.close();
    world.close();
  }

  /** What is reachable. */
  private long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
