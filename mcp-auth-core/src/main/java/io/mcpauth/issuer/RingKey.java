package io.mcpauth.issuer;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key that signs access tokens, has done so, or will.
 *
 * @param published its public half, as a JWK
 * @param secret all of it, as a JWK; null once it signs no more
 * @param signsFrom when it signs first
 * @param tokensUntil when the last of its tokens has ended, as far as they were issued
 */
record RingKey(
    Map<String, Object> published,
    @Nullable String secret,
    Instant signsFrom,
    Instant tokensUntil) {
  String id() {
    return String.valueOf(published.get("kid"));
  }

  RingKey withTokensUntil(Instant end) {
    return new RingKey(published, secret, signsFrom, end);
  }

  RingKey withoutSecret() {
    return new RingKey(published, null, signsFrom, tokensUntil);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return id() + " from " + signsFrom + " on";
  }
}
