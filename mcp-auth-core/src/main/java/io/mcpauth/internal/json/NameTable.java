package io.mcpauth.internal.json;

import java.util.Arrays;

/** The names of one object that has many, by their hash; for one object after the other. */
final class NameTable {
  private static final int SMALLEST = 32;

  private final MemberNames names;

  /** The index of a name plus one; 0 where there is none. */
  private int[] places = new int[SMALLEST];

  /**
   * How much of the array serves this object, a power of two: to clear for each small object what a
   * large one took would be quadratic.
   */
  private int size = SMALLEST;

  /** The first name of this object. */
  private int first;

  NameTable(MemberNames names) {
    this.names = names;
  }

  /** Begins another object, with names that are known to differ. */
  void begin(int from, int to) {
    first = from;
    fill(SMALLEST, to);
  }

  /** Takes the name behind those that it has, and says whether it is the first of its kind. */
  boolean add(int name) {
    if (2 * (name - first) >= size) {
      fill(4 * size, name); // twice as large each time, it was filled twice as often
    }
    int hash = names.hash(name);
    int at = hash & (size - 1);
    while (places[at] != 0) {
      int other = places[at] - 1;
      if (names.hash(other) == hash && names.areSame(other, name)) {
        return false;
      }
      at = (at + 1) & (size - 1);
    }
    places[at] = name + 1;
    return true;
  }

  private void fill(int newSize, int end) {
    if (newSize > places.length) {
      places = new int[newSize];
    } else {
      Arrays.fill(places, 0, newSize, 0);
    }
    size = newSize;
    for (int name = first; name < end; name++) {
      int at = names.hash(name) & (size - 1);
      while (places[at] != 0) {
        at = (at + 1) & (size - 1);
      }
      places[at] = name + 1;
    }
  }
}
