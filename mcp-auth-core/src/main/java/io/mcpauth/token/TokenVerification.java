package io.mcpauth.token;

import io.mcpauth.internal.jose.Jwt;
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
   * Verifies a token and judges its claims.
   *
   * @param jwt the same token taken apart, or null where it is none that can be read
   * @throws io.mcpauth.error.AuthException if it is not good, or that cannot be told now
   */
  Verified verify(PresentedToken token, @Nullable Jwt jwt);
}
