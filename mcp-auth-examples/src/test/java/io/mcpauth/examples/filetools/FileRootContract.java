package io.mcpauth.examples.filetools;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.examples.filetools.FileRefusedException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every way to open a directory. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class FileRootContract {

  private static final String SECRET = "the outside secret";

  @TempDir Path outside;

  Path directory = Path.of("");
  Path secret = Path.of("");

  abstract FolderOpener opener();

  @BeforeEach
  void layOut() throws IOException {
    directory = Files.createDirectory(outside.resolve("root-directory"));
    secret = Files.writeString(outside.resolve("secret.txt"), SECRET);
    Files.writeString(directory.resolve("hello.txt"), "hello");
    Files.createDirectory(directory.resolve("notes"));
    Files.writeString(directory.resolve("notes/one.txt"), "one");
  }

  private FileRoot root() {
    return FileRoot.at(directory, opener());
  }

  /** Runs an operation that must be refused, and checks what its message gives away. */
  private Reason refusal(ThrowingCallable operation) {
    FileRefusedException refused = catchThrowableOfType(FileRefusedException.class, operation);
    assertThat(refused).isNotNull();
    assertThat(refused)
        .message()
        .doesNotContain("root-directory")
        .doesNotContain(outside.toString())
        .doesNotContain(SECRET)
        .doesNotContainPattern("\\p{Cntrl}");
    return refused.reason();
  }

  private void assertAllRefused(String path, Reason reason) {
    assertThat(refusal(() -> root().read(path))).isEqualTo(reason);
    assertThat(refusal(() -> root().write(path, "new"))).isEqualTo(reason);
    assertThat(refusal(() -> root().delete(path))).isEqualTo(reason);
    assertThat(secret).hasContent(SECRET);
  }

  @ParameterizedTest
  @CsvSource({
    "../secret.txt, PARENT_SEGMENT",
    "notes/../../secret.txt, PARENT_SEGMENT",
    "notes/../hello.txt, PARENT_SEGMENT",
    "./../secret.txt, PARENT_SEGMENT",
    ".., PARENT_SEGMENT",
    "/etc/passwd, ABSOLUTE_PATH",
    "//etc/passwd, ABSOLUTE_PATH",
    "/, ABSOLUTE_PATH",
    "..\\secret.txt, BACKSLASH",
    "C:\\boot.ini, BACKSLASH",
    "\\\\host\\share, BACKSLASH",
    "hello.txt/below, NOT_A_DIRECTORY",
  })
  void pathThatLeadsOut_isRefused(String path, Reason reason) {
    assertAllRefused(path, reason);
    assertThat(refusal(() -> root().list(path))).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%2e%2e/secret.txt", "..%2fsecret.txt", "~/secret.txt", "... /x"})
  void disguisedParent_isAnOrdinaryMissingName(String path) {
    assertThat(refusal(() -> root().read(path))).isEqualTo(Reason.NOT_FOUND);
  }

  @Test
  void nulInPath_isRefused() {
    assertAllRefused("hello.txt\0.png", Reason.INVALID_NAME);
    assertThat(refusal(() -> root().list("\0"))).isEqualTo(Reason.INVALID_NAME);
  }

  @Test
  void endlessPath_isRefusedWithAShortMessage() {
    FileRefusedException refused =
        catchThrowableOfType(FileRefusedException.class, () -> root().read("a/".repeat(100_000)));
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_NAME);
    assertThat(refused.getMessage()).hasSizeLessThan(300);
  }

  @Test
  void nameLongerThanThePlatformAllows_isRefused() {
    assertAllRefused("a".repeat(300), Reason.FAILED);
  }

  @Test
  void lineBreakInPath_doesNotReachTheMessage() {
    assertThat(refusal(() -> root().read("a\r\nb"))).isEqualTo(Reason.NOT_FOUND);
  }

  @Test
  void linkToFileOutside_isRefused() throws IOException {
    Files.createSymbolicLink(directory.resolve("link.txt"), secret);
    assertAllRefused("link.txt", Reason.LINK);
  }

  @Test
  void linkToDirectoryOutside_isRefused() throws IOException {
    Files.createSymbolicLink(directory.resolve("link"), outside);
    assertAllRefused("link/secret.txt", Reason.LINK);
    assertAllRefused("link", Reason.LINK);
    assertThat(refusal(() -> root().list("link"))).isEqualTo(Reason.LINK);
    assertThat(refusal(() -> root().write("link/new.txt", "x"))).isEqualTo(Reason.LINK);
    assertThat(outside.resolve("new.txt")).doesNotExist();
  }

  @Test
  void linkInside_isRefusedToo() throws IOException {
    Files.createSymbolicLink(directory.resolve("link.txt"), Path.of("hello.txt"));
    Files.createSymbolicLink(directory.resolve("link"), Path.of("notes"));
    assertAllRefused("link.txt", Reason.LINK);
    assertAllRefused("link/one.txt", Reason.LINK);
  }

  @Test
  void danglingLink_isNotWrittenThrough() throws IOException {
    Files.createSymbolicLink(directory.resolve("link.txt"), outside.resolve("created.txt"));
    assertAllRefused("link.txt", Reason.LINK);
    assertThat(outside.resolve("created.txt")).doesNotExist();
  }

  @Test
  void directorySwappedForALinkBeforeItIsEntered_isNotFollowed() throws IOException {
    Files.writeString(
        Files.createDirectory(outside.resolve("elsewhere")).resolve("one.txt"), SECRET);
    FileRoot root =
        disturbed(
            DisturbedFolder.Step.ENTER,
            () -> swap(directory.resolve("notes"), outside.resolve("elsewhere")));
    assertThat(refusal(() -> root.read("notes/one.txt"))).isEqualTo(Reason.FAILED);
  }

  @Test
  void fileSwappedForALinkBeforeItIsOpened_isNotFollowed() {
    FileRoot root =
        disturbed(DisturbedFolder.Step.OPEN, () -> swap(directory.resolve("hello.txt"), secret));
    assertThat(refusal(() -> root.read("hello.txt"))).isEqualTo(Reason.FAILED);
  }

  @Test
  void fileSwappedForALinkBeforeItIsReplaced_losesTheLinkOnly() throws Exception {
    FileRoot root =
        disturbed(DisturbedFolder.Step.REPLACE, () -> swap(directory.resolve("hello.txt"), secret));
    assertThat(root.write("hello.txt", "new")).isFalse();
    assertThat(secret).hasContent(SECRET);
    assertThat(directory.resolve("hello.txt")).isRegularFile().hasContent("new");
  }

  @Test
  void fileSwappedForALinkBeforeItIsDeleted_losesTheLinkOnly() throws Exception {
    FileRoot root =
        disturbed(DisturbedFolder.Step.DELETE, () -> swap(directory.resolve("hello.txt"), secret));
    root.delete("hello.txt");
    assertThat(secret).hasContent(SECRET);
    assertThat(directory.resolve("hello.txt")).doesNotExist();
  }

  @Test
  void failedReplacement_leavesOldTextAndNoTemporaryFile() throws Exception {
    FileRoot root =
        disturbed(
            DisturbedFolder.Step.REPLACE,
            () -> {
              throw new IOException("no space left in " + directory);
            });
    assertThat(refusal(() -> root.write("hello.txt", "new"))).isEqualTo(Reason.FAILED);
    assertThat(root().read("hello.txt")).isEqualTo("hello");
    assertThat(names("")).containsExactly("hello.txt", "notes");
  }

  FileRoot disturbed(DisturbedFolder.Step step, DisturbedFolder.Disturbance disturbance) {
    return FileRoot.at(directory, DisturbedFolder.opener(opener(), step, disturbance));
  }

  static void swap(Path entry, Path linkTarget) throws IOException {
    Files.move(entry, entry.resolveSibling("moved-away"));
    Files.createSymbolicLink(entry, linkTarget);
  }

  @Test
  void namedPipe_isRefusedWithoutWaiting() throws Exception {
    Process made = new ProcessBuilder("mkfifo", directory.resolve("pipe").toString()).start();
    assertThat(made.waitFor()).isZero();
    assertAllRefused("pipe", Reason.NOT_A_FILE);
    assertThat(refusal(() -> root().list("pipe"))).isEqualTo(Reason.NOT_A_DIRECTORY);
    assertThat(refusal(() -> root().read("pipe/below"))).isEqualTo(Reason.NOT_A_DIRECTORY);
    assertThat(root().list("").entries())
        .contains(new FileEntry("pipe", FileEntry.Kind.SPECIAL, 0));
  }

  @Test
  void directory_isNeitherReadNorReplacedNorDeleted() {
    assertAllRefused("notes", Reason.NOT_A_FILE);
    assertAllRefused("", Reason.NOT_A_FILE);
    assertAllRefused(".", Reason.NOT_A_FILE);
    assertThat(directory.resolve("notes/one.txt")).hasContent("one");
  }

  @Test
  void missingFile_isNotFound() {
    assertThat(refusal(() -> root().read("none.txt"))).isEqualTo(Reason.NOT_FOUND);
    assertThat(refusal(() -> root().delete("none.txt"))).isEqualTo(Reason.NOT_FOUND);
    assertThat(refusal(() -> root().list("none"))).isEqualTo(Reason.NOT_FOUND);
    assertAllRefused("none/new.txt", Reason.NOT_FOUND);
  }

  @Test
  void rootThatVanished_isNotFound() throws IOException {
    FileRoot root = root();
    Files.move(directory, outside.resolve("gone"));
    assertThat(refusal(() -> root.list(""))).isEqualTo(Reason.NOT_FOUND);
  }

  @Test
  void textOfExactlyTheLimit_isWrittenAndRead() throws Exception {
    String text = "é".repeat(FileRoot.SIZE_LIMIT / 2);
    assertThat(root().write("big.txt", text)).isTrue();
    assertThat(root().read("big.txt")).isEqualTo(text);
  }

  @Test
  void textOverTheLimit_isRefused() throws IOException {
    String text = "é".repeat(FileRoot.SIZE_LIMIT / 2) + "!";
    assertThat(refusal(() -> root().write("big.txt", text))).isEqualTo(Reason.TOO_LARGE);
    assertThat(directory.resolve("big.txt")).doesNotExist();
    Files.writeString(directory.resolve("big.txt"), text);
    assertThat(refusal(() -> root().read("big.txt"))).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void fileThatGrowsAfterTheCheck_isStillLimited() {
    FileRoot root =
        disturbed(
            DisturbedFolder.Step.OPEN,
            () -> Files.write(directory.resolve("hello.txt"), new byte[FileRoot.SIZE_LIMIT + 100]));
    assertThat(refusal(() -> root.read("hello.txt"))).isEqualTo(Reason.TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "C080", "EDA080", "FF", "610062"})
  void bytesThatAreNotText_areRefused(String hex) throws IOException {
    Files.write(directory.resolve("hello.txt"), java.util.HexFormat.of().parseHex(hex));
    assertThat(refusal(() -> root().read("hello.txt"))).isEqualTo(Reason.NOT_TEXT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nul \0", "lone surrogate \uD800"})
  void contentThatIsNotText_isRefused(String content) {
    assertThat(refusal(() -> root().write("hello.txt", content))).isEqualTo(Reason.NOT_TEXT);
    assertThat(directory.resolve("hello.txt")).hasContent("hello");
  }

  @Test
  void replacedFile_keepsItsPermissions() throws Exception {
    Path file = directory.resolve("hello.txt");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(root().write("hello.txt", "new")).isFalse();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void readOnlyFile_isReadButNotChanged() throws Exception {
    Files.setPosixFilePermissions(
        directory.resolve("hello.txt"), PosixFilePermissions.fromString("r--r--r--"));
    assertThat(root().read("hello.txt")).isEqualTo("hello");
    assertThat(refusal(() -> root().write("hello.txt", "new"))).isEqualTo(Reason.READ_ONLY);
    assertThat(refusal(() -> root().delete("hello.txt"))).isEqualTo(Reason.READ_ONLY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Grüße.txt", "日本語.txt", "😀.txt", "\uD800.txt"})
  void nameBeyondAscii_worksWhereThePlatformCanHoldIt(String name) throws Exception {
    boolean representable;
    try {
      representable = !Path.of(name).toString().isEmpty();
    } catch (InvalidPathException e) {
      representable = false;
    }
    if (representable) {
      root().write("notes/" + name, name);
      assertThat(root().read("notes/" + name)).isEqualTo(name);
      assertThat(names("notes")).contains(name);
    } else {
      assertAllRefused("notes/" + name, Reason.INVALID_NAME);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-rf", "a b", "a:b", "*", "$(id)", "'", ".hidden", "a\nb", "nul", "..."})
  void oddName_isAnOrdinaryFile(String name) throws Exception {
    assertThat(root().write(name, "odd")).isTrue();
    assertThat(root().read(name)).isEqualTo("odd");
    root().delete(name);
    assertThat(names("")).containsExactly("hello.txt", "notes");
  }

  @Test
  void nameInNoEncoding_doesNotBreakTheListing() throws Exception {
    String script = "printf x > \"$1/$(printf 'bad\\377name')\"";
    Process made = new ProcessBuilder("sh", "-c", script, "sh", directory.toString()).start();
    assertThat(made.waitFor()).isZero();
    assertThat(names("")).contains("hello.txt", "notes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"notes/one.txt", "./notes/one.txt", "notes//one.txt", "notes/./one.txt"})
  void emptyAndDotSegments_meanNothing(String path) throws Exception {
    assertThat(root().read(path)).isEqualTo("one");
  }

  @Test
  void listing_isSortedAndTellsKindAndSize() throws Exception {
    Files.createSymbolicLink(directory.resolve("a-link"), secret);
    List<FileEntry> expected =
        List.of(
            new FileEntry("a-link", FileEntry.Kind.LINK, 0),
            new FileEntry("hello.txt", FileEntry.Kind.FILE, 5),
            new FileEntry("notes", FileEntry.Kind.DIRECTORY, 0));
    assertThat(root().list("").entries()).isEqualTo(expected);
    assertThat(root().list(".")).isEqualTo(new DirectoryListing(expected, false));
    assertThat(names("notes/")).containsExactly("one.txt");
  }

  @Test
  void largeDirectory_isCutAfterTheFirstNames() throws Exception {
    for (int i = FileRoot.LIST_LIMIT; i >= 0; i--) {
      Files.createFile(directory.resolve("notes").resolve(String.format("f%04d", i)));
    }
    Files.delete(directory.resolve("notes/one.txt"));
    DirectoryListing listing = root().list("notes");
    assertThat(listing.truncated()).isTrue();
    assertThat(listing.entries())
        .extracting(FileEntry::name)
        .containsExactlyElementsOf(
            IntStream.range(0, FileRoot.LIST_LIMIT)
                .mapToObj(i -> String.format("f%04d", i))
                .toList());
    root().delete("notes/f0000");
    assertThat(root().list("notes").truncated()).isFalse();
  }

  @Test
  void writtenText_isUtf8() throws Exception {
    assertThat(root().write("new.txt", "Größe\r\n")).isTrue();
    assertThat(Files.readAllBytes(directory.resolve("new.txt")))
        .isEqualTo("Größe\r\n".getBytes(StandardCharsets.UTF_8));
    assertThat(names("")).containsExactly("hello.txt", "new.txt", "notes");
  }

  private List<String> names(String path) throws FileRefusedException {
    return root().list(path).entries().stream().map(FileEntry::name).toList();
  }
}
