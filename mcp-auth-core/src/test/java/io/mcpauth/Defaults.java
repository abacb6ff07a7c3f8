package io.mcpauth;

import java.time.Duration;

/** What a resource server does unless it is told otherwise, for tests in other packages. */
public final class Defaults {
  /** How old a node's copy of the rules of access may be. */
  public static final Duration STORE_MAX_AGE = ResourceServerBuilder.STORE_MAX_AGE;

  private Defaults() {}
}
