package io.mcpauth.scaling;

import java.util.Random;

/**
 * How long a question to the database takes: the way there, the answer, and the way back.
 *
 * @param name what database that is
 * @param medianMicros half are faster
 * @param p99Micros one in a hundred is slower
 */
record QueryTimes(String name, long medianMicros, long p99Micros) {
  /** In the same data centre, with little to do. */
  static final QueryTimes NEAR = new QueryTimes("near", 1_000, 10_000);

  /** Far away or busy. */
  static final QueryTimes SLOW = new QueryTimes("slow", 20_000, 200_000);

  long draw(Random random) {
    return Chance.logNormal(random, medianMicros, p99Micros);
  }
}
