package io.mcpauth.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.runner.IterationType;

/**
 * Contenders that run in one JVM, in every round each once, in random order. Two processes with the
 * same code differ by up to a third; what is compared in one round of one process does not.
 */
final class Lockstep {
  private record Entrant(Contender contender, List<Slice> slices) {}

  private final List<Entrant> entrants = new ArrayList<>();
  private final long sliceNanos = Long.getLong("bench.slice.ms", 200) * 1_000_000;
  private final Random order = new Random();
  private final Figures figures;

  Lockstep(String comparison) {
    figures = new Figures(comparison);
  }

  /** One more contender; the first is the baseline. */
  Lockstep with(String name, Contender contender) {
    entrants.add(new Entrant(contender, figures.of(name)));
    return this;
  }

  /** One round, which counts if it is not one of the warm-up. */
  void round(IterationParams iteration) throws Exception {
    List<Entrant> shuffled = new ArrayList<>(entrants);
    Collections.shuffle(shuffled, order);
    for (Entrant entrant : shuffled) {
      Slice slice = Slice.of(entrant.contender(), sliceNanos);
      if (iteration.getType() == IterationType.MEASUREMENT) {
        entrant.slices().add(slice);
      }
    }
  }

  void report() {
    figures.report();
  }
}
