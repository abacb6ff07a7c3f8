package io.mcpauth.issuer;

import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The issuers that have issued from a store, which rules of access have to name: so that a program
 * beside the servers need not be told. In practice it is one.
 */
final class StoredIssuers {
  private static final String COLLECTION = "oauth.issuer";
  private static final int PAGE = 100;

  private StoredIssuers() {}

  /** Remembers one, before it issues anything. */
  static void add(Store store, String issuer) {
    String key = StoreKey.hash(issuer);
    if (store.find(COLLECTION, key) == null) {
      boolean unusedIfAnotherNodeDid = store.create(COLLECTION, key, "", issuer, Instant.MAX);
    }
  }

  /** All of them. */
  static List<String> of(Store store) {
    List<String> issuers = new ArrayList<>();
    List<Store.Listed> page = store.entries(COLLECTION, "", "", PAGE);
    while (!page.isEmpty()) {
      page.forEach(listed -> issuers.add(listed.entry().value()));
      page = store.entries(COLLECTION, "", page.get(page.size() - 1).key(), PAGE);
    }
    return issuers;
  }
}
