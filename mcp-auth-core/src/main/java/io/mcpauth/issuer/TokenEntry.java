package io.mcpauth.issuer;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the store has of an access token: all that a resource server has to know of it, so that one
 * question does.
 *
 * @param scopes its own: all of the grant, or fewer
 * @param id the {@code jti} of a signed one; null for an opaque one
 */
record TokenEntry(Grant grant, Set<String> scopes, Instant issuedAt, @Nullable String id) {
  /** As others see it. */
  Grants.Issued until(Instant end) {
    return new Grants.Issued(grant, scopes, issuedAt, end, id);
  }

  String json() {
    return Members.empty()
        .with("grant", grant.id())
        .with("client_id", grant.clientId())
        .with(grant.user())
        .withScope("scope", scopes)
        .withScope("grant_scope", grant.scopes())
        .with("resource", grant.resource())
        .with("created", issuedAt)
        .with("grant_created", grant.createdAt())
        .with("auth_time", grant.authTime())
        .with("dpop_jkt", grant.dpopKey())
        .with("jti", id)
        .json();
  }

  static TokenEntry read(String value) {
    Members members = Members.of(value);
    Grant grant =
        new Grant(
            members.text("grant"),
            members.text("client_id"),
            members.user(),
            members.scope("grant_scope"),
            members.text("resource"),
            members.time("grant_created"),
            members.timeOrNull("auth_time"),
            members.textOrNull("dpop_jkt"));
    return new TokenEntry(
        grant, members.scope("scope"), members.time("created"), members.textOrNull("jti"));
  }

  @Override
  public String toString() {
    return "TokenEntry[" + grant + "]";
  }
}
