package io.mcpauth.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.store.LastingStore;
import io.mcpauth.store.Store;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a store in memory that says that it outlives the process. */
class SharedSessionsTest extends SharedSessionsContract {
  private final LastingStore store = LastingStore.over(Store.inMemory());

  @Override
  protected Store store() {
    return store.node();
  }

  @Test
  void storeInMemory_keepsSessionsOfEachNodeApart() {
    Store memory = Store.inMemory();
    SessionOwners one = SessionOwners.in(memory, SessionLimits.defaults(), Clock.systemUTC());
    one.bound(List.of(), ALICE).opened("s1");

    assertThat(memory.count(StoredSessions.COLLECTION)).isZero();
    assertThat(refused(one, "s1", ALICE)).isNull();
  }

  /** The session is no caller's of the other node, and so no caller's who has none. */
  @Test
  void sessionThatItsServerTellsOfEachTime_isNotOpenedAgain() throws Exception {
    SessionOwners node = node();
    node.bound(List.of(), ALICE).opened("s1");
    store.asked().clear();
    SessionOwners.Bound next = node.bound(List.of("s1"), ALICE);
    assertThat(next.refusal()).isNull();
    next.opened("s1");

    assertThat(store.asked()).isEmpty();
  }
}
