package io.mcpauth.scaling;

import java.util.Random;

/** Times by chance, the same on every machine: {@code Math.log} may differ in its last bit. */
final class Chance {
  /** Standard deviations from the median to the 99th percentile of a normal distribution. */
  private static final double TO_P99 = 2.326;

  private Chance() {}

  /** Until the next of independent events, so many a second on average. */
  static long untilNext(Random random, double perSecond) {
    double gap = -StrictMath.log(1 - random.nextDouble()) / perSecond;
    return (long) (gap * VirtualTime.SECOND) + 1;
  }

  /** A duration of which half are shorter than the median, and one in a hundred over the other. */
  static long logNormal(Random random, long medianMicros, long p99Micros) {
    double sigma = StrictMath.log((double) p99Micros / medianMicros) / TO_P99;
    return (long) (medianMicros * StrictMath.exp(sigma * random.nextGaussian()));
  }
}
