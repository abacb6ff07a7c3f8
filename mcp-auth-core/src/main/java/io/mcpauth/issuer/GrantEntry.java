package io.mcpauth.issuer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the store has of a grant.
 *
 * @param grant what it is
 * @param usedAt when it last brought tokens
 * @param refreshHash the hash of its refresh token, null where it has none
 * @param former the refresh token before, null until the first was used
 */
record GrantEntry(
    Grant grant, Instant usedAt, @Nullable String refreshHash, @Nullable Former former) {
  /**
   * A refresh token that was used.
   *
   * @param hash its hash
   * @param raceUntil how long it may come again, by the clock of the store
   * @param successor the refresh token after it, which it alone opens
   */
  record Former(String hash, Instant raceUntil, String successor) {
    @Override
    public String toString() {
      return "Former[until " + raceUntil + "]";
    }
  }

  /** What is left of it, with the next refresh token. */
  static GrantEntry rotated(Grant next, Instant now, String nextHash, Former used) {
    return new GrantEntry(next, now, nextHash, used);
  }

  String json() {
    Members members =
        Members.empty()
            .with("client_id", grant.clientId())
            .with(grant.user())
            .withScope("scope", grant.scopes())
            .with("resource", grant.resource())
            .with("created", grant.createdAt())
            .with("used", usedAt)
            .with("auth_time", grant.authTime())
            .with("dpop_jkt", grant.dpopKey())
            .with("refresh_sha256", refreshHash);
    Former before = former;
    if (before != null) {
      members
          .with("former_sha256", before.hash())
          .with("race_until", before.raceUntil())
          .with("successor", before.successor());
    }
    return members.json();
  }

  static GrantEntry read(String id, String value) {
    Members members = Members.of(value);
    Grant grant =
        new Grant(
            id,
            members.text("client_id"),
            members.user(),
            members.scope("scope"),
            members.text("resource"),
            members.time("created"),
            members.timeOrNull("auth_time"),
            members.textOrNull("dpop_jkt"));
    String former = members.textOrNull("former_sha256");
    return new GrantEntry(
        grant,
        members.time("used"),
        members.textOrNull("refresh_sha256"),
        former == null
            ? null
            : new Former(former, members.time("race_until"), members.text("successor")));
  }

  @Override
  public String toString() {
    return "GrantEntry[" + grant + "]";
  }
}
