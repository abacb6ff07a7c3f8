package io.mcpauth.internal.jose;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** The keys of an issuer as a simulation has them: fetched at once, and by the chance of a seed. */
public final class SeededKeys {
  /** How long keys are used beyond their time while the provider cannot be asked. */
  public static final Duration STALE_BOUND = IssuerKeys.STALE_BOUND;

  private SeededKeys() {}

  /** Real keys, on the thread that asks. */
  public static IssuerKeys of(Supplier<List<VerificationKey>> fetch, Clock clock, Random random) {
    return new IssuerKeys(
        fetch, Runnable::run, clock, bound -> (long) (random.nextDouble() * bound));
  }
}
