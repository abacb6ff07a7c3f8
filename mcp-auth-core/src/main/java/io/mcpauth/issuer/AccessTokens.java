package io.mcpauth.issuer;

import io.mcpauth.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens in a store.
 *
 * @param texts of opaque ones, which are known also where they are signed by now
 * @param signed of signed ones; null where they are opaque
 * @param audienceScopes null, or those without which a token is for nobody but its client
 */
record AccessTokens(
    GrantEntries entries,
    OpaqueTexts texts,
    @Nullable SignedTexts signed,
    Clock clock,
    @Nullable Set<String> audienceScopes) {
  /** A new one, which nobody has yet. */
  String create(Grant grant, Set<String> scopes, Duration lifetime) {
    Instant now = clock.instant();
    Instant end = now.plus(lifetime);
    String id = signed == null ? null : SignedTexts.newId();
    TokenEntry entry = new TokenEntry(withAudience(grant, scopes), scopes, now, id);
    String text = signed == null ? texts.accessToken() : signed.text(entry.until(end));
    new GrantShares(entries).makeRoomForToken(grant.id());
    entries.create(text, entry, end);
    return text;
  }

  private Grant withAudience(Grant grant, Set<String> scopes) {
    boolean brought = audienceScopes == null || scopes.stream().anyMatch(audienceScopes::contains);
    return brought ? grant : grant.withResource(grant.clientId());
  }

  /** One that is good, or null; nothing is asked about a text that is none of ours. */
  GrantEntries.@Nullable FoundToken find(String text) {
    return isOurs(text) ? entries.token(text) : null;
  }

  private boolean isOurs(String text) {
    return texts.isOurs(text, OpaqueTexts.Kind.ACCESS_TOKEN)
        || (signed != null && signed.isOurs(text));
  }

  /** Removes one that nobody was given, whatever the store says to it. */
  void removeUnseen(String text) {
    try {
      boolean unused = entries.removeToken(text);
    } catch (StoreException e) {
      return; // nobody has it, and it ends by itself
    }
  }

  @Override
  public String toString() {
    return "AccessTokens";
  }
}
