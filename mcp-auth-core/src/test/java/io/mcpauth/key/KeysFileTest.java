package io.mcpauth.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.mcpauth.MutableClock;
import io.mcpauth.RecordedLog;
import io.mcpauth.metadata.ResourceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in a file, as they are written, and as a server follows them. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class KeysFileTest {
  private static final ResourceIdentifier RESOURCE =
      ResourceIdentifier.of("https://mcp.example.com/mcp");

  private final MutableClock clock = new MutableClock();
  private final RecordedLog log = new RecordedLog();
  private final AtomicInteger ended = new AtomicInteger();
  private final KeyIndex index = new KeyIndex();
  @TempDir private Path directory = Path.of("");
  private Path path = Path.of("");
  private KeyControl control = KeyControl.inFile(path, RESOURCE, clock);

  @BeforeEach
  void inTheDirectory() {
    path = directory.resolve("keys.json");
    control = KeyControl.inFile(path, RESOURCE, clock);
  }

  private WatchedKeys watched() {
    return new WatchedKeys(new KeysFile(path, clock), index, ended::incrementAndGet, log.logger());
  }

  private boolean isKnown(CreatedKey key) {
    return index.find(key.key().id()) != null;
  }

  @Test
  void writtenFile_isForItsOwnerAloneAndHasNoSecret() throws IOException {
    CreatedKey key = control.create(NewKey.named("ci"));

    assertThat(Files.readString(path))
        .contains(key.key().id())
        .doesNotContain(key.secret())
        .doesNotContain(key.secret().substring(17));
    assumeThat(directory.getFileSystem().supportedFileAttributeViews()).contains("posix");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-------");
    try (Stream<Path> beside = Files.list(directory)) {
      assertThat(beside.map(one -> String.valueOf(one.getFileName())))
          .containsExactlyInAnyOrder("keys.json", "keys.json.lock");
    }
  }

  @Test
  void changedFile_canBeReadByWhoeverCouldBefore() throws IOException {
    assumeThat(directory.getFileSystem().supportedFileAttributeViews()).contains("posix");
    CreatedKey key = control.create(NewKey.named("ci"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));
    WatchedKeys watched = watched();

    assertThat(control.revoke("ci")).isTrue();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-r-----");
    watched.ifChanged();
    assertThat(isKnown(key)).isFalse();
  }

  @Test
  void linkToTheFile_staysOne() throws IOException {
    Path real = Files.createDirectory(directory.resolve("real")).resolve("k.json");
    Files.writeString(real, "{\"keys\":[]}");
    Files.createSymbolicLink(path, real);

    CreatedKey unused = control.create(NewKey.named("ci"));

    assertThat(path).isSymbolicLink();
    assertThat(Files.readString(real)).contains(unused.key().id());
  }

  @Test
  void missingFile_stopsTheStartAndSaysWhatToWrite() {
    assertThatIllegalArgumentException()
        .isThrownBy(this::watched)
        .withMessage(
            "Key file '"
                + path
                + "' does not exist. Make the first key with 'keys create', or write a file with"
                + " {\"keys\": []}.");
    assertThatIllegalArgumentException().isThrownBy(() -> NodeKeys.of(path, clock));
  }

  @Test
  void emptyFileOfNoKeys_isTaken() throws IOException {
    Files.writeString(path, "{\"keys\": []}");
    WatchedKeys watched = watched();
    CreatedKey key = control.create(NewKey.named("ci"));
    assertThat(isKnown(key)).isFalse();

    watched.ifChanged();

    assertThat(isKnown(key)).isTrue();
    assertThat(log.lines()).containsExactly("INFO keys " + path + ": read anew, 1 names");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{\"keys\":{}}",
        "{\"keys\":[1]}",
        "{\"keys\":[{}]}",
        "{\"keys\":[],\"more\":1}",
        "{\"keys\":[],\"keys\":[]}",
        "{\"key\":[]}",
        "\uFEFF{\"keys\":[]}"
      })
  void whatIsNoFileOfKeys_keepsTheKeysBefore(String content) throws IOException {
    CreatedKey key = control.create(NewKey.named("ci"));
    WatchedKeys watched = watched();
    Files.writeString(path, content);

    watched.ifChanged();
    watched.ifChanged();

    assertThat(isKnown(key)).isTrue();
    assertThat(ended).hasValue(0);
    assertThat(log.lines())
        .as("told once")
        .singleElement()
        .asString()
        .startsWith("ERROR The keys before stay good: Key file '" + path + "' ");
  }

  @Test
  void fileThatIsGone_keepsTheKeysBeforeAndIsFollowedAgain() throws IOException {
    CreatedKey key = control.create(NewKey.named("ci"));
    WatchedKeys watched = watched();
    byte[] content = Files.readAllBytes(path);
    Files.delete(path);
    watched.ifChanged();
    watched.ifChanged();
    assertThat(isKnown(key)).isTrue();
    assertThat(log.lines()).hasSize(1);
    Files.write(path, content);
    watched.ifChanged();
    assertThat(control.revoke("ci")).isTrue();

    watched.ifChanged();

    assertThat(isKnown(key)).isFalse();
    assertThat(ended).hasValue(1);
  }

  @Test
  void entryThatIsWrong_isToldWithoutItsContent() throws IOException {
    CreatedKey unused = control.create(NewKey.named("ci").owner("zoe"));
    String good = Files.readString(path);
    WatchedKeys watched = watched();
    for (List<String> change :
        List.of(
            List.of("\"ci\"", "\"c i\""),
            List.of("\"ci\"", "7"),
            List.of("\"zoe\"", "\"a\\nb\""),
            List.of("\"key\"", "\"admin\""),
            List.of("\"scopes\":[]", "\"scopes\":[\"a b\"]"),
            List.of("\"scopes\":[]", "\"scopes\":\"a\""),
            List.of("\"scopes\"", "\"roles\""),
            List.of("https://mcp.example.com", "https://MCP.example.com"),
            List.of("\"expires\":", "\"expires\":-"),
            List.of("\"life_seconds\":31536000", "\"life_seconds\":0"),
            List.of("\"life_seconds\":31536000", "\"life_seconds\":315360001"),
            List.of("\"sha256\":\"", "\"sha256\":\"="),
            List.of("\"id\":\"", "\"id\":\"!"))) {
      String wrong = good.replace(change.get(0), change.get(1));
      assertThat(wrong).isNotEqualTo(good);
      Files.writeString(path, wrong);
      watched.ifChanged();
    }

    assertThat(log.lines())
        .hasSize(13)
        .allMatch(line -> line.startsWith("ERROR The keys before stay good: Key file '"))
        .allMatch(line -> line.contains("' is wrong. Entry "))
        .noneMatch(line -> line.contains("zoe"));
    // By its name, unless that is what is wrong.
    assertThat(log.lines().subList(0, 2)).allMatch(line -> line.contains(" Entry 1: "));
    assertThat(log.lines().subList(2, 13)).allMatch(line -> line.contains(" Entry 'ci': "));
    assertThat(isKnown(unused)).isTrue();
  }

  @Test
  void sameNameTwice_isRefused() throws IOException {
    CreatedKey unused = control.create(NewKey.named("ci"));
    String one = Files.readString(path);
    String entry = one.substring(one.indexOf('[') + 1, one.lastIndexOf(']'));
    Files.writeString(path, "{\"keys\":[" + entry + "," + entry + "]}");

    assertThatIllegalArgumentException()
        .isThrownBy(this::watched)
        .withMessageContaining("has 'ci', or an id of it, twice.");
    assertThat(unused.key().name()).isEqualTo("ci");
  }

  @Test
  void fileThatEverybodyMayWrite_isRefused() throws IOException {
    assumeThat(directory.getFileSystem().supportedFileAttributeViews()).contains("posix");
    CreatedKey unused = control.create(NewKey.named("ci"));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));

    assertThatIllegalArgumentException()
        .isThrownBy(this::watched)
        .withMessageEndingWith("Run chmod 600 on it.");
    assertThatIllegalArgumentException().isThrownBy(() -> control.create(NewKey.named("b")));
    assertThat(unused.key().name()).isEqualTo("ci");
  }

  @Test
  void directoryInItsPlace_isRefused() throws IOException {
    Files.createDirectory(path);
    assertThatIllegalArgumentException()
        .isThrownBy(this::watched)
        .withMessageContaining("is no regular file");
  }

  @Test
  void brokenFile_isNotWrittenOver() throws IOException {
    Files.writeString(path, "{\"keys\":[");
    assertThatIllegalArgumentException().isThrownBy(() -> control.create(NewKey.named("ci")));
    assertThat(Files.readString(path)).isEqualTo("{\"keys\":[");
  }

  @Test
  void directoryThatIsNotThere_isToldWhatToDo() {
    KeyControl nowhere =
        KeyControl.inFile(directory.resolve("none").resolve("keys.json"), RESOURCE, clock);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> nowhere.create(NewKey.named("ci")))
        .withMessageContaining(
            "cannot be changed (NoSuchFileException). Make its directory first.");
  }

  @Test
  void keyThatEndedLongAgo_isReadNoMoreAndGoesWithTheNextChange() throws IOException {
    CreatedKey old = control.create(NewKey.named("old").lasting(Duration.ofDays(1)));
    clock.advance(Duration.ofDays(30));
    assertThat(control.list()).containsExactly(old.key());
    clock.advance(Duration.ofDays(2));
    WatchedKeys watched = watched();

    assertThat(control.list()).isEmpty();
    assertThat(isKnown(old)).isFalse();

    CreatedKey fresh = control.create(NewKey.named("ci"));
    watched.ifChanged();
    assertThat(isKnown(fresh)).isTrue();
    assertThat(Files.readString(path)).doesNotContain("\"old\"");
  }
}
