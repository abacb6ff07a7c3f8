package io.mcpauth.access;

import io.mcpauth.store.Feed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lets cut-offs go that no token should outlive, and of too many the oldest. What is left of them
 * is one instant for each issuer ({@link AccessRule.Kind#CUT_OFF_OLD}): a token from before is cut
 * off, whosever it is, so that nobody comes back by it. Not covered: a token without {@code iat}
 * that lasts longer than servers accept, once it is in its last 30 days.
 *
 * <p>Nodes that do it at once, or while somebody cuts off anew, do no harm: each step asks for the
 * rule as it was seen. What a node that is killed has not done, another does.
 */
final class CutOffFold {
  /** The longest that any server lets a token last, with the clock skew, and a bit. */
  static final Duration KEPT = Duration.ofDays(31);

  /** Nobody is refused for want of room: of more than these some have to do for the rest. */
  static final int MOST = 100_000;

  private static final int AT_ONCE = 50;

  private final Feed feed;
  private final int most;

  CutOffFold(Feed feed, int most) {
    this.feed = feed;
    this.most = most;
  }

  /**
   * Folds what has to be.
   *
   * @throws io.mcpauth.store.StoreException if the store does not answer
   */
  void run(AccessIndex index, Instant now) {
    List<AccessIndex.Held> old = old(index, now.minus(KEPT));
    if (old.isEmpty()) {
      return;
    }
    Map<String, Instant> last = new TreeMap<>(); // by issuer; empty for all
    for (AccessIndex.Held held : old) {
      last.merge(issuer(held), before(held), (one, other) -> one.isAfter(other) ? one : other);
    }
    Set<String> written = new LinkedHashSet<>();
    last.forEach(
        (issuer, before) -> {
          if (write(index, issuer, before)) { // first: until it is there nothing may go
            written.add(issuer);
          }
        });
    for (AccessIndex.Held held : old) {
      if (written.contains(issuer(held))) {
        // An end, since a removal could not ask what is removed. Nodes are told of it for an hour,
        // after what has to be there first, which has the lower number.
        AccessRule rule = held.rule();
        String value = Wire.rule(rule.kind(), rule.target(), before(held), rule.madeBy());
        Feed.Change unused = feed.replace(Wire.RULES, rule.id(), held.number(), value, now);
      }
    }
  }

  private List<AccessIndex.Held> old(AccessIndex index, Instant first) {
    List<AccessIndex.Held> cutOffs = new ArrayList<>();
    List<AccessIndex.Held> old = new ArrayList<>();
    for (AccessIndex.Held held : index.all()) {
      if (held.rule().kind() == AccessRule.Kind.CUT_OFF && held.rule().endsAt() == null) {
        cutOffs.add(held);
        if (before(held).isBefore(first) && old.size() < AT_ONCE) {
          old.add(held);
        }
      }
    }
    if (cutOffs.size() <= most || !old.isEmpty()) {
      return old;
    }
    return cutOffs.stream()
        .sorted(Comparator.comparing(CutOffFold::before))
        .limit(AT_ONCE)
        .toList();
  }

  /** Whether it is there now; false where another node has changed it meanwhile. */
  private boolean write(AccessIndex index, String issuer, Instant before) {
    AccessTarget target = issuer.isEmpty() ? AccessTarget.all() : AccessTarget.issuer(issuer);
    String id = Wire.id(AccessRule.Kind.CUT_OFF_OLD, target);
    AccessIndex.Held known = index.find(id);
    if (known != null && !before(known).isBefore(before)) {
      return true;
    }
    String value = Wire.rule(AccessRule.Kind.CUT_OFF_OLD, target, before, "old cut-offs");
    long seen = known == null ? 0 : known.number();
    return feed.replace(Wire.RULES, id, seen, value, AccessControl.NEVER) != null;
  }

  private static String issuer(AccessIndex.Held held) {
    String issuer = held.rule().target().issuer();
    return issuer == null ? "" : issuer;
  }

  private static Instant before(AccessIndex.Held held) {
    Instant before = held.rule().before();
    return before == null ? held.rule().since() : before;
  }
}
