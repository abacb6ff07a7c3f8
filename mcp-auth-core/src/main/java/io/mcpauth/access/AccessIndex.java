package io.mcpauth.access;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one node, found by what they are about. Read by all threads while one changes it: a
 * reader sees each rule as it was before a change or after it.
 */
final class AccessIndex {
  private static final int ISSUER = 1;
  private static final int SUBJECT = 2;
  private static final int CLIENT = 4;
  private static final int KEY = 8;
  private static final int GROUP = 16;
  private static final int SESSION = 32;
  private static final int TOKEN = 64;
  private static final int HASH = 128;
  private static final int NO_SESSION = 256;

  private final Map<String, Held> byId = new ConcurrentHashMap<>();
  private final Map<Key, List<Held>> byKey = new ConcurrentHashMap<>();

  /** How many rules are about each combination of parts; of the thread that changes. */
  private final Map<Integer, Integer> uses = new HashMap<>();

  /** By the id of each rule that keeps a group out, its issuer; read by all. */
  private final Map<String, String> groupRules = new ConcurrentHashMap<>();

  /** Entries that cannot be read, and their ends: what they say is not known. */
  private final Map<String, Instant> unreadable = new ConcurrentHashMap<>();

  /** The combinations that are in use: those that nobody names are not looked for. */
  private volatile int[] used = {};

  /**
   * A rule and the number of its last change.
   *
   * @param number for {@code Feed.replace}
   */
  record Held(AccessRule rule, long number) {}

  /** What a rule does to a caller that it means. */
  enum Effect {
    /** No login helps. */
    DENIED,
    /** A new login helps. */
    CUT_OFF,
    /** Whether it means the caller cannot be told of this principal. */
    UNKNOWN
  }

  /**
   * Why a caller is refused.
   *
   * @param rule which says so
   */
  record Match(Effect effect, String rule) {}

  /** Where a rule is found: by its parts and their values. */
  private record Key(
      int parts,
      @Nullable String issuer,
      @Nullable Object a,
      @Nullable Object b,
      @Nullable Object c) {
    static Key of(AccessTarget target) {
      String issuer = target.issuer();
      String group = target.group();
      if (group != null) {
        return new Key(GROUP, issuer, group, null, null);
      }
      if (target.tokenHash() != null) {
        return new Key(HASH, null, target.tokenHash(), null, null);
      }
      if (issuer != null && target.sessionId() != null) {
        return marked(SESSION, AccessFacts.mark(issuer, target.sessionId()));
      }
      if (issuer != null && target.tokenId() != null) {
        return marked(TOKEN, AccessFacts.mark(issuer, target.tokenId()));
      }
      int parts = issuer == null ? 0 : ISSUER;
      parts |= target.subject() == null ? 0 : SUBJECT;
      parts |= target.clientId() == null ? 0 : CLIENT;
      parts |= target.keyId() == null ? 0 : KEY;
      parts |= target.withoutSession() ? NO_SESSION : 0;
      return new Key(parts, issuer, target.subject(), target.clientId(), target.keyId());
    }

    static Key marked(int part, long mark) {
      return new Key(part, null, mark, null, null);
    }
  }

  /**
   * Takes a rule in, over one that has its id; that is about the same, unless somebody wrote it by
   * hand.
   */
  void put(AccessRule rule, long number) {
    Key key = Key.of(rule.target());
    Held known = byId.get(rule.id());
    Held before = known != null && Key.of(known.rule().target()).equals(key) ? known : null;
    if (known != null && before == null) {
      remove(rule.id());
    }
    Held held = new Held(rule, number);
    byId.put(rule.id(), held);
    byKey.compute(key, (same, all) -> with(all, before, held));
    if (key.parts() == GROUP && rule.kind() != AccessRule.Kind.ALLOW) {
      groupRules.put(rule.id(), String.valueOf(rule.target().issuer()));
    }
    if (before == null && uses.merge(key.parts(), 1, Integer::sum) == 1) {
      publishUsed();
    }
  }

  /** Forgets a rule; one that is not there is fine. */
  void remove(String id) {
    Held held = byId.remove(id);
    if (held == null) {
      return;
    }
    groupRules.remove(id);
    Key key = Key.of(held.rule().target());
    byKey.computeIfPresent(key, (same, all) -> without(all, held));
    Integer left =
        uses.merge(key.parts(), -1, (count, less) -> count + less == 0 ? null : count + less);
    if (left == null) {
      publishUsed();
    }
  }

  /** Forgets the rules that have ended, and what could not be read and has ended. */
  void sweep(Instant now) {
    sweepUnreadable(now);
    List<String> over = new ArrayList<>();
    byId.forEach(
        (id, held) -> {
          if (hasEnded(held.rule(), () -> now)) {
            over.add(id);
          }
        });
    over.forEach(this::remove);
  }

  /** What has ended says nothing any more, and is not told of again. */
  void sweepUnreadable(Instant now) {
    unreadable.values().removeIf(end -> !end.isAfter(now));
  }

  private void publishUsed() {
    used = uses.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  private static List<Held> with(@Nullable List<Held> all, @Nullable Held before, Held held) {
    List<Held> more = new ArrayList<>(all == null ? List.of() : all);
    more.removeIf(one -> one.equals(before));
    more.add(held);
    return List.copyOf(more);
  }

  private static @Nullable List<Held> without(List<Held> all, Held one) {
    List<Held> others = all.stream().filter(held -> !held.equals(one)).toList();
    return others.isEmpty() ? null : others;
  }

  /**
   * The places of entries that cannot be read, and their ends: while there are some, nobody may get
   * in. Changed by the thread that changes the rules.
   */
  Map<String, Instant> unreadable() {
    return unreadable;
  }

  /** Every rule, in no order. */
  Collection<Held> all() {
    return byId.values();
  }

  @Nullable Held find(String id) {
    return byId.get(id);
  }

  /**
   * Why a caller is refused; null where no rule says so. That no login helps comes first.
   *
   * @param now by the clock of the store, asked where a rule ends
   */
  @Nullable Match refusing(AccessFacts caller, Supplier<Instant> now) {
    int[] parts = used; // the same for both
    AccessFacts actor = parts.length == 0 ? null : caller.actor();
    Match match = refusing(parts, caller, now);
    if (actor == null || (match != null && match.effect() == Effect.DENIED)) {
      return match;
    }
    Match ofActor = refusing(parts, actor, now);
    boolean first = ofActor != null && (match == null || ofActor.effect() == Effect.DENIED);
    return first ? ofActor : match;
  }

  private @Nullable Match refusing(int[] parts, AccessFacts caller, Supplier<Instant> now) {
    Match cut = null;
    for (int combination : parts) {
      if (combination == GROUP && caller.groups() == null) {
        boolean asked = cut == null && groupRules.containsValue(caller.issuer());
        cut = asked ? new Match(Effect.UNKNOWN, "") : cut;
        continue;
      }
      for (Held held : about(combination, caller)) {
        Effect effect = hasEnded(held.rule(), now) ? null : effect(held.rule(), caller, now);
        if (effect == Effect.DENIED) {
          return new Match(effect, held.rule().id());
        }
        cut = effect == null ? cut : new Match(effect, held.rule().id());
      }
    }
    return cut;
  }

  /** Whether a rule allows a caller where only the known get in. */
  boolean allows(AccessFacts caller, Supplier<Instant> now) {
    for (int combination : used) {
      for (Held held : about(combination, caller)) {
        if (held.rule().kind() == AccessRule.Kind.ALLOW && !hasEnded(held.rule(), now)) {
          return true;
        }
      }
    }
    return false;
  }

  private static @Nullable Effect effect(
      AccessRule rule, AccessFacts caller, Supplier<Instant> now) {
    Instant grantedAt = caller.surelyGrantedAt();
    return switch (rule.kind()) {
      case ALLOW -> null;
      case DENY -> helpsLogin(rule.target()) ? Effect.CUT_OFF : Effect.DENIED;
      // A token that does not say when it was issued is among the older.
      case CUT_OFF ->
          grantedAt == null || !isAfter(grantedAt, rule.before()) ? Effect.CUT_OFF : null;
      // Whose is not known any more: what was issued since was not reached by it then.
      case CUT_OFF_OLD ->
          isOfBefore(caller.surelyIssuedAt(), rule.before(), now) ? Effect.CUT_OFF : null;
    };
  }

  /**
   * One that does not say when it was issued may be from before an instant that is younger than
   * tokens get; from before an older one it would be over, unless it lasts longer than servers
   * accept and has come into its last days: that one is not told from a new one.
   */
  private static boolean isOfBefore(
      @Nullable Instant issuedAt, @Nullable Instant before, Supplier<Instant> now) {
    if (issuedAt != null) {
      return !isAfter(issuedAt, before);
    }
    return before == null || before.plus(CutOffFold.KEPT).isAfter(now.get());
  }

  private static boolean isAfter(Instant issuedAt, @Nullable Instant before) {
    return before != null && issuedAt.isAfter(before);
  }

  /** What is denied is one key, one login or one token: the same caller may have another. */
  private static boolean helpsLogin(AccessTarget target) {
    return target.keyId() != null || target.sessionId() != null || target.isToken();
  }

  private static boolean hasEnded(AccessRule rule, Supplier<Instant> now) {
    Instant end = rule.endsAt();
    return end != null && !end.isAfter(now.get());
  }

  private List<Held> about(int parts, AccessFacts caller) {
    return switch (parts) {
      case GROUP -> ofGroups(caller);
      case SESSION -> marked(SESSION, caller.sessionMark());
      case TOKEN -> marked(TOKEN, caller.tokenMark());
      case HASH -> at(new Key(HASH, null, caller.tokenHash(), null, null));
      default -> combined(parts, caller);
    };
  }

  private List<Held> combined(int parts, AccessFacts caller) {
    String subject = (parts & SUBJECT) == 0 ? null : caller.subject();
    String client = (parts & CLIENT) == 0 ? null : caller.clientId();
    String key = (parts & KEY) == 0 ? null : caller.keyId();
    boolean lacks =
        ((parts & NO_SESSION) != 0 && caller.sessionMark() != 0)
            || ((parts & SUBJECT) != 0 && subject == null)
            || ((parts & CLIENT) != 0 && client == null)
            || ((parts & KEY) != 0 && key == null);
    return lacks
        ? List.of()
        : at(new Key(parts, (parts & ISSUER) == 0 ? null : caller.issuer(), subject, client, key));
  }

  private List<Held> marked(int part, long mark) {
    return mark == 0 ? List.of() : at(Key.marked(part, mark));
  }

  private List<Held> ofGroups(AccessFacts caller) {
    Collection<String> groups = caller.groups();
    List<Held> all = new ArrayList<>();
    for (String group : groups == null ? List.<String>of() : groups) {
      all.addAll(at(new Key(GROUP, caller.issuer(), group, null, null)));
    }
    return all;
  }

  private List<Held> at(Key key) {
    List<Held> found = byKey.get(key);
    return found == null ? List.of() : found;
  }
}
