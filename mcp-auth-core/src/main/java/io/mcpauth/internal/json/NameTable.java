package io.mcpauth.internal.json;

import java.util.Arrays;

/** The names of one object that has many, by their hash; for one object after the other. */
final class NameTable {
  private static final int SMALLEST = 32;

  private final MemberNames names;

  /** The hash of a name above its index plus one; 0 where there is none. */
  private long[] places = new long[SMALLEST];

  /**
   * How much of the array serves this object, a power of two: to clear for each small object what a
   * large one took would be quadratic.
   */
  private int size = SMALLEST;

  private int used;

  NameTable(MemberNames names) {
    this.names = names;
  }

  /** Begins another object, with names that are known to differ. */
  void begin(int from, int to) {
    Arrays.fill(places, 0, SMALLEST, 0);
    size = SMALLEST;
    used = 0;
    for (int name = from; name < to; name++) {
      add(name);
    }
  }

  /** Takes a name, and says whether it is the first of its kind. */
  boolean add(int name) {
    if (2 * used == size) {
      grow();
    }
    int hash = names.hash(name);
    int at = hash & size - 1;
    while (places[at] != 0) {
      if ((int) (places[at] >> Integer.SIZE) == hash && names.areSame((int) places[at] - 1, name)) {
        return false;
      }
      at = at + 1 & size - 1;
    }
    places[at] = (long) hash << Integer.SIZE | name + 1;
    used++;
    return true;
  }

  private void grow() {
    long[] before = Arrays.copyOf(places, size);
    size *= 2;
    if (size > places.length) {
      places = new long[size];
    } else {
      Arrays.fill(places, 0, size, 0);
    }
    for (long place : before) {
      if (place != 0) {
        move(place);
      }
    }
  }

  private void move(long place) {
    int at = (int) (place >> Integer.SIZE) & size - 1;
    while (places[at] != 0) {
      at = at + 1 & size - 1;
    }
    places[at] = place;
  }
}
