package io.mcpauth.session;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What paths look like, segment by segment. A few are kept as they are; of more, those that differ
 * in one segment become one kind, since that segment is what differs from session to session.
 */
final class PathKinds {
  private static final String ANY = "*";

  /** Until then each may be a kind of its own. */
  private static final int FEW = 16;

  /** A server that has more kinds of URLs than this is not foreseen. */
  private static final int MOST = 64;

  private volatile List<List<String>> kinds = List.of();

  /** Takes note of one; false where there are too many. */
  synchronized boolean learn(List<String> segments) {
    for (List<String> known : kinds) {
      if (known.size() == segments.size() && isAt(known, segments, 0)) {
        return true;
      }
    }
    List<String> kind = segments;
    for (List<String> known : kinds) {
      List<String> merged = kinds.size() < FEW ? null : merged(known, segments);
      if (merged != null) {
        kind = merged;
        break;
      }
    }
    List<String> added = kind;
    List<List<String>> more = new ArrayList<>(kinds);
    more.removeIf(known -> known.size() == added.size() && isAt(added, known, 0));
    if (more.size() >= MOST) {
      return false;
    }
    more.add(added);
    kinds = List.copyOf(more);
    return true;
  }

  /** Whether a path is below one of them, wherever that begins: a proxy may have put a prefix. */
  boolean isBelow(List<String> path) {
    for (List<String> kind : kinds) {
      for (int at = 0; at + kind.size() < path.size(); at++) {
        if (isAt(kind, path, at)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a path ends with one of them. */
  boolean isEnd(List<String> path) {
    for (List<String> kind : kinds) {
      int at = path.size() - kind.size();
      if (at >= 0 && isAt(kind, path, at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(List<String> kind, List<String> path, int at) {
    for (int i = 0; i < kind.size(); i++) {
      if (!kind.get(i).equals(ANY) && !kind.get(i).equals(path.get(at + i))) {
        return false;
      }
    }
    return true;
  }

  /** With the one segment open in which they differ; null where it is not one. */
  private static @Nullable List<String> merged(List<String> one, List<String> other) {
    if (one.size() != other.size()) {
      return null;
    }
    List<String> merged = new ArrayList<>(one);
    int differences = 0;
    for (int i = 0; i < one.size(); i++) {
      if (!one.get(i).equals(ANY) && !one.get(i).equals(other.get(i))) {
        merged.set(i, ANY);
        differences++;
      }
    }
    return differences == 1 ? List.copyOf(merged) : null;
  }
}
