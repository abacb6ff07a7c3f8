package io.mcpauth.bench;

import io.mcpauth.AccessDecision;
import io.mcpauth.ResourceServer;
import io.mcpauth.error.ReasonCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Decisions on virtual threads, of which none may hold the thread that carries it for long. On a
 * JDK that has none it does nothing.
 */
@State(Scope.Benchmark)
public class VirtualThreadsBench {
  private static final boolean THERE = Runtime.version().feature() >= 21;
  private static final String PINNED = "jdk.VirtualThreadPinned";
  private static final Duration LONG = Duration.ofMillis(20);

  private final World world = new World();
  private final List<String> tokens = world.tokens("RS256", 200);
  private final Recording recording = new Recording();
  private int threads;
  private int granted;

  @Setup
  public void setUp() {
    recording.enable(PINNED).withThreshold(LONG);
    recording.start();
  }

  /** A new resource server, which has no keys yet; a thread for each token, all at once. */
  @Benchmark
  public void round() throws Exception {
    if (!THERE) {
      return;
    }
    ExecutorService each = virtualThreads();
    try (ResourceServer server = world.resourceServer()) {
      List<Callable<Integer>> calls = new ArrayList<>();
      for (String token : tokens) {
        calls.add(() -> callTwentyTimes(server, token));
      }
      for (Future<Integer> call : each.invokeAll(calls)) {
        granted += call.get();
      }
      threads += calls.size();
    } finally {
      each.shutdown();
    }
  }

  @TearDown
  public void report() throws Exception {
    recording.stop();
    Path file = Files.createTempFile("bench", ".jfr");
    try {
      recording.dump(file);
      if (THERE) {
        Results.measure("virtual threads", threads, "threads");
        Results.measure("calls granted on virtual threads", granted, "calls");
        long pinned =
            RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals(PINNED))
                .count();
        Results.measure("pinned for 20 ms", pinned, "times");
      }
    } finally {
      recording.close();
      Files.delete(file);
      world.close();
    }
  }

  /** So many at once may be too many for the limit of checks; then a client comes again. */
  private Integer callTwentyTimes(ResourceServer server, String token) {
    int granted = 0;
    for (int i = 0; i < 20; i++) {
      AccessDecision decision = server.decide(new Call(token));
      if (!(decision instanceof AccessDecision.Refused refused)
          || refused.reason() != ReasonCode.OVER_LIMIT) {
        World.granted(decision);
        granted++;
      }
    }
    return granted;
  }

  /** By reflection: it compiles for Java 17. */
  private static ExecutorService virtualThreads() throws ReflectiveOperationException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }
}
