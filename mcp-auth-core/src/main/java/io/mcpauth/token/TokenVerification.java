package io.mcpauth.token;

import io.mcpauth.internal.jose.Jwt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the tokens of one authorization server are verified. */
interface TokenVerification {
  /**
   * What is known of an authentic token.
   *
   * @param claims what it says
   * @param evidence why it is authentic
   * @param facts what else of the request the verdict rests on
   */
  record Verified(JudgedClaims claims, Evidence evidence, RequestFacts facts) {}

  /**
   * Does what leads to {@link #verify}, or waits for another thread that verifies the same token.
   * Who verifies by asking others holds it to limits.
   *
   * @throws io.mcpauth.error.AuthException if the token is known to be bad, or too many wait
   */
  default <T> T admitted(PresentedToken token, Supplier<T> work) {
    return work.get();
  }

  /**
   * Verifies a token and judges its claims.
   *
   * @param jwt the same token taken apart, or null where it is none that can be read
   * @throws io.mcpauth.error.AuthException if it is not good, or that cannot be told now
   */
  Verified verify(PresentedToken token, @Nullable Jwt jwt);
}
