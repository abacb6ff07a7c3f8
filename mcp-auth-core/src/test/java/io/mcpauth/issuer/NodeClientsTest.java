package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.MutableClock;
import io.mcpauth.store.Feed;
import io.mcpauth.store.Follower;
import io.mcpauth.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What one node knows of the clients that were entered, and when it learns of it. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class NodeClientsTest {
  private static final String FIRST = "k7Vw+Zk0cXo/8Jr2bq1H4mTn";

  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  private final ClientControl control = ClientControl.on(store);
  private final NodeClients clients = new NodeClients();
  private final Follower follower = Follower.start(store.feed(), clients);

  @AfterEach
  void stop() {
    follower.close();
  }

  private void enter(String id) {
    CreatedClient unused =
        control.add(NewClient.withId(id).redirectUris("https://c.example/cb").secret(FIRST));
    assertThat(unused.client().id()).isEqualTo(id);
  }

  private ClientEntry entry(String id) {
    return Objects.requireNonNull(clients.find(id));
  }

  private void write(String id, String value) {
    Feed.Change unused =
        store.feed().put("oauth.client", id, value, clock.instant().plus(Duration.ofDays(1)));
  }

  @Test
  void change_isKnownAtOnce() {
    assertThat(clients.find("c")).isNull();
    assertThat(clients.isOff("c")).isFalse();
    enter("c");
    assertThat(clients.isOff("c")).isFalse();
    assertThat(entry("c").entered()).isEqualTo(control.find("c"));
    EnteredClient off = control.disable("c");
    assertThat(clients.isOff("c")).isTrue();
    assertThat(entry("c").entered()).isEqualTo(off);
    EnteredClient on = control.enable("c");
    assertThat(clients.isOff("c")).isFalse();
    assertThat(entry("c").entered()).isEqualTo(on);
    assertThat(control.remove("c")).isTrue();
    assertThat(clients.find("c")).isNull();
  }

  @Test
  void clientsFromBefore_areReadAtTheStart() {
    enter("c");
    NodeClients other = new NodeClients();
    try (Follower following = Follower.start(store.feed(), other)) {
      assertThat(following.age()).isZero();
      assertThat(Objects.requireNonNull(other.find("c")).entered()).isEqualTo(control.find("c"));
    }
  }

  @Test
  void secrets_areGoodUntilTheirOverlapEnds() {
    enter("c");
    String second = String.valueOf(control.rotate("c", Duration.ofHours(2)).secret());

    assertThat(entry("c").hasSecret(FIRST, clock.instant())).isTrue();
    assertThat(entry("c").hasSecret(second, clock.instant())).isTrue();
    assertThat(entry("c").hasSecret(second + "x", clock.instant())).isFalse();
    assertThat(entry("c").hasSecret("", clock.instant())).isFalse();
    clock.advance(Duration.ofHours(2));
    assertThat(entry("c").hasSecret(FIRST, clock.instant())).isFalse();
    assertThat(entry("c").hasSecret(second, clock.instant())).isTrue();
  }

  /** What a client may do is not guessed from what it might do before. */
  @Test
  void clientThatCannotBeRead_isOffAndHindersNoOther() {
    enter("c");
    enter("other");
    write("c", "{\"client_id\":\"c\",\"later\":true}");

    assertThat(clients.find("c")).isNull();
    assertThat(clients.isOff("c")).isTrue();
    assertThat(clients.find("other")).isNotNull();
    assertThat(control.remove("c")).isTrue();
    assertThat(clients.isOff("c")).isFalse();
    enter("c");
    assertThat(clients.find("c")).isNotNull();
  }

  /** As after a backup was restored. */
  @Test
  void clientsReadAnew_areThoseThatAreThere() {
    enter("c");
    enter("gone");
    write("bad", "{}");
    Feed.Change there = Objects.requireNonNull(store.feed().find("oauth.client", "c"));

    clients.readAnew(List.of(there));

    assertThat(clients.find("c")).isNotNull();
    assertThat(clients.find("gone")).isNull();
    assertThat(clients.isOff("bad")).isFalse();
  }
}
