package io.mcpauth.bench;

import io.mcpauth.ResourceServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/**
 * Two threads that decide on known tokens, against one: what they wait for each other. By the clock
 * on the wall, so it needs two cores that nobody else uses.
 */
@State(Scope.Benchmark)
public class ThreadsBench {
  private final World world = new World();
  private final List<String> tokens = world.tokens("RS256", 64);
  private final ResourceServer server = world.resourceServer(tokens.get(0));
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final Figures figures = new Figures("threads");
  private final long nanos = Long.getLong("bench.slice.ms", 200) * 1_000_000;

  @Benchmark
  public void round(IterationParams iteration) throws Exception {
    List<Integer> counts = new ArrayList<>(List.of(1, 2));
    Collections.shuffle(counts);
    figures.of("one thread"); // the baseline
    for (int count : counts) {
      Slice slice = new Slice(nanos / together(count), 0);
      if (iteration.getType() == IterationType.MEASUREMENT) {
        figures.of(count == 1 ? "one thread" : "two threads").add(slice);
      }
    }
  }

  @TearDown
  public void report() {
    figures.report();
    threads.shutdown();
    server.close();
    world.close();
  }

  /** How many decisions so many threads take in the time of a slice. */
  private double together(int count) throws Exception {
    CyclicBarrier start = new CyclicBarrier(count);
    Callable<Double> one = () -> decisions(start);
    double all = 0;
    for (Future<Double> decisions : threads.invokeAll(Collections.nCopies(count, one))) {
      all += decisions.get();
    }
    return all;
  }

  private double decisions(CyclicBarrier start) throws Exception {
    Turn<Call> calls = new Turn<>(tokens.stream().map(Call::new).toList());
    start.await();
    long begin = System.nanoTime();
    long taken = 0;
    long decisions = 0;
    while (taken < nanos) {
      for (int i = 0; i < 20; i++) {
        Slice.last = World.granted(server.decide(calls.next()));
      }
      decisions += 20;
      taken = System.nanoTime() - begin;
    }
    return (double) decisions * nanos / taken;
  }
}
