package io.mcpauth.bench;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.RpcCalls;
import io.mcpauth.token.Authenticator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.IterationParams;

/**
 * Tokens that are known, against one digest of the token and one look-up. Each header is a string
 * of its own, as from the wire: no hash of it is kept.
 */
@State(Scope.Benchmark)
public class WarmBench {
  private static final int TOKENS = 64;
  private static final LivePolicy.Generation NO_CLAIMS = new LivePolicy.Generation(0, Set.of());

  private final World world = new World();
  private final List<String> tokens = world.tokens("RS256", TOKENS);
  private final ResourceServer server = world.resourceServer(tokens.get(0));
  private final Authenticator authenticator = world.authenticator();
  private final Lockstep lockstep = new Lockstep("warm");

  @Setup
  public void setUp() throws Exception {
    Turn<byte[]> sent =
        new Turn<>(tokens.stream().map(t -> t.getBytes(StandardCharsets.US_ASCII)).toList());
    Turn<Call> prepared = new Turn<>(tokens.stream().map(Call::new).toList());
    String bad = forged(tokens.get(0));
    DigestAndLookUp digest = new DigestAndLookUp(tokens);
    var key = world.key("RS256");
    var nimbus = Rivals.nimbus("RS256", key, world.issuer());
    var spring = Rivals.spring("RS256", key, world.issuer());
    lockstep
        .with("digest + look-up", () -> digest.of(fresh(sent.next())))
        .with("authentication", () -> authenticated(new Call(fresh(sent.next()))))
        .with("decide", () -> World.granted(server.decide(new Call(fresh(sent.next())))))
        .with("decide, prepared", () -> World.granted(server.decide(prepared.next())))
        .with("body", () -> RpcCalls.read(Call.BODY))
        .with("repeated bad token", () -> World.refused(server.decide(new Call(bad))))
        .with("Nimbus", () -> nimbus.process(fresh(sent.next()), null))
        .with("Spring", () -> spring.decode(fresh(sent.next())));
    Results.measure("copies of body and token", Call.BODY.length + tokens.get(0).length(), "bytes");
  }

  @Benchmark
  public void round(IterationParams iteration) throws Exception {
    lockstep.round(iteration);
  }

  @TearDown
  public void report() {
    lockstep.report();
    authenticator.close();
    server.close();
    world.close();
  }

  private Object authenticated(Call call) {
    if (authenticator.authenticate(call, NO_CLAIMS) instanceof Authenticator.Proven proven) {
      return proven;
    }
    throw new IllegalStateException("A good token is refused");
  }

  private static String fresh(byte[] token) {
    return new String(token, StandardCharsets.ISO_8859_1);
  }

  /** The token with another signature, of a key that is known. */
  static String forged(String token) {
    int place = token.length() - 20;
    char other = token.charAt(place) == 'A' ? 'B' : 'A';
    return token.substring(0, place) + other + token.substring(place + 1);
  }
}
