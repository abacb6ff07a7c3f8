package io.mcpauth.token;

import com.github.benmanes.caffeine.cache.Interner;
import io.mcpauth.policy.Actor;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What many kept principals have in common, in memory once: issuer, client and scopes. It keeps
 * nothing that no principal has.
 */
final class CommonParts {
  /**
   * Of a verdict without the texts: its own objects, the hash of its token, and its place in the
   * cache. Measured by the benchmarks, and rounded up.
   */
  private static final int FIXED = 440;

  private static final int MOST_BYTES = Integer.MAX_VALUE / 2;

  /** More than what is usual is charged to each that has it: whoever pays for it may be gone. */
  private static final int MOST_SHARED = 512;

  private static final int TEXT = 56;
  private static final int ITEM = 48;

  private final Interner<String> texts = Interner.newWeakInterner();
  private final Interner<Set<String>> scopes = Interner.newWeakInterner();

  /**
   * A principal that shares what it can.
   *
   * @param principal equal to the one that was given
   * @param ownBytes about the memory that is taken for it alone
   */
  record Shared(McpPrincipal principal, int ownBytes) {}

  /** Shares what a principal has in common with others. */
  @SuppressWarnings("ReferenceEquality") // whether it is in memory twice
  Shared share(McpPrincipal principal) {
    String issuer = texts.intern(principal.issuer());
    String clientId = principal.clientId();
    String client = clientId == null ? null : texts.intern(clientId);
    Set<String> held = principal.scopes();
    Set<String> same = scopes.intern(held);
    if (!inSameOrder(same, held)) {
      same = held;
    }
    long own = FIXED + size(principal.subject()) + size(principal.claims());
    for (Actor actor = principal.actor(); actor != null; actor = actor.next()) {
      own += ITEM + size(actor.issuer()) + size(actor.subject()) + size(actor.clientId());
    }
    own += charged(clientId, client) + charged(held, same);
    return new Shared(principal.sharing(issuer, client, same), (int) Math.min(own, MOST_BYTES));
  }

  /** The first one pays for what others share. */
  @SuppressWarnings("ReferenceEquality") // whether it is in memory twice
  private static long charged(@Nullable Object own, @Nullable Object same) {
    long size = size(own);
    return own == same || size > MOST_SHARED ? size : 0;
  }

  private static boolean inSameOrder(Set<String> one, Set<String> other) {
    return Arrays.equals(one.toArray(), other.toArray());
  }

  /** Of a value as JSON has it, about. */
  private static long size(@Nullable Object value) {
    if (value instanceof String text) {
      boolean wide = text.chars().anyMatch(c -> c > 0xFF);
      return TEXT + (wide ? 2L : 1L) * text.length();
    }
    long size = 0;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> member : map.entrySet()) {
        size += 2L * ITEM + size(member.getKey()) + size(member.getValue());
      }
      return size == 0 ? 0 : size + 2L * ITEM;
    }
    if (value instanceof Collection<?> items) {
      for (Object item : items) {
        size += ITEM + size(item);
      }
      return size == 0 ? 0 : size + 2L * ITEM;
    }
    return value == null ? 0 : ITEM;
  }
}
