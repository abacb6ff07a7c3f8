package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class InMemoryStoreTest extends StoreRaceContract {
  private final Store store = Store.inMemory(clock);

  @Override
  Store node() {
    return store;
  }

  @Test
  void fullCollection_refusesAndKeepsWhatItHas() {
    Store small = Store.inMemory(clock, 2);
    small.create(CODES, "a", "", "v", soon());
    small.create(CODES, "b", "", "v", soon());
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> small.create(CODES, "secret", "", "v", soon()))
        .withMessage(
            "The store in memory is full: the collection 'code' has 2 entries. Raise the bound of"
                + " Store.inMemory, or use a JdbcStore.");
    assertThat(small.create(CODES, "a", "", "v", soon())).isFalse();
    assertThat(small.create("registration", "c", "", "v", soon())).isTrue();
    assertThat(small.find(CODES, "a")).isNotNull();
    clock.advance(Duration.ofMinutes(1));
    assertThat(small.create(CODES, "secret", "", "v", soon())).isTrue();
  }

  @Test
  void expiredEntries_areSweptWithTheNextChange() {
    InMemoryStore held = new InMemoryStore(clock, 1000);
    for (int i = 0; i < 1000; i++) {
      held.create(CODES, "k" + i, "g" + i % 7, "v", soon());
    }
    clock.advance(Duration.ofMinutes(1));
    assertThat(held.held(CODES)).isEqualTo(1000);
    held.create(CODES, "k", "", "v", soon());
    assertThat(held.held(CODES)).isEqualTo(1);
  }

  @Test
  void boundBelowOne_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Store.inMemory(clock, 0))
        .withMessage("A store for 0 entries holds none. Write 1 or more.");
  }

  @Test
  void memory_isNotShared() {
    assertThat(store.isShared()).isFalse();
    assertThat(store).hasToString("Store[in memory]");
  }

  @Test
  void storeWithTheSystemClock_worksToo() {
    Store plain = Store.inMemory();
    plain.create(CODES, "k", "", "v", Instant.now().plusSeconds(600));
    assertThat(plain.find(CODES, "k")).isNotNull();
  }
}
