package io.mcpauth.bench;

import java.util.List;

/** Things that come one after the other, again and again; of one thread. */
final class Turn<T> {
  private final List<T> things;
  private int next;

  Turn(List<T> things) {
    this.things = List.copyOf(things);
  }

  T next() {
    next = next + 1 == things.size() ? 0 : next + 1;
    return things.get(next);
  }
}
