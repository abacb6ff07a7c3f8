package io.mcpauth.issuer;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a user allowed a client, until the client comes for its tokens with the code.
 *
 * @param redirectUri where the code was sent to
 * @param challenge the S256 code challenge
 * @param authTime when the user logged in, or null
 * @param dpopKey the thumbprint that the code is bound to (RFC 9449 section 10), or null
 * @param createdAt when the user allowed it, by the clock of the store; null until it is kept
 */
record Code(
    String clientId,
    User user,
    Set<String> scopes,
    String resource,
    String redirectUri,
    String challenge,
    @Nullable Instant authTime,
    @Nullable String dpopKey,
    @Nullable Instant createdAt) {
  /** One that is not kept yet. */
  Code(
      String clientId,
      User user,
      Set<String> scopes,
      String resource,
      String redirectUri,
      String challenge,
      @Nullable Instant authTime,
      @Nullable String dpopKey) {
    this(clientId, user, scopes, resource, redirectUri, challenge, authTime, dpopKey, null);
  }

  /** The same, allowed at an instant. */
  Code at(Instant allowed) {
    return new Code(
        clientId, user, scopes, resource, redirectUri, challenge, authTime, dpopKey, allowed);
  }

  /**
   * What becomes a grant of it.
   *
   * @param fewer scopes
   * @param key that the client has proven to have, or null
   */
  Code taken(Set<String> fewer, @Nullable String key) {
    return new Code(
        clientId, user, fewer, resource, redirectUri, challenge, authTime, key, createdAt);
  }

  @Override
  public String toString() {
    return "Code[" + clientId + ", " + user + "]";
  }
}
