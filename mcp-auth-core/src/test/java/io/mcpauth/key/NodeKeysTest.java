package io.mcpauth.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.groups.Tuple.tuple;

import io.mcpauth.MutableClock;
import io.mcpauth.RecordedLog;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.store.Feed;
import io.mcpauth.store.Follower;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What one node knows of the keys, and when it learns of it. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class NodeKeysTest {
  private static final ResourceIdentifier RESOURCE =
      ResourceIdentifier.of("https://mcp.example.com/mcp");
  private static final Instant LATER = Instant.parse("2027-11-23T12:00:00Z");

  private final MutableClock clock = new MutableClock();
  private final Store store = Store.inMemory(clock);
  private final KeyControl control = KeyControl.on(store, RESOURCE);
  private final CountDownLatch never = new CountDownLatch(1);
  private final NodeKeys keys = NodeKeys.of(store, clock, never::await);
  private final Follower follower = Follower.start(store.feed(), keys.copy().get(0));
  private final AtomicInteger ended = new AtomicInteger();
  private final Runnable listening = keys.onEnd(ended::incrementAndGet);
  @TempDir private Path directory = Path.of("");

  @AfterEach
  void stop() {
    follower.close();
    keys.close();
  }

  private NodeKeys.Proof require(String text) {
    return keys.require("mcp", text, IssuedKey.Use.KEY, null);
  }

  private @Nullable ReasonCode refusal(String text, IssuedKey.Use use, @Nullable String name) {
    try {
      NodeKeys.Proof unused = keys.require("mcp", text, use, name);
      return null;
    } catch (AuthException e) {
      assertThat(e.getMessage() + e.facts()).doesNotContain(text);
      return e.reason();
    }
  }

  private @Nullable ReasonCode refusal(String text) {
    return refusal(text, IssuedKey.Use.KEY, null);
  }

  @Test
  void createdKey_isGoodAtOnceAndEndsNothing() {
    CreatedKey created = control.create(NewKey.named("ci").scopes("a").owner("alice"));

    NodeKeys.Proof proof = require(created.secret());

    assertThat(proof.key()).isEqualTo(created.key());
    assertThat(proof.isGood().getAsBoolean()).isTrue();
    assertThat(proof).hasToString("Proof[ci]");
    assertThat(ended).hasValue(0);
  }

  @Test
  void secretOfAnotherKey_isUnknownWhateverItsId() {
    CreatedKey one = control.create(NewKey.named("one"));
    KeyText other = KeyText.fresh("mcp");

    assertThat(refusal(other.text())).isEqualTo(ReasonCode.API_KEY_UNKNOWN);
    assertThat(refusal(one.secret().replace('_', '-'))).isEqualTo(ReasonCode.API_KEY_MALFORMED);
    assertThat(refusal("mcp_")).isEqualTo(ReasonCode.API_KEY_MALFORMED);
    assertThat(refusal(one.secret())).isNull();
  }

  /** The id of one key with the secret of another and a checksum that is right. */
  @Test
  void idWithAnotherSecret_isUnknown() {
    CreatedKey one = control.create(NewKey.named("one"));
    KeyEntry.Secret other =
        new KeyEntry.Secret(one.key().id(), KeyText.fresh("mcp").hash(), clock.instant(), LATER);
    KeyEntry entry =
        new KeyEntry(
            "one",
            IssuedKey.Use.KEY,
            null,
            one.key().scopes(),
            RESOURCE.value(),
            Duration.ofDays(1),
            List.of(other));
    put("one", entry);

    assertThat(refusal(one.secret())).isEqualTo(ReasonCode.API_KEY_UNKNOWN);
  }

  private void put(String name, KeyEntry entry) {
    KeyEntry unused = new StoredKeys(store).change(RESOURCE.value(), name, (known, now) -> entry);
    assertThat(unused).isSameAs(entry);
  }

  @Test
  void useAndName_haveToBeThoseOfTheKey() {
    CreatedKey account = control.create(NewKey.named("svc").use(IssuedKey.Use.BASIC));
    CreatedKey key = control.create(NewKey.named("ci"));

    assertThat(refusal(account.secret())).isEqualTo(ReasonCode.API_KEY_UNKNOWN);
    assertThat(refusal(account.secret(), IssuedKey.Use.BASIC, "svc")).isNull();
    assertThat(refusal(account.secret(), IssuedKey.Use.BASIC, "ci"))
        .isEqualTo(ReasonCode.API_KEY_UNKNOWN);
    assertThat(refusal(key.secret(), IssuedKey.Use.BASIC, "ci"))
        .isEqualTo(ReasonCode.API_KEY_UNKNOWN);
  }

  @Test
  void revokedKey_endsWhatItBegan() {
    CreatedKey created = control.create(NewKey.named("ci"));
    NodeKeys.Proof proof = require(created.secret());
    assertThat(control.revoke("ci")).isTrue();

    assertThat(ended).hasValue(1);
    assertThat(proof.isGood().getAsBoolean()).isFalse();
    assertThat(refusal(created.secret())).isEqualTo(ReasonCode.API_KEY_UNKNOWN);
    CreatedKey again = control.create(NewKey.named("ci"));
    assertThat(proof.isGood().getAsBoolean()).as("another key of that name").isFalse();
    assertThat(refusal(again.secret())).isNull();
  }

  @Test
  void rotatedKey_isGoodUntilTheOverlapEndsAndThenEnds() {
    CreatedKey first = control.create(NewKey.named("ci"));
    NodeKeys.Proof proof = require(first.secret());
    CreatedKey second = control.rotate("ci", Duration.ofHours(1));
    int before = ended.get();
    keys.look();
    assertThat(proof.isGood().getAsBoolean()).isTrue();
    assertThat(refusal(first.secret())).isNull();
    assertThat(refusal(second.secret())).isNull();
    clock.advance(Duration.ofMinutes(59));
    keys.look();
    assertThat(ended).hasValue(before);
    clock.advance(Duration.ofMinutes(1));
    keys.look();

    assertThat(ended).as("told once").hasValue(before + 1);
    assertThat(proof.isGood().getAsBoolean()).isFalse();
    assertThat(refusal(first.secret())).isEqualTo(ReasonCode.API_KEY_EXPIRED);
    assertThat(refusal(second.secret())).isNull();
    keys.look();
    assertThat(ended).hasValue(before + 1);
  }

  @Test
  void keyThatSaysSomethingElse_endsWhatItBegan() {
    CreatedKey created = control.create(NewKey.named("ci").scopes("a", "b"));
    NodeKeys.Proof proof = require(created.secret());
    KeyEntry less =
        KeyEntry.of(
            NewKey.named("ci").scopes("a"),
            RESOURCE.value(),
            new KeyText(created.key().id(), created.secret()),
            clock.instant());
    put("ci", less);

    assertThat(proof.isGood().getAsBoolean()).isFalse();
    assertThat(ended).hasValue(1);
    assertThat(require(created.secret()).key().scopes()).containsExactly("a");
  }

  @Test
  void listenerThatThrowsOrHasLeft_hindersNoOther() {
    Runnable bad =
        keys.onEnd(
            () -> {
              throw new IllegalStateException("s3cret");
            });
    CreatedKey unused = control.create(NewKey.named("ci"));
    assertThat(control.revoke("ci")).isTrue();
    assertThat(ended).hasValue(1);
    bad.run();
    listening.run();
    CreatedKey more = control.create(NewKey.named("ci"));
    assertThat(control.revoke("ci")).isTrue();

    assertThat(ended).hasValue(1);
    assertThat(more.key().name()).isEqualTo(unused.key().name());
  }

  /** Nobody can use what cannot be read, and everybody else goes on. */
  @Test
  void entryThatCannotBeRead_isGoodForNobodyAndHindersNoOther() {
    CreatedKey one = control.create(NewKey.named("one"));
    CreatedKey two = control.create(NewKey.named("two"));
    Feed.Change known =
        store.feed().after(0, 10).changes().stream()
            .filter(change -> String.valueOf(change.value()).contains("\"one\""))
            .findAny()
            .orElseThrow();
    NodeKeys.Proof proof = require(one.secret());
    RecordedLog log = new RecordedLog();
    KeyIndex index = new KeyIndex();
    FollowedKeys followed = new FollowedKeys(index, ended::incrementAndGet, log.logger());
    followed.readAnew(store.feed().after(0, 10).changes());
    assertThat(index.all()).hasSize(2);
    for (String value :
        List.of(
            "",
            "{",
            "{\"name\":\"one\"}",
            String.valueOf(known.value()).replace("}]", "}],\"x\":1"))) {
      Feed.Change bad = store.feed().put(StoredKeys.KEYS, known.key(), value, LATER);
      followed.changed(List.of(bad));

      assertThat(index.find(one.key().id())).isNull();
      assertThat(index.find(two.key().id())).isNotNull();
      followed.readAnew(store.feed().after(0, 10).changes());
      assertThat(index.find(one.key().id())).isNull();
      assertThat(index.find(two.key().id())).isNotNull();
    }
    assertThat(log.lines())
        .hasSize(8)
        .allMatch(line -> line.startsWith("ERROR The store has a key, entry "))
        .noneMatch(line -> line.contains(one.key().id()));
    assertThat(proof.isGood().getAsBoolean()).isFalse();
    assertThat(control.list()).containsExactly(two.key());
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> control.rotate("one", Duration.ZERO));
    assertThat(control.revoke("one")).as("by its name").isTrue();
  }

  /** Whoever can write the store cannot have one name stand in the place of another. */
  @Test
  void entryInThePlaceOfAnother_isNone() {
    CreatedKey one = control.create(NewKey.named("one"));
    Feed.Change known = store.feed().after(0, 10).changes().get(0);
    Feed.Change moved =
        store.feed().put(StoredKeys.KEYS, "elsewhere", String.valueOf(known.value()), LATER);

    assertThatExceptionOfType(StoreException.class).isThrownBy(() -> StoredKeys.entry(moved));
    assertThat(refusal(one.secret())).isNull();
  }

  @Test
  void lastUse_isWrittenSomeMinutesApartAndNeverByTheRequest() {
    CreatedKey created = control.create(NewKey.named("ci"));
    Instant first = clock.instant();
    NodeKeys.Proof unused = require(created.secret());
    assertThat(control.list().get(0).lastUsedAt()).isNull();
    keys.look();
    assertThat(control.list().get(0).lastUsedAt()).isEqualTo(first);
    clock.advance(Duration.ofMinutes(4));
    unused = require(created.secret());
    keys.look();
    assertThat(control.list().get(0).lastUsedAt()).isEqualTo(first);
    clock.advance(Duration.ofMinutes(1));
    Instant later = clock.instant();
    unused = require(created.secret());
    keys.look();

    assertThat(control.list().get(0).lastUsedAt()).isEqualTo(later);
    assertThat(unused.key().lastUsedAt()).isNull();
    CreatedKey second = control.rotate("ci", Duration.ofDays(1));
    clock.advance(Duration.ofMinutes(6));
    keys.look();
    assertThat(control.list())
        .extracting(IssuedKey::id, IssuedKey::lastUsedAt)
        .containsExactly(tuple(second.key().id(), null), tuple(created.key().id(), later));
  }

  /** Of two nodes the one that looks last may have seen the key earlier. */
  @Test
  void earlierUse_isNotWrittenOverALaterOne() {
    CreatedKey created = control.create(NewKey.named("ci"));
    StoredKeys stored = new StoredKeys(store);
    Instant now = clock.instant();
    stored.used(created.key().id(), now.plusSeconds(60), LATER);
    stored.used(created.key().id(), now, LATER);

    assertThat(control.list().get(0).lastUsedAt()).isEqualTo(now.plusSeconds(60));
  }

  @Test
  void useThatCannotBeWritten_refusesNobodyAndIsToldOnce() {
    Store full = Store.inMemory(clock, 1);
    assertThat(full.create("key.used", "somebody", "", "0", LATER)).isTrue();
    CreatedKey created = control.create(NewKey.named("ci"));
    RecordedLog log = new RecordedLog();
    KeyIndex index = new KeyIndex();
    new FollowedKeys(index, () -> {}, log.logger()).readAnew(store.feed().after(0, 10).changes());
    KeyUses uses = new KeyUses(new StoredKeys(full), index, clock, log.logger());
    KeyIndex.Held held = index.find(created.key().id());
    assertThat(held).isNotNull();
    held.used(clock.instant());
    for (int i = 0; i < 3; i++) {
      uses.write();
      clock.advance(Duration.ofMinutes(1));
    }
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith("WARN When keys were in use could not be written: ");
    assertThat(full.remove("key.used", "somebody")).isTrue();
    uses.write();

    assertThat(log.lines()).hasSize(2).last().isEqualTo("INFO The use of keys is written again.");
  }

  @Test
  void keysOfAFile_areLookedAt() {
    Path file = directory.resolve("keys.json");
    KeyControl inFile = KeyControl.inFile(file, RESOURCE, clock);
    CreatedKey created = inFile.create(NewKey.named("ci"));
    try (NodeKeys node = NodeKeys.of(file, clock, never::await)) {
      NodeKeys.Proof proof = node.require("mcp", created.secret(), IssuedKey.Use.KEY, null);
      AtomicInteger told = new AtomicInteger();
      Runnable unused = node.onEnd(told::incrementAndGet);
      assertThat(node.copy()).isEmpty();
      assertThat(inFile.revoke("ci")).isTrue();
      assertThat(proof.isGood().getAsBoolean()).isTrue();
      node.look();

      assertThat(proof.isGood().getAsBoolean()).isFalse();
      assertThat(told).hasValue(1);
      unused.run();
    }
  }

  /** By the thread of the node itself, within about a second. */
  @Test
  void keysOfAFile_areFollowedByItself() throws Exception {
    Path file = directory.resolve("keys.json");
    KeyControl inFile = KeyControl.inFile(file, RESOURCE, clock);
    CreatedKey created = inFile.create(NewKey.named("ci"));
    CountDownLatch told = new CountDownLatch(1);
    try (NodeKeys node = NodeKeys.of(file, clock)) {
      Runnable unused = node.onEnd(told::countDown);
      NodeKeys.Proof proof = node.require("mcp", created.secret(), IssuedKey.Use.KEY, null);
      assertThat(inFile.revoke("ci")).isTrue();

      assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(proof.isGood().getAsBoolean()).isFalse();
      unused.run();
    }
  }

  @Test
  void moreKeysThanThereIsRoomFor_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeyPlace.requireRoom(10_000))
        .withMessageStartingWith("There are 10000 keys already.");
    KeyPlace.requireRoom(9_999);
  }
}
