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
 * @param createdAt when the user allowed it; null where that was not kept
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
  /** One of an unknown time. */
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

  /** The same for fewer scopes. */
  Code withScopes(Set<String> fewer) {
    return new Code(
        clientId, user, fewer, resource, redirectUri, challenge, authTime, dpopKey, createdAt);
  }

  @Override
  public String toString() {
    return "Code[" + clientId + ", " + user + "]";
  }
}
