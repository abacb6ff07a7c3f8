package io.mcpauth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.IssuerKeys;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the latest tokens whose signature was nobody's, so that one that comes again is refused
 * by its hash. Only while that is certain to be the answer of the keys as well: other keys, or the
 * moment in which they would be asked for again, end it. No good verdict is in here, so filling it
 * costs nobody a login.
 */
final class Forgeries {
  private static final int MOST = 10_000;

  private final Cache<KeptVerdicts.TokenHash, Forged> forged =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .expireAfterAccess(Duration.ofMinutes(10))
          .executor(Runnable::run)
          .build();

  /**
   * A token with a signature that is nobody's.
   *
   * @param keys of the issuer that it names
   * @param answer the number of the issuer's answer that had these keys
   * @param refusal what was said of it
   */
  private record Forged(IssuerKeys keys, long answer, Refusal refusal) {}

  /** Why a token is refused, if it is known to be forged; else null. */
  @Nullable Refusal of(PresentedToken token) {
    return of(token.hash());
  }

  /** The same of whatever else is signed. */
  @Nullable Refusal of(KeptVerdicts.TokenHash hash) {
    Forged known = forged.getIfPresent(hash);
    return known != null && known.keys().stillFails(known.answer()) ? known.refusal() : null;
  }

  /**
   * Remembers a token.
   *
   * @param answer the number of the answer before the signature was checked, or an older one
   */
  void add(PresentedToken token, IssuerKeys keys, long answer, AuthException problem) {
    add(token.hash(), keys, answer, problem);
  }

  void add(KeptVerdicts.TokenHash hash, IssuerKeys keys, long answer, AuthException problem) {
    forged.put(hash, new Forged(keys, answer, Refusal.of(problem)));
  }
}
