package io.mcpauth.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.RecordedLog;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys that are hashes, and stores that nodes should share. */
class StoreKeyTest {
  /** SHA-256 of "abc" (FIPS 180-2, appendix B.1), in base64url. */
  @Test
  void hash_isTheSha256InBase64url() {
    assertThat(StoreKey.hash("abc")).isEqualTo("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  }

  @Test
  void hashes_areKeysAndAllDifferent() {
    List<String> hashes = IntStream.range(0, 1000).mapToObj(i -> StoreKey.hash("" + i)).toList();
    assertThat(hashes).doesNotHaveDuplicates().allMatch(Bounds::isKey);
    Store store = Store.inMemory();
    assertThat(store.create("code", StoreKey.hash("\ud800 é"), "", "v", Instant.MAX)).isTrue();
  }

  @Test
  void newSecrets_areUrlSafeAndAllDifferent() {
    List<String> secrets = IntStream.range(0, 1000).mapToObj(i -> StoreKey.newSecret()).toList();
    assertThat(secrets)
        .doesNotHaveDuplicates()
        .allMatch(secret -> secret.matches("[A-Za-z0-9_-]{43}"));
  }

  @Test
  void storeInMemory_isAWarningWithSeveralNodes() {
    assertThat(lines(1, Store.inMemory())).isEmpty();
    assertThat(lines(2, Store.inMemory()))
        .containsExactly(
            "WARN 2 nodes are declared, and registered clients are kept by each alone: those of one"
                + " node are unknown to the others, and, in memory, lost at its restart. Write"
                + " JdbcStore.of(dataSource) with a database that all nodes use: instead of"
                + " Store.inMemory(), or of an H2 within the process.");
  }

  private static List<String> lines(int nodes, Store store) {
    RecordedLog log = new RecordedLog();
    new Store.DeclaredNodes(nodes).expectShared(store, "registered clients", log.logger());
    return log.lines();
  }
}
