package io.mcpauth.bench;

import io.mcpauth.ResourceServer;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.IterationParams;

/** A token that was never seen before, against the bare check of its signature. */
@State(Scope.Benchmark)
public class ColdBench {
  /** The algorithm of the tokens. */
  @Param({"RS256", "ES256"})
  public String algorithm = "";

  private final World world = new World();
  private Lockstep lockstep = new Lockstep("none");

  @Setup
  public void setUp() throws Exception {
    List<String> tokens = world.tokens(algorithm, Integer.getInteger("bench.pool", 3000));
    var key = world.key(algorithm);
    var nimbus = Rivals.nimbus(algorithm, key, world.issuer());
    var spring = Rivals.spring(algorithm, key, world.issuer());
    var turn = new Turn<>(tokens);
    lockstep =
        new Lockstep("cold " + algorithm)
            .with("raw check", new RawCheck(algorithm, world.publicKey(algorithm), tokens.get(0)))
            .with("decide", new NeverSeen(tokens, world.token(algorithm, -1)))
            .with("Nimbus", () -> nimbus.process(turn.next(), null))
            .with("Spring", () -> spring.decode(turn.next()));
  }

  @Benchmark
  public void round(IterationParams iteration) throws Exception {
    lockstep.round(iteration);
  }

  @TearDown
  public void report() {
    lockstep.report();
    world.close();
  }

  /** Decisions on tokens that a resource server sees for the first time; then comes another. */
  private final class NeverSeen implements Contender {
    private final List<Call> calls;
    private final String seen;
    private ResourceServer server;
    private int next;

    NeverSeen(List<String> tokens, String seen) {
      this.calls = tokens.stream().map(Call::new).toList();
      this.seen = seen;
      this.server = world.resourceServer(seen);
    }

    @Override
    public void prepare() {
      long checks = server.keyStatus().get(0).signatureChecks();
      if (checks != next + 1L) {
        throw new IllegalStateException(checks + " checks of " + (next + 1) + " tokens");
      }
      server.close();
      server = world.resourceServer(seen);
      next = 0;
    }

    @Override
    public Object run() {
      return World.granted(server.decide(calls.get(next++)));
    }

    @Override
    public int most() {
      return calls.size();
    }
  }
}
