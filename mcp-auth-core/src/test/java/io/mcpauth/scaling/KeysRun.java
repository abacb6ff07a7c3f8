package io.mcpauth.scaling;

import static io.mcpauth.scaling.VirtualTime.MINUTE;
import static io.mcpauth.scaling.VirtualTime.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What so many nodes ask of their provider. The keys of each node are real; the provider answers in
 * no time, so what an answer takes comes on top of each wait.
 */
final class KeysRun {
  static final double GOOD = 1;
  private static final double FLOOD = 20;
  private static final int ROTATIONS = 10;
  private static final long BEGINNING = 10 * MINUTE;

  private final int nodes;

  KeysRun(int nodes) {
    this.nodes = nodes;
  }

  private List<KeyNode> served(
      ScriptedProvider provider, double good, double unknown, long until, long seed) {
    List<KeyNode> all = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      KeyNode node = new KeyNode(provider, seed * 1_000 + i);
      node.serve(good, unknown, until);
      all.add(node);
    }
    return all;
  }

  /**
   * Half an hour, ten minutes after a start of all at the same instant, which is what jitter has to
   * undo.
   */
  Rest rest() {
    ScriptedProvider provider = new ScriptedProvider();
    long end = 40 * MINUTE;
    List<KeyNode> unused = served(provider, GOOD, 0, end, 1);
    return new Rest(
        provider.requestsBetween(0, SECOND),
        provider.requestsBetween(BEGINNING, end) / ((double) (end - BEGINNING) / MINUTE),
        provider.mostInOne(MINUTE, BEGINNING, end),
        provider.mostInOne(SECOND, BEGINNING, end));
  }

  record Rest(long atStart, double perMinute, long mostInAMinute, long mostInASecond) {
    String average() {
      return String.format(Locale.ROOT, "%.1f", perMinute);
    }
  }

  /** The provider signs with a new key from one instant on, and nobody knew of it. */
  Rotation rotation() {
    ScriptedProvider provider = new ScriptedProvider().rotatesAt(BEGINNING);
    List<KeyNode> all = served(provider, GOOD, 0, BEGINNING + MINUTE, 2);
    return new Rotation(
        provider.requestsBetween(BEGINNING, BEGINNING + MINUTE),
        nodes,
        refused(all),
        until(List.of(all)));
  }

  /** The same while strangers send ids of keys that nobody has, to every node. */
  Rotation rotationInAFlood() {
    long rotation = 5 * SECOND;
    long end = rotation + 3 * SECOND;
    List<List<KeyNode>> runs = new ArrayList<>();
    long requests = 0;
    for (int i = 0; i < ROTATIONS; i++) {
      ScriptedProvider provider = new ScriptedProvider().rotatesAt(rotation);
      runs.add(served(provider, 4 * GOOD, FLOOD, end, 100 + i));
      requests += provider.requestsBetween(rotation, rotation + SECOND);
    }
    long refused = runs.stream().mapToLong(KeysRun::refused).sum();
    return new Rotation(requests / ROTATIONS, nodes * ROTATIONS, refused, until(runs));
  }

  /**
   * What became of a new key.
   *
   * @param times how often a node had to learn of it
   */
  record Rotation(long requests, int times, long refused, Spread untilTaken) {
    String refusedOfANode() {
      return String.format(Locale.ROOT, "%.1f", (double) refused / times);
    }
  }

  /** Strangers with ids of keys that nobody has, and good callers among them. */
  Flood flood() {
    ScriptedProvider provider = new ScriptedProvider();
    List<KeyNode> all = served(provider, GOOD, FLOOD, 2 * MINUTE, 3);
    return new Flood(provider.requestsBetween(MINUTE, 2 * MINUTE), refused(all));
  }

  record Flood(long perMinute, long refused) {}

  /** The provider cannot be reached for some time, and says so at once. */
  Outage outage(long lasts, double good) {
    long back = BEGINNING + lasts;
    ScriptedProvider provider = new ScriptedProvider().downBetween(BEGINNING, back);
    List<KeyNode> all = served(provider, good, 0, back + MINUTE, 4);
    Spread first = new Spread();
    all.stream()
        .mapToLong(KeyNode::firstRefused)
        .filter(at -> at >= 0)
        .forEach(at -> first.add(at - BEGINNING));
    return new Outage(
        provider.mostInOne(MINUTE, BEGINNING, back),
        refused(all),
        provider.requestsBetween(back, back + 2 * SECOND),
        first);
  }

  record Outage(long mostInAMinute, long refused, long whenBack, Spread firstRefused) {
    /** From the first node to the last, in minutes of the outage. */
    String refusedFrom() {
      return firstRefused.isEmpty()
          ? "never"
          : String.format(
              Locale.ROOT,
              "%.1f to %.1f",
              firstRefused.at(0) / (double) MINUTE,
              firstRefused.most() / (double) MINUTE);
    }
  }

  private static long refused(List<KeyNode> all) {
    return all.stream().mapToLong(KeyNode::refused).sum();
  }

  private static Spread until(List<List<KeyNode>> runs) {
    Spread until = new Spread();
    runs.forEach(all -> all.forEach(node -> until.add(node.untilNewKey())));
    return until;
  }
}
