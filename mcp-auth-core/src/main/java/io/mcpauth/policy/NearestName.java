package io.mcpauth.policy;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the name that was probably meant by one that is misspelt. */
final class NearestName {
  /** A third of a name may be wrong; more is another name. */
  private static final int OF_A_NAME = 3;

  private NearestName() {}

  /** The nearest of some names, the first of several as near; null where none is near. */
  static @Nullable String of(String name, Collection<String> names) {
    String nearest = null;
    int least = name.length() / OF_A_NAME + 1;
    for (String other : names) {
      int steps = steps(name, other);
      if (steps < least) {
        least = steps;
        nearest = other;
      }
    }
    return nearest;
  }

  /** How many characters have to be put in, taken out or replaced (Levenshtein). */
  private static int steps(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
