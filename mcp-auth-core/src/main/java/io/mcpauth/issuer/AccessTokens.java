package io.mcpauth.issuer;

import io.mcpauth.store.StoreException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Access tokens in a store. */
record AccessTokens(GrantEntries entries, OpaqueTexts texts, Clock clock) {
  /** A new one, which nobody has yet. */
  String create(Grant grant, Set<String> scopes, Duration lifetime) {
    String text = texts.accessToken();
    TokenEntry entry = new TokenEntry(grant, scopes, clock.instant());
    entries.create(text, entry, clock.instant().plus(lifetime));
    return text;
  }

  /** One that is good, or null; nothing is asked about a text that is none of ours. */
  GrantEntries.@Nullable FoundToken find(String text) {
    return texts.isOurs(text, OpaqueTexts.Kind.ACCESS_TOKEN) ? entries.token(text) : null;
  }

  /** How long it still lasts. */
  Duration left(GrantEntries.FoundToken token) {
    return Duration.between(clock.instant(), token.expiresAt());
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
