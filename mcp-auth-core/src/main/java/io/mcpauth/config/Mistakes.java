package io.mcpauth.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What is wrong with settings, told together: nobody wants to start once for each mistake. */
final class Mistakes {
  /** What a server is made of while mistakes are looked for, where its own is one. */
  static final String STAND_IN = "https://stand-in.invalid";

  private final List<IllegalArgumentException> found = new ArrayList<>();

  /** Runs what reads settings, and keeps what it says is wrong. */
  void collect(Runnable part) {
    try {
      part.run();
    } catch (IllegalArgumentException e) {
      add(e);
    }
  }

  /** The same for what makes something of settings; the stand-in where it says what is wrong. */
  <T> T collect(T standIn, Supplier<T> part) {
    try {
      return part.get();
    } catch (IllegalArgumentException e) {
      add(e);
      return standIn;
    }
  }

  /**
   * What contradicts a stand-in follows from the mistake that made one necessary, and nobody wrote
   * what it quotes. Nor is one told twice, where it is of each of several issuers.
   */
  private void add(IllegalArgumentException mistake) {
    String message = String.valueOf(mistake.getMessage());
    if (!message.contains(STAND_IN)
        && found.stream().noneMatch(known -> message.equals(known.getMessage()))) {
      found.add(mistake);
    }
  }

  /**
   * Requires that nothing was wrong.
   *
   * @throws IllegalArgumentException the only one, or one with every message on a line of its own
   */
  void requireNone() {
    if (found.size() == 1) {
      throw found.get(0);
    }
    if (!found.isEmpty()) {
      throw new IllegalArgumentException(
          found.size()
              + " settings are wrong:\n  "
              + String.join("\n  ", found.stream().map(Throwable::getMessage).toList()));
    }
  }
}
