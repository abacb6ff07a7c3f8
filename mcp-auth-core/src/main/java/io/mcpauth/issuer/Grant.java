package io.mcpauth.issuer;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user has granted a client and is in force: a family of refresh tokens, and the access
 * tokens made of it.
 *
 * @param id no secret: the {@code sid} of its tokens
 * @param user null for a client that acts for itself
 * @param scopes all that was granted; a refresh may ask for fewer
 * @param dpopKey the thumbprint of the key that its next tokens are bound to, or null
 */
record Grant(
    String id,
    String clientId,
    @Nullable User user,
    Set<String> scopes,
    String resource,
    Instant createdAt,
    @Nullable Instant authTime,
    @Nullable String dpopKey) {
  /** The same, bound to a key, or to none. */
  Grant boundTo(@Nullable String key) {
    return new Grant(id, clientId, user, scopes, resource, createdAt, authTime, key);
  }

  /** The same, of its user as he is now. */
  Grant withUser(@Nullable User now) {
    return new Grant(id, clientId, now, scopes, resource, createdAt, authTime, dpopKey);
  }

  /** The same for another resource. */
  Grant withResource(String other) {
    return new Grant(id, clientId, user, scopes, other, createdAt, authTime, dpopKey);
  }

  /** Whether it is of a client, of a user, or of both; null stands for any. */
  boolean isOf(@Nullable String ofClient, @Nullable String ofSubject) {
    return (ofClient == null || clientId.equals(ofClient))
        && (ofSubject == null || (user != null && user.id().equals(ofSubject)));
  }

  @Override
  public String toString() {
    return "Grant[" + id + ", " + clientId + ", " + user + "]";
  }
}
