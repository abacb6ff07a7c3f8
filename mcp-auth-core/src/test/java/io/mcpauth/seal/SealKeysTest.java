package io.mcpauth.seal;

import static io.mcpauth.seal.Callers.ALICE;
import static io.mcpauth.seal.Seals.MINUTE;
import static io.mcpauth.seal.Seals.NAMESPACE;
import static io.mcpauth.seal.Seals.PURPOSE;
import static io.mcpauth.seal.Seals.key;
import static io.mcpauth.seal.Seals.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.RecordedLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where keys come from, and what a rotation does to values that are on their way. */
class SealKeysTest {
  private static final String GONE = "not sealed with a key that is known here";

  private final RecordedLog log = new RecordedLog();
  private Path file = Path.of("");

  @BeforeEach
  void place(@TempDir Path directory) {
    file = directory.resolve("seal.keys");
  }

  @Test
  void olderKey_opensUntilItIsRemoved() {
    String sealed = Seals.seal(key(1)).seal(ALICE, PURPOSE, "x", MINUTE);

    Seal rotated = Seals.seal(key(2), key(3), key(1));
    assertThat(rotated.openText(ALICE, PURPOSE, sealed)).isEqualTo("x");
    assertThat(problem(Seals.seal(key(2), key(3)), sealed)).isEqualTo(GONE);
    assertThat(problem(Seals.seal(key(1)), rotated.seal(ALICE, PURPOSE, "y", MINUTE)))
        .as("sealed with the new current key")
        .isEqualTo(GONE);
  }

  @Test
  void bytesOfTheCaller_mayBeWipedAfterwards() {
    byte[] key = key(1);
    Seal seal = Seals.seal(key);
    Arrays.fill(key, (byte) 0);

    String sealed = Seals.seal(key(1)).seal(ALICE, PURPOSE, "x", MINUTE);
    assertThat(seal.openText(ALICE, PURPOSE, sealed)).isEqualTo("x");
  }

  @Test
  void generatedKeys_areOthersEachTime() {
    Seal one = Seal.of(SealKeys.generated(), NAMESPACE);
    Seal other = Seal.of(SealKeys.generated(), NAMESPACE);
    String sealed = one.seal(ALICE, PURPOSE, "x", MINUTE);

    assertThat(one.openText(ALICE, PURPOSE, sealed)).isEqualTo("x");
    assertThat(problem(other, sealed)).isEqualTo(GONE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31, 33, 64})
  void keyOfAnotherLength_isRefused(int length) {
    assertThatThrownBy(() -> SealKeys.of(key(1), new byte[length]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Seal key 2 has "
                + length
                + " bytes, a seal key has 32. Write the output of 'openssl rand -base64 32'.");
  }

  @Test
  void keyThatIsNotRandomOrTwiceThere_isRefused() {
    assertThatThrownBy(() -> SealKeys.of(new byte[32]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Seal key 1 is not random");
    assertThatThrownBy(
            () -> SealKeys.of("changeme-changeme-changeme-chang".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not random")
        .hasMessageNotContaining("changeme");
    assertThatThrownBy(() -> SealKeys.of(key(1), key(2), key(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Seal key 3 repeats");
  }

  @Test
  void file_mayHaveBothAlphabetsCommentsAndBlankLines() throws IOException {
    write(
        "# seal keys\r\n\r\n"
            + line(1)
            + "  # November\r\n"
            + Base64.getUrlEncoder().withoutPadding().encodeToString(key(2))
            + "\n\t");
    Seal seal = Seal.of(SealKeys.load(file), NAMESPACE);

    for (int number : new int[] {1, 2}) {
      String sealed = Seals.seal(key(number)).seal(ALICE, PURPOSE, "x", MINUTE);
      assertThat(seal.openText(ALICE, PURPOSE, sealed)).isEqualTo("x");
    }
    assertThat(
            Seals.seal(key(1)).openText(ALICE, PURPOSE, seal.seal(ALICE, PURPOSE, "first", MINUTE)))
        .isEqualTo("first");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret!",
        "c2VjcmV0",
        "secret secret",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
      })
  void badLine_isNamedByItsNumberAndNotQuoted(String line) throws IOException {
    write(line(1) + "\n# comment\n" + line + "\n");

    assertThatThrownBy(() -> SealKeys.load(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause() // Java's decoder tells the offending character
        .hasMessageMatching(
            ".*seal\\.keys', line 3 (is not base64 or base64url"
                + "|has 6 bytes, a seal key has 32|is not random)\\."
                + " Write the output of 'openssl rand -base64 32'\\.");
  }

  @Test
  void repeatedLine_isRefused() throws IOException {
    write(line(1) + "\n" + line(2) + "\n" + line(1));

    assertThatThrownBy(() -> SealKeys.load(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 3 repeats the key of line 1");
  }

  @Test
  void fileWithoutKeysOrTooLargeOrMissing_isRefused() throws IOException {
    assertThatThrownBy(() -> SealKeys.load(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file + "' cannot be read (NoSuchFileException)")
        .hasMessageContaining("openssl rand -base64 32");
    write("# none yet\n");
    assertThatThrownBy(() -> SealKeys.load(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no key");
    write("#".repeat(64 * 1024 + 1));
    assertThatThrownBy(() -> SealKeys.load(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("larger than 64 KB");
  }

  @Test
  void reload_changesTheKeysOfASealInUse() throws IOException {
    write(line(1));
    SealKeys keys = SealKeys.load(file, log.logger());
    Seal seal = Seal.of(keys, NAMESPACE);
    String first = seal.seal(ALICE, PURPOSE, "x", MINUTE);
    assertThat(keys.reload()).as("the same file").isFalse();

    write("# rotated\n" + line(2) + "\n" + line(1));
    assertThat(keys.reload()).isTrue();
    assertThat(keys.reload()).isFalse();
    String second = seal.seal(ALICE, PURPOSE, "y", MINUTE);
    assertThat(seal.openText(ALICE, PURPOSE, first)).isEqualTo("x");

    write(line(2));
    assertThat(keys.reload()).isTrue();
    assertThat(problem(seal, first)).isEqualTo(GONE);
    assertThat(seal.openText(ALICE, PURPOSE, second)).isEqualTo("y");
  }

  @Test
  void reloadWithAnotherOrder_isAChange() throws IOException {
    write(line(1) + "\n" + line(2));
    SealKeys keys = SealKeys.load(file, log.logger());
    write(line(2) + "\n" + line(1));

    assertThat(keys.reload()).isTrue();
    assertThat(keys.current().keyId()).isEqualTo(new SealedJwe(key(2)).keyId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not-a-key!", "c2hvcnQ="})
  void badReload_keepsTheOldKeysAndSaysSo(String content) throws IOException {
    write(line(1));
    SealKeys keys = SealKeys.load(file, log.logger());
    Seal seal = Seal.of(keys, NAMESPACE);
    String sealed = seal.seal(ALICE, PURPOSE, "x", MINUTE);
    write(line(2) + "\n" + content + "\n" + (content.isEmpty() ? line(2) : ""));

    assertThatThrownBy(keys::reload)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(content.isEmpty() ? "line 3" : "line 2");
    assertThat(seal.openText(ALICE, PURPOSE, sealed)).isEqualTo("x");
    assertThat(keys.current().keyId()).isEqualTo(new SealedJwe(key(1)).keyId());
    assertThat(log.lines().get(log.lines().size() - 1))
        .startsWith("ERROR The seal keys were not reloaded, the old ones stay in use: ")
        .contains(file.toString());
    assertNoKeyIn(log.lines().toString());
  }

  @Test
  void reloadOfAMissingFile_keepsTheOldKeys() throws IOException {
    write(line(1));
    SealKeys keys = SealKeys.load(file, log.logger());
    Files.delete(file);

    assertThatThrownBy(keys::reload)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NoSuchFileException");
    assertThat(keys.current().keyId()).isEqualTo(new SealedJwe(key(1)).keyId());
    write(line(2));
    assertThat(keys.reload()).as("the file is back").isTrue();
  }

  @Test
  void reloadWithoutAFile_changesNothing() {
    SealKeys keys = SealKeys.generated();
    String before = keys.toString();

    assertThat(keys.reload()).isFalse();
    assertThat(keys.toString()).isEqualTo(before);
  }

  @Test
  void fileThatAllMayRead_isAWarning() throws IOException {
    write(line(1));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    SealKeys.load(file, log.logger());
    assertThat(log.lines()).anyMatch(line -> line.startsWith("WARN Every user of this machine"));

    RecordedLog quiet = new RecordedLog();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    SealKeys.load(file, quiet.logger());
    assertThat(quiet.lines()).hasSize(1).allMatch(line -> line.startsWith("INFO SealKeys["));
    assertNoKeyIn(log.lines() + " " + quiet.lines());
  }

  @Test
  void text_showsTheKeyIdAndNoKey() {
    String text = SealKeys.of(key(1), key(2)).toString();

    assertThat(text).isEqualTo("SealKeys[current=" + new SealedJwe(key(1)).keyId() + ", older=1]");
    assertNoKeyIn(text);
  }

  /** A value that was sealed and opened while both keys were there is never lost. */
  @Test
  void rotationUnderLoad_losesNoValue() throws Exception {
    write(line(1) + "\n" + line(2));
    SealKeys keys = SealKeys.load(file, log.logger());
    Seal seal = Seal.of(keys, NAMESPACE);
    AtomicBoolean stop = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> users = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        users.add(
            threads.submit(
                () -> {
                  do {
                    String sealed = seal.seal(ALICE, PURPOSE, "x", MINUTE);
                    assertThat(seal.openText(ALICE, PURPOSE, sealed)).isEqualTo("x");
                  } while (!stop.get());
                }));
      }
      for (int turn = 1; turn <= 50; turn++) {
        write(turn % 2 == 0 ? line(1) + "\n" + line(2) : line(2) + "\n" + line(1));
        assertThat(keys.reload()).isTrue();
      }
      stop.set(true);
      for (Future<?> user : users) {
        user.get();
      }
    } finally {
      stop.set(true);
      threads.shutdownNow();
    }
  }

  private void write(String content) throws IOException {
    Files.writeString(file, content);
  }

  private static String line(int number) {
    return Base64.getEncoder().encodeToString(key(number));
  }

  private static void assertNoKeyIn(String text) {
    for (int number : new int[] {1, 2}) {
      assertThat(text).doesNotContain(line(number).substring(0, 8));
    }
  }
}
