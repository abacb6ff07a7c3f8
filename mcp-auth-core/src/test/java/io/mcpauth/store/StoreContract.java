package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@link Store} promises, asked of every implementation. */
abstract class StoreContract {
  static final String CODES = "code";

  final MutableClock clock = new MutableClock();

  /** A store with the entries of this test, as another node sees them. */
  abstract Store node() throws Exception;

  final Instant in(Duration time) {
    return clock.instant().plus(time);
  }

  final Instant soon() {
    return in(Duration.ofMinutes(1));
  }

  static Store.Entry there(Store.@Nullable Entry entry) {
    if (entry == null) {
      throw new AssertionError("no entry");
    }
    return entry;
  }

  @Test
  void created_isFoundByEveryNode() throws Exception {
    Store store = node();
    assertThat(store.create(CODES, "k", "g", "v", soon())).isTrue();
    Store.Entry found = there(node().find(CODES, "k"));
    assertThat(found.value()).isEqualTo("v");
    assertThat(found.expiresAt()).isEqualTo(soon());
    assertThat(store.find(CODES, "other")).isNull();
    assertThat(store.find("registration", "k")).isNull();
    assertThat(found)
        .hasToString("Entry[version=" + found.version() + ", expiresAt=" + soon() + "]");
  }

  @Test
  void createdAgain_isRefusedAndChangesNothing() throws Exception {
    Store store = node();
    store.create(CODES, "k", "", "first", soon());
    Store.Entry before = there(store.find(CODES, "k"));
    assertThat(node().create(CODES, "k", "", "second", soon())).isFalse();
    assertThat(store.find(CODES, "k")).isEqualTo(before);
  }

  @Test
  void expired_isNotThereAndCanBeCreatedAgain() throws Exception {
    Store store = node();
    store.create(CODES, "k", "g", "old", soon());
    clock.advance(Duration.ofMinutes(1).minusMillis(1));
    assertThat(store.find(CODES, "k")).isNotNull();
    long version = there(store.find(CODES, "k")).version();
    clock.advance(Duration.ofMillis(1));
    assertThat(store.find(CODES, "k")).isNull();
    assertThat(store.count(CODES)).isZero();
    assertThat(store.replace(CODES, "k", version, "x", soon())).isFalse();
    assertThat(store.create(CODES, "k", "h", "new", soon())).isTrue();
    assertThat(there(store.find(CODES, "k")).value()).isEqualTo("new");
    assertThat(store.removeGroup(CODES, "g")).isZero();
    assertThat(store.removeGroup(CODES, "h")).isEqualTo(1);
  }

  @Test
  void expired_isNotTakenNorRemovedNorCountedInItsGroup() throws Exception {
    Store store = node();
    store.create(CODES, "a", "g", "v", soon());
    store.create(CODES, "b", "g", "v", soon());
    store.create(CODES, "c", "g", "v", soon());
    store.create(CODES, "d", "g", "v", in(Duration.ofHours(1)));
    clock.advance(Duration.ofMinutes(1));
    assertThat(store.take(CODES, "a")).isNull();
    assertThat(store.remove(CODES, "b")).isFalse();
    assertThat(store.removeGroup(CODES, "g")).isEqualTo(1);
    assertThat(store.find(CODES, "d")).isNull();
  }

  @Test
  void endThatHasPassed_storesNothing() throws Exception {
    Store store = node();
    assertThat(store.create(CODES, "k", "", "v", clock.instant())).isTrue();
    assertThat(store.create(CODES, "past", "", "v", Instant.MIN)).isTrue();
    assertThat(store.find(CODES, "k")).isNull();
    assertThat(store.find(CODES, "past")).isNull();
    store.create(CODES, "k", "", "v", soon());
    long version = there(store.find(CODES, "k")).version();
    assertThat(store.replace(CODES, "k", version, "w", clock.instant())).isTrue();
    assertThat(store.find(CODES, "k")).isNull();
  }

  @Test
  void end_isKeptToTheMillisecondUpToTheYear9999() throws Exception {
    Store store = node();
    store.create(CODES, "k", "", "v", soon().plusNanos(1_999_999));
    assertThat(there(store.find(CODES, "k")).expiresAt()).isEqualTo(soon().plusMillis(1));
    store.create(CODES, "ever", "", "v", Instant.MAX);
    assertThat(there(store.find(CODES, "ever")).expiresAt())
        .isEqualTo(Instant.parse("9999-12-31T23:59:59.999Z"));
  }

  @Test
  void taken_isGone() throws Exception {
    Store store = node();
    store.create(CODES, "k", "", "v", soon());
    Store.Entry found = store.find(CODES, "k");
    assertThat(node().take(CODES, "k")).isEqualTo(found);
    assertThat(store.take(CODES, "k")).isNull();
    assertThat(store.find(CODES, "k")).isNull();
  }

  @Test
  void removed_isGone() throws Exception {
    Store store = node();
    store.create(CODES, "k", "", "v", soon());
    assertThat(store.remove(CODES, "k")).isTrue();
    assertThat(store.remove(CODES, "k")).isFalse();
    assertThat(node().find(CODES, "k")).isNull();
  }

  @Test
  void replaced_hasANewVersionAndItsOldGroup() throws Exception {
    Store store = node();
    store.create(CODES, "k", "g", "v", soon());
    Store.Entry before = there(store.find(CODES, "k"));
    Instant later = in(Duration.ofHours(1));
    assertThat(node().replace(CODES, "k", before.version(), "w", later)).isTrue();
    Store.Entry after = there(store.find(CODES, "k"));
    assertThat(after.value()).isEqualTo("w");
    assertThat(after.expiresAt()).isEqualTo(later);
    assertThat(after.version()).isGreaterThan(before.version());
    assertThat(store.replace(CODES, "k", before.version(), "x", later)).isFalse();
    assertThat(store.replace(CODES, "other", after.version(), "x", later)).isFalse();
    assertThat(store.removeGroup(CODES, "g")).isEqualTo(1);
  }

  @Test
  void replacedWithAGroup_isInItAloneAndStaysThere() throws Exception {
    Store store = node();
    store.create(CODES, "k", "g", "v", soon());
    long version = there(store.find(CODES, "k")).version();
    Instant later = in(Duration.ofHours(1));
    assertThat(store.replace(CODES, "k", version + 1, "h", "w", later)).isFalse();
    assertThat(store.replace(CODES, "other", version, "h", "w", later)).isFalse();
    assertThat(store.count(CODES, "g")).isEqualTo(1);
    assertThat(node().replace(CODES, "k", version, "h", "w", later)).isTrue();
    Store.Entry after = there(store.find(CODES, "k"));
    assertThat(after.value()).isEqualTo("w");
    assertThat(after.expiresAt()).isEqualTo(later);
    assertThat(after.version()).isGreaterThan(version);
    assertThat(store.replace(CODES, "k", version, "i", "x", later)).isFalse();
    assertThat(store.count(CODES, "g")).isZero();
    assertThat(store.removeGroup(CODES, "g")).isZero();
    assertThat(store.replace(CODES, "k", after.version(), "x", later)).isTrue();
    assertThat(store.firstToEnd(CODES, "h")).isEqualTo("k");
    assertThat(store.removeGroup(CODES, "h")).isEqualTo(1);
    assertThat(store.find(CODES, "k")).isNull();
  }

  @Test
  void replacedWithAnotherGroup_leavesNoneOrJoinsItsOwnAgain() throws Exception {
    Store store = node();
    store.create(CODES, "k", "", "v", soon());
    for (String group : List.of("g", "g", "", "", "g")) {
      long version = there(store.find(CODES, "k")).version();
      assertThat(store.replace(CODES, "k", version, group, "v", soon())).isTrue();
      assertThat(store.count(CODES, "g")).isEqualTo(group.length());
    }
    long version = there(store.find(CODES, "k")).version();
    assertThat(store.replace(CODES, "k", version, "h", "v", clock.instant())).isTrue();
    assertThat(store.find(CODES, "k")).isNull();
    assertThat(store.removeGroup(CODES, "g")).isZero();
  }

  @Test
  void versionOfAFormerEntry_doesNotReplaceTheNewOne() throws Exception {
    Store store = node();
    store.create(CODES, "k", "", "v", soon());
    long former = there(store.take(CODES, "k")).version();
    store.create(CODES, "k", "", "v", soon());
    assertThat(store.replace(CODES, "k", former, "w", soon())).isFalse();
  }

  @Test
  void group_isRemovedAtOnceAndInItsCollectionAlone() throws Exception {
    Store store = node();
    store.create(CODES, "a", "g", "v", soon());
    store.create(CODES, "b", "g", "v", soon());
    store.create(CODES, "c", "G", "v", soon());
    store.create(CODES, "d", "", "v", soon());
    store.create("registration", "e", "g", "v", soon());
    assertThat(node().removeGroup(CODES, "g")).isEqualTo(2);
    assertThat(store.removeGroup(CODES, "g")).isZero();
    assertThat(store.find(CODES, "a")).isNull();
    assertThat(store.count(CODES)).isEqualTo(2);
    assertThat(store.count("registration")).isEqualTo(1);
    assertThat(store.create(CODES, "a", "g", "v", soon())).isTrue();
    assertThat(store.find(CODES, "a")).isNotNull();
  }

  @Test
  void firstToEnd_isThatOfTheCollectionOrTheGroupAndLive() throws Exception {
    Store store = node();
    assertThat(store.firstToEnd(CODES, "")).isNull();
    assertThat(store.firstToEnd(CODES, "g")).isNull();
    store.create(CODES, "a", "g", "v", in(Duration.ofMinutes(3)));
    store.create(CODES, "b", "h", "v", in(Duration.ofMinutes(2)));
    store.create(CODES, "c", "g", "v", in(Duration.ofMinutes(4)));
    store.create(CODES, "d", "", "v", soon());
    store.create("registration", "e", "g", "v", soon().minusSeconds(1));
    assertThat(node().firstToEnd(CODES, "")).isEqualTo("d");
    assertThat(store.firstToEnd(CODES, "g")).isEqualTo("a");
    long version = there(store.find(CODES, "a")).version();
    assertThat(store.replace(CODES, "a", version, "w", in(Duration.ofMinutes(5)))).isTrue();
    assertThat(store.firstToEnd(CODES, "g")).isEqualTo("c");
    clock.advance(Duration.ofMinutes(1));
    assertThat(store.firstToEnd(CODES, "")).isEqualTo("b");
    clock.advance(Duration.ofMinutes(4));
    assertThat(store.firstToEnd(CODES, "")).isNull();
    assertThat(store.firstToEnd(CODES, "g")).isNull();
  }

  @Test
  void entries_areListedInTheOrderOfTheirKeysAPageAtATime() throws Exception {
    Store store = node();
    assertThat(store.entries(CODES, "", "", 10)).isEmpty();
    assertThat(store.entries(CODES, "g", "", 10)).isEmpty();
    for (String key : List.of("b", "A", "a_", "a", "_", "a b", "B", "10", "9")) {
      store.create(CODES, key, key.length() == 1 ? "g" : "G", "of " + key, soon());
    }
    store.create("registration", "0", "g", "v", soon());
    Store.Entry a = there(store.find(CODES, "a"));
    assertThat(store.entries(CODES, "", "_", 1)).containsExactly(new Store.Listed("a", a));
    assertThat(keys(node(), "", 1000))
        .containsExactly("10", "9", "A", "B", "_", "a", "a b", "a_", "b");
    assertThat(keys(store, "", 2)).isEqualTo(keys(store, "", 1000));
    assertThat(keys(store, "g", 2)).containsExactly("9", "A", "B", "_", "a", "b");
    assertThat(keys(store, "G", 1)).containsExactly("10", "a b", "a_");
    assertThat(store.entries(CODES, "", "b", 1)).isEmpty();
    assertThat(store.entries(CODES, "g", "9a", 1).get(0).key()).isEqualTo("A");
  }

  @Test
  void entriesThatEndedOrWereRemoved_areNotListed() throws Exception {
    Store store = node();
    store.create(CODES, "a", "g", "v", soon());
    store.create(CODES, "b", "g", "v", in(Duration.ofHours(1)));
    store.create(CODES, "c", "g", "v", in(Duration.ofHours(1)));
    clock.advance(Duration.ofMinutes(1));
    assertThat(keys(store, "g", 10)).containsExactly("b", "c");
    store.remove(CODES, "b");
    assertThat(keys(store, "", 10)).containsExactly("c");
    store.removeGroup(CODES, "g");
    assertThat(keys(store, "", 10)).isEmpty();
  }

  /** All of them, in pages of that many. */
  private static List<String> keys(Store store, String group, int most) {
    List<String> keys = new ArrayList<>();
    List<Store.Listed> page = store.entries(CODES, group, "", most);
    while (!page.isEmpty()) {
      page.forEach(listed -> keys.add(listed.key()));
      page = store.entries(CODES, group, keys.get(keys.size() - 1), most);
    }
    return keys;
  }

  @Test
  void countOfAGroup_isOfLiveEntriesOfItsCollection() throws Exception {
    Store store = node();
    assertThat(store.count(CODES, "g")).isZero();
    store.create(CODES, "a", "g", "v", soon());
    store.create(CODES, "b", "g", "v", in(Duration.ofHours(1)));
    store.create(CODES, "c", "G", "v", soon());
    store.create(CODES, "d", "", "v", soon());
    store.create("registration", "e", "g", "v", soon());
    assertThat(node().count(CODES, "g")).isEqualTo(2);
    clock.advance(Duration.ofMinutes(1));
    assertThat(store.count(CODES, "g")).isEqualTo(1);
    assertThat(store.remove(CODES, "b")).isTrue();
    assertThat(store.count(CODES, "g")).isZero();
  }

  @Test
  void hostileKeys_areKeysLikeOthers() throws Exception {
    Store store = node();
    List<String> keys =
        List.of(
            "'; DROP TABLE mcp_auth_entry; --",
            "' OR '1'='1",
            "\" OR 1=1 --",
            "?",
            "??",
            "$1",
            ":key",
            "{call x}",
            "{fn now()}",
            "\\",
            "\\'",
            "%",
            "_",
            "a",
            "A",
            "a ",
            " a",
            "a%",
            "a_",
            "/*",
            "*/",
            "E'\\x'",
            "k".repeat(255));
    for (String key : keys) {
      assertThat(store.create(CODES, key, key, "of " + key, soon())).as(key).isTrue();
    }
    assertThat(store.count(CODES)).isEqualTo(keys.size());
    for (String key : keys) {
      assertThat(there(store.find(CODES, key)).value()).isEqualTo("of " + key);
      long version = there(store.find(CODES, key)).version();
      assertThat(store.replace(CODES, key, version, key, soon())).as(key).isTrue();
      assertThat(store.removeGroup(CODES, key)).as(key).isEqualTo(1);
      assertThat(store.take(CODES, key)).as(key).isNull();
      assertThat(store.remove(CODES, key)).as(key).isFalse();
    }
    String collection = "x' OR 'a'='a";
    store.create(collection, "k", "", "v", soon());
    assertThat(store.count(collection)).isEqualTo(1);
  }

  @Test
  void keyThatNoEntryMayHave_isAbsent() throws Exception {
    Store store = node();
    for (String key : List.of("", "k".repeat(256), "k\0", "k\n", "é", "\ud800", "\u007f")) {
      assertThat(store.find(CODES, key)).isNull();
      assertThat(store.take(CODES, key)).isNull();
      assertThat(store.remove(CODES, key)).isFalse();
      assertThat(store.replace(CODES, key, 1, "v", soon())).isFalse();
      assertThat(store.replace(CODES, key, 1, "g", "v", soon())).isFalse();
      refused(() -> store.create(CODES, key, "", "v", soon()));
    }
  }

  @Test
  void values_comeBackAsTheyWere() throws Exception {
    Store store = node();
    List<String> values =
        List.of(
            "",
            " ",
            "a ",
            "'\"\\\n\r\t\u0001",
            "{\"a\":[1]}",
            "é€\ud83d\ude00\uffff",
            "x".repeat(65536),
            "\ud83d\ude00".repeat(16384));
    for (int i = 0; i < values.size(); i++) {
      store.create(CODES, "k" + i, "", values.get(i), soon());
      Store.Entry entry = there(node().find(CODES, "k" + i));
      assertThat(entry.value()).isEqualTo(values.get(i));
      assertThat(store.replace(CODES, "k" + i, entry.version(), values.get(i), soon())).isTrue();
      assertThat(there(store.take(CODES, "k" + i)).value()).isEqualTo(values.get(i));
    }
  }

  @Test
  void whatCannotBeStored_isRefusedWithoutBeingQuoted() throws Exception {
    Store store = node();
    refused(() -> store.create("", "k", "", "v", soon()));
    refused(() -> store.create("secret".repeat(11), "k", "", "v", soon()));
    refused(() -> store.find("", "k"));
    refused(() -> store.take("secret\0", "k"));
    refused(() -> store.count("sécret"));
    refused(() -> store.create(CODES, "k", "secret".repeat(43), "v", soon()));
    refused(() -> store.create(CODES, "k", "secret\n", "v", soon()));
    refused(() -> store.create(CODES, "k", "", "secret".repeat(10923), soon()));
    refused(() -> store.create(CODES, "k", "", "\u20ac".repeat(21846), soon()));
    refused(() -> store.create(CODES, "k", "", "secret\0", soon()));
    refused(() -> store.create(CODES, "k", "", "secret\ud800", soon()));
    refused(() -> store.replace(CODES, "k", 1, "secret\udc00x", soon()));
    refused(() -> store.replace(CODES, "k", 1, "secret\n", "v", soon()));
    refused(() -> store.replace(CODES, "k", 1, "", "secret\0", soon()));
    refused(() -> store.removeGroup(CODES, ""));
    refused(() -> store.removeGroup(CODES, "secret\n"));
    refused(() -> store.count(CODES, ""));
    refused(() -> store.count(CODES, "secret\n"));
    refused(() -> store.firstToEnd(CODES, "secret\n"));
    refused(() -> store.entries("", "", "", 1));
    refused(() -> store.entries(CODES, "secret\n", "", 1));
    refused(() -> store.entries(CODES, "", "secret\n", 1));
    for (int most : new int[] {0, -1, 1001}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.entries(CODES, "", "", most))
          .withMessage("A page of " + most + " entries cannot be read. Write 1 to 1000.");
    }
    assertThat(store.count(CODES)).isZero();
  }

  private static void refused(Runnable call) {
    assertThatIllegalArgumentException()
        .isThrownBy(call::run)
        .withMessageContaining("cannot be stored as it is. Write ")
        .withMessageNotContaining("secret");
  }
}
