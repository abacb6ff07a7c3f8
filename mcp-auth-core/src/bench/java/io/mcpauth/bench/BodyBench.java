package io.mcpauth.bench;

import io.mcpauth.error.AuthException;
import io.mcpauth.policy.RpcCalls;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.IterationParams;

/** Reading a body strictly, for each byte, against adding its bytes up. */
@State(Scope.Benchmark)
public class BodyBench {
  /** What is in the body. */
  @Param public Bodies kind = Bodies.BENIGN;

  private Lockstep lockstep = new Lockstep("none");

  @Setup
  public void setUp() {
    Set<String> ruled = kind == Bodies.RULED_ARGUMENTS ? Set.of(Bodies.RULED) : Set.of();
    byte[] large = kind.of(1 << 20);
    byte[] small = kind.of(1 << 16);
    String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    boolean refused = read(large, ruled) instanceof AuthException;
    lockstep =
        new Lockstep("body " + name + (refused ? " (refused)" : ""))
            .with("sum", new OfBytes(large.length, () -> sum(large)))
            .with("64 KB", new OfBytes(small.length, () -> read(small, ruled)))
            .with("1 MB", new OfBytes(large.length, () -> read(large, ruled)));
  }

  @Benchmark
  public void round(IterationParams iteration) throws Exception {
    lockstep.round(iteration);
  }

  @TearDown
  public void report() {
    lockstep.report();
  }

  private static Object read(byte[] body, Set<String> ruled) {
    try {
      return RpcCalls.read(body, ruled);
    } catch (AuthException e) {
      return e; // a reader may well refuse what was made to be dear
    }
  }

  private static int sum(byte[] bytes) {
    int sum = 0;
    for (byte b : bytes) {
      sum += b;
    }
    return sum;
  }

  /** Counts its bytes in place of its runs, so that sizes can be compared. */
  private record OfBytes(int operations, Contender contender) implements Contender {
    @Override
    public @Nullable Object run() throws Exception {
      return contender.run();
    }
  }
}
