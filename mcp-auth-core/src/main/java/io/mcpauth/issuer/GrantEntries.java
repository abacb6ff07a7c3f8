package io.mcpauth.issuer;

import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Codes, grants and access tokens in a store. Keys are hashes; a code and a grant are in the group
 * of the user, a token in that of its grant.
 */
final class GrantEntries {
  static final String CODES = "oauth.code";
  static final String GRANTS = "oauth.grant";
  static final String TOKENS = "oauth.token";
  private static final int PAGE = 500;
  private static final Pattern HASH = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final Store store;

  GrantEntries(Store store) {
    this.store = store;
  }

  /** A code and the version of its entry. */
  record FoundCode(CodeEntry entry, long version) {}

  /** A grant, the version of its entry, and when it ends. */
  record FoundGrant(GrantEntry entry, long version, Instant expiresAt) {
    Grant grant() {
      return entry.grant();
    }
  }

  /** An access token, and when it ends. */
  record FoundToken(TokenEntry entry, Instant expiresAt) {
    Grants.Issued issued() {
      return entry.until(expiresAt);
    }
  }

  /**
   * An access token among others.
   *
   * @param key its hash
   */
  record ListedToken(String key, TokenEntry entry, Instant expiresAt) {}

  /** The group of whatever a user has; empty for what is a client's own. */
  static String groupOf(@Nullable String subject) {
    return subject == null ? "" : Opaque.hash(subject);
  }

  private static String groupOf(@Nullable User user) {
    return groupOf(user == null ? null : user.id());
  }

  void create(String code, CodeEntry entry, User user, Instant end) {
    requireNew(store.create(CODES, Opaque.hash(code), groupOf(user), entry.json(), end));
  }

  @Nullable FoundCode code(String code) {
    Store.Entry entry = store.find(CODES, Opaque.hash(code));
    return entry == null ? null : new FoundCode(CodeEntry.read(entry.value()), entry.version());
  }

  boolean replace(String code, FoundCode before, CodeEntry after, Instant end) {
    return store.replace(CODES, Opaque.hash(code), before.version(), after.json(), end);
  }

  /** Whether there was none of that id. */
  boolean create(GrantEntry entry, Instant end) {
    Grant grant = entry.grant();
    return store.create(GRANTS, grant.id(), groupOf(grant.user()), entry.json(), end);
  }

  @Nullable FoundGrant grant(String id) {
    Store.Entry entry = store.find(GRANTS, id);
    return entry == null ? null : found(id, entry);
  }

  /** Whether there is a grant of that id, or a token of it. */
  boolean isThere(String id) {
    return HASH.matcher(id).matches()
        && (store.find(GRANTS, id) != null || store.count(TOKENS, id) > 0);
  }

  boolean replace(FoundGrant before, GrantEntry after, Instant end) {
    return store.replace(GRANTS, after.grant().id(), before.version(), after.json(), end);
  }

  void create(String accessToken, TokenEntry entry, Instant end) {
    String key = Opaque.hash(accessToken);
    requireNew(store.create(TOKENS, key, entry.grant().id(), entry.json(), end));
  }

  private static void requireNew(boolean created) {
    if (!created) {
      throw new IllegalStateException("A random text was drawn twice.");
    }
  }

  @Nullable FoundToken token(String accessToken) {
    Store.Entry entry = store.find(TOKENS, Opaque.hash(accessToken));
    return entry == null ? null : new FoundToken(TokenEntry.read(entry.value()), entry.expiresAt());
  }

  boolean removeToken(String accessToken) {
    return removeTokenAt(Opaque.hash(accessToken));
  }

  boolean removeTokenAt(String key) {
    return store.remove(TOKENS, key);
  }

  /** Those of a grant. */
  List<ListedToken> tokens(String grantId) {
    List<ListedToken> tokens = new ArrayList<>();
    List<Store.Listed> page = store.entries(TOKENS, grantId, "", PAGE);
    while (!page.isEmpty()) {
      for (Store.Listed listed : page) {
        TokenEntry entry = TokenEntry.read(listed.entry().value());
        tokens.add(new ListedToken(listed.key(), entry, listed.entry().expiresAt()));
      }
      page = store.entries(TOKENS, grantId, page.get(page.size() - 1).key(), PAGE);
    }
    return tokens;
  }

  /**
   * Removes a grant, then its tokens: one that is made meanwhile finds the grant gone, and goes.
   * Whether there was anything.
   */
  boolean remove(String grantId) {
    // First as well: where that fails, the grant is there for whoever ends it again.
    boolean tokens = removeTokens(grantId);
    boolean grant = removeGrant(grantId);
    return removeTokens(grantId) || tokens || grant;
  }

  /** Without its tokens; whether it was there. */
  boolean removeGrant(String id) {
    return store.remove(GRANTS, id);
  }

  /** Those of a grant; whether there were any. */
  boolean removeTokens(String grantId) {
    return store.removeGroup(TOKENS, grantId) > 0;
  }

  long countOfUser(String subject) {
    return store.count(GRANTS, groupOf(subject));
  }

  /** Removes grants of a user until there are fewer than that, those first that end first. */
  void removeFirstToEnd(String subject, int fewerThan) {
    removeFirst(GRANTS, groupOf(subject), fewerThan, this::remove);
  }

  /** The same for the access tokens of a grant. */
  void removeFirstTokens(String grantId, int fewerThan) {
    removeFirst(TOKENS, grantId, fewerThan, this::removeTokenAt);
  }

  /** The same for the codes of a user. */
  void removeFirstCodes(String subject, int fewerThan) {
    removeFirst(CODES, groupOf(subject), fewerThan, key -> store.remove(CODES, key));
  }

  private void removeFirst(
      String collection, String group, int fewerThan, Predicate<String> remover) {
    for (long there = store.count(collection, group); there >= fewerThan; there--) {
      String first = store.firstToEnd(collection, group);
      if (first == null || !remover.test(first)) {
        return; // others make room as well
      }
    }
  }

  /** The codes of a user, taken or not. */
  void removeCodes(String subject) {
    int unused = store.removeGroup(CODES, groupOf(subject));
  }

  /** The codes of a client, taken or not; of a user alone where one is named. */
  void removeCodes(String clientId, @Nullable String subject) {
    String group = groupOf(subject);
    List<Store.Listed> page = store.entries(CODES, group, "", PAGE);
    while (!page.isEmpty()) {
      for (Store.Listed listed : page) {
        if (CodeEntry.read(listed.entry().value()).clientId().equals(clientId)) {
          boolean unused = store.remove(CODES, listed.key());
        }
      }
      page = store.entries(CODES, group, page.get(page.size() - 1).key(), PAGE);
    }
  }

  /**
   * Shows the grants that are in force, one after the other.
   *
   * @param subject those of a user, null for all
   */
  void each(@Nullable String subject, Consumer<FoundGrant> reader) {
    String group = groupOf(subject);
    List<Store.Listed> page = store.entries(GRANTS, group, "", PAGE);
    while (!page.isEmpty()) {
      page.forEach(listed -> reader.accept(found(listed.key(), listed.entry())));
      page = store.entries(GRANTS, group, page.get(page.size() - 1).key(), PAGE);
    }
  }

  /**
   * The newest grants of a client, a user or both, the newest first.
   *
   * @param most how many
   */
  List<FoundGrant> newest(@Nullable String clientId, @Nullable String subject, int most) {
    Comparator<FoundGrant> byAge = Comparator.comparing(found -> found.grant().createdAt());
    PriorityQueue<FoundGrant> newest = new PriorityQueue<>(byAge);
    each(
        subject,
        found -> {
          if (found.grant().isOf(clientId, subject)) {
            newest.add(found);
            if (newest.size() > most) {
              Object unused = newest.remove();
            }
          }
        });
    return newest.stream().sorted(byAge.reversed()).toList();
  }

  private static FoundGrant found(String id, Store.Entry entry) {
    return new FoundGrant(GrantEntry.read(id, entry.value()), entry.version(), entry.expiresAt());
  }
}
