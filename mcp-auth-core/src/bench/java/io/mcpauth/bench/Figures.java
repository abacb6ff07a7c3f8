package io.mcpauth.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The slices of one comparison, by contender and round; the first contender is the baseline. */
final class Figures {
  private final String comparison;
  private final Map<String, List<Slice>> slices = new LinkedHashMap<>();

  Figures(String comparison) {
    this.comparison = comparison;
  }

  /** The slices of a contender, to which each round adds one. */
  List<Slice> of(String contender) {
    return slices.computeIfAbsent(contender, unused -> new ArrayList<>());
  }

  /** Prints a line for each contender, and writes it for the page. */
  void report() {
    List<Slice> baseline = slices.values().iterator().next();
    slices.forEach(
        (contender, rounds) -> {
          double[] ratios = new double[rounds.size()];
          for (int i = 0; i < ratios.length; i++) {
            ratios[i] = rounds.get(i).nanos() / baseline.get(i).nanos();
          }
          Results.write(
              String.format(
                  Locale.ROOT,
                  "{\"comparison\":\"%s\",\"contender\":\"%s\",\"rounds\":%d,\"nanos\":%s,"
                      + "\"bytes\":%s,\"ratio\":%s,%s}",
                  comparison,
                  contender,
                  ratios.length,
                  quartiles(rounds.stream().mapToDouble(Slice::nanos).toArray()),
                  quartiles(rounds.stream().mapToDouble(Slice::bytes).toArray()),
                  quartiles(ratios),
                  Results.java()));
        });
  }

  /** Lower quartile, median and upper quartile. */
  private static String quartiles(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT, "[%.4g,%.4g,%.4g]", at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
  }

  private static double at(double[] sorted, double part) {
    double place = (sorted.length - 1) * part;
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }
}
