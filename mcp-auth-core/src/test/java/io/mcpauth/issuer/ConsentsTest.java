package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.MutableClock;
import io.mcpauth.store.WatchedStore;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is remembered of what users allowed. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ConsentsTest {
  private static final String RESOURCE = "https://mcp.test/mcp";

  private final MutableClock clock = new MutableClock();
  private final WatchedStore store = new WatchedStore(clock);
  private final Consents consents = new Consents(store, clock);

  private void keep(String scope, String place) {
    consents.keep("alice", "app", RESOURCE, Set.of(scope), place);
  }

  private Consents.Allowed allowed() {
    return consents.of("alice", "app", RESOURCE);
  }

  @Test
  void whatIsAllowedLater_isAdded() {
    keep("files:read", "https://app.test/a");
    keep("files:write", "https://app.test/b");

    assertThat(allowed().scopes()).containsExactlyInAnyOrder("files:read", "files:write");
    assertThat(allowed().places()).hasSize(2);
    assertThat(consents.of("bob", "app", RESOURCE)).isEqualTo(Consents.Allowed.NOTHING);
  }

  /** Rather than an entry that grows with each address that a client thinks of. */
  @Test
  void oneMorePlaceThanThereIsRoomFor_isTheOnlyOneFromThenOn() {
    for (int i = 0; i < 50; i++) {
      keep("files:read", "https://app.test/" + i);
    }
    keep("files:read", "https://app.test/0");
    assertThat(allowed().places()).hasSize(50);

    keep("files:read", "https://app.test/50");

    assertThat(allowed().places()).containsExactly("https://app.test/50");
  }

  @Test
  void consentOfMoreThanAYearAgo_isForgotten() {
    keep("files:read", "https://app.test/a");
    clock.advance(Duration.ofDays(367));

    assertThat(allowed()).isEqualTo(Consents.Allowed.NOTHING);
  }

  /** Ids that run into each other would be one user's word for another. */
  @Test
  void idsThatRunIntoEachOther_areTold() {
    consents.keep("ali", "ceapp", RESOURCE, Set.of("files:read"), "https://app.test/a");

    assertThat(allowed()).isEqualTo(Consents.Allowed.NOTHING);
  }
}
