package io.mcpauth.issuer;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a client has of a user, or for itself, and is in force.
 *
 * @param id no secret: the {@code sid} of its tokens
 * @param clientId whose it is
 * @param subject the id of the user; null for a client that acts for itself
 * @param userName as the login told it; null where there is no user
 * @param scopes all that was granted
 * @param resource what its tokens are for
 * @param createdAt when it was made, by the clock of the store
 * @param usedAt when it last brought tokens
 * @param expiresAt when it ends unless it is used before
 */
public record IssuedGrant(
    String id,
    String clientId,
    @Nullable String subject,
    @Nullable String userName,
    Set<String> scopes,
    String resource,
    Instant createdAt,
    Instant usedAt,
    Instant expiresAt) {
  /** Copies, in their order. */
  public IssuedGrant {
    scopes = Collections.unmodifiableSet(new LinkedHashSet<>(scopes));
  }

  static IssuedGrant of(GrantEntries.FoundGrant found) {
    Grant grant = found.grant();
    User user = grant.user();
    return new IssuedGrant(
        grant.id(),
        grant.clientId(),
        user == null ? null : user.id(),
        user == null ? null : user.name(),
        grant.scopes(),
        grant.resource(),
        grant.createdAt(),
        found.entry().usedAt(),
        found.expiresAt());
  }
}
