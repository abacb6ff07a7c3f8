package io.mcpauth.examples.names;

import java.util.function.Supplier;

/** Says which variable a message about a wrong value is about. */
public final class Naming {
  private Naming() {}

  /** Runs the part; what it throws names the variable. */
  public static <T> T of(String variable, Supplier<T> part) {
    try {
      return part.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(variable + ": " + e.getMessage(), e);
    }
  }
}
