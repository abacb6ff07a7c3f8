package io.mcpauth.issuer;

import io.mcpauth.store.Store;
import java.time.Clock;

class StoredGrantsTest extends GrantsContract {
  private final Store store = Store.inMemory(clock);

  @Override
  Store store(Clock nodeClock) {
    return store;
  }
}
