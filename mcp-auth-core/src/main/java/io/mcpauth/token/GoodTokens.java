package io.mcpauth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/**
 * The tokens that were good when they were asked about, by their hash: no stranger made them up.
 */
final class GoodTokens {
  private static final int MOST = 10_000;
  private static final Duration UNUSED_FOR = Duration.ofHours(1);

  private final Cache<KeptVerdicts.TokenHash, Boolean> good =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .expireAfterAccess(UNUSED_FOR)
          .executor(Runnable::run) // no thread of the common pool for a few removals
          .build();

  boolean contains(PresentedToken token) {
    return good.getIfPresent(token.hash()) != null;
  }

  void add(PresentedToken token) {
    good.put(token.hash(), true);
  }

  void remove(PresentedToken token) {
    good.invalidate(token.hash());
  }
}
