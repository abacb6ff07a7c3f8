package io.mcpauth.scaling;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Figures of one kind, and how they are spread. */
final class Spread {
  private final List<Long> figures = new ArrayList<>();

  void add(long figure) {
    figures.add(figure);
  }

  boolean isEmpty() {
    return figures.isEmpty();
  }

  /** The smallest figure that so large a part of all does not exceed. */
  long at(double part) {
    List<Long> sorted = new ArrayList<>(figures);
    Collections.sort(sorted);
    int place = (int) Math.ceil(part * sorted.size()) - 1;
    return sorted.get(Math.max(0, place));
  }

  long most() {
    return at(1);
  }

  /** Median, 99th percentile and maximum of microseconds, in milliseconds. */
  String millis() {
    return String.format(
        Locale.ROOT, "%d / %d / %d", round(at(0.5)), round(at(0.99)), round(most()));
  }

  private static long round(long micros) {
    return (micros + 500) / 1_000;
  }
}
