package io.mcpauth.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What another user of the machine may have put where the files of a store are. */
class StoreFileTest {
  @TempDir private Path directory;

  /** The stranger never answers, so who asked it would wait. */
  @Test
  @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void strangerOnThePortOfACrash_isNotAsked() throws Exception {
    try (StoreFileProcess other = StoreFileProcess.start(store(), Map.of())) {
      assertThat(other.answer()).isEqualTo("ready");
      assertThat(other.create("before")).isEqualTo("true");
      other.kill();
    }
    Path lock = directory.resolve("store.lock.db");
    try (ServerSocketChannel stranger = ServerSocketChannel.open()) {
      stranger.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      stranger.configureBlocking(false);
      // Not on the very port, which may be that of another test by now: the file is what is asked.
      String left = Files.readString(lock);
      String port = ":" + stranger.socket().getLocalPort() + "\n";
      Files.writeString(lock, left.replaceFirst("(?<=server=[^\n]{1,60}):\\d+\n", port));
      assertThat(lock).content().contains(port).isNotEqualTo(left);
      try (OpenStore opened = open()) {
        assertThat(opened.store().find("c", "before"))
            .extracting(Store.Entry::value)
            .isEqualTo("of the other");
      }
      assertThat(stranger.accept()).isNull();
    }
  }

  @Test
  void useThatEnds_leavesTheOthersOfTheProcess() throws Exception {
    OpenStore first = open();
    try (OpenStore second = open()) {
      first.close();
      first.close();
      try (StoreFileProcess other = StoreFileProcess.start(store(), Map.of())) {
        assertThat(other.answer()).isEqualTo("ready");
        assertThat(other.create("theirs")).isEqualTo("true");
      }
      assertThat(second.store().find("c", "theirs"))
          .extracting(Store.Entry::value)
          .isEqualTo("of the other");
    }
  }

  /** As another class loader of the process has it; then nothing is taken for left over. */
  @Test
  void lockOfTheSameProcess_isAUse() throws IOException {
    open().close();
    Path left = directory.resolve("other.lock.db");
    Files.createFile(left);
    Path use = directory.resolve("other.use");
    try (FileChannel channel =
        FileChannel.open(use, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      FileLock unused = channel.lock();
      Files.setPosixFilePermissions(use, PosixFilePermissions.fromString("rw-------"));
      StoreFile.use(directory.resolve("other")).close();
    }
    assertThat(left).exists();
  }

  @ParameterizedTest
  @CsvSource({
    "store.mv.db, rw-r--r--",
    "store.mv.db, rw-----w-",
    "store.password, rw-r--r--",
    "store.password, rw-----w-",
    "store.use, rw-r--r--"
  })
  void fileThatOthersReadOrWrite_stopsTheStart(String name, String mode) throws IOException {
    open().close();
    Path file = directory.resolve(name);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    refuses(file + " can be read or written by everybody. Have it made by this user, chmod 600 it");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    open().close();
  }

  /** Nothing is written to where a link leads. */
  @ParameterizedTest
  @ValueSource(strings = {"store.mv.db", "store.password", "store.use"})
  void link_stopsTheStart(String name) throws IOException {
    Path target = Files.writeString(directory.resolve("target"), "short");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    Files.createSymbolicLink(directory.resolve(name), target);
    refuses(directory.resolve(name) + " is no file, or a link to one. ");
    assertThat(target).hasContent("short");
  }

  @Test
  void passwordThatIsSomethingElse_isNotOverwritten() throws IOException {
    Path file = Files.writeString(directory.resolve("store.password"), "short");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    refuses("store.password is something else than a password of this store.");
    assertThat(file).hasContent("short");
  }

  @ParameterizedTest
  @ValueSource(ints = {0777, 01777, 0702})
  void directoryWhereEverybodyWrites_stopsTheStart(int mode) throws IOException {
    Files.setAttribute(directory, "unix:mode", mode);
    refuses("everybody may write to the directory " + directory);
    Files.setAttribute(directory, "unix:mode", 0700);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void fileOfAnotherUser_isRefused() throws IOException {
    Path file = directory.resolve("store.mv.db");
    OwnFile.create(file);
    OwnFile.create(file); // of this user
    UserPrincipalLookupService users = file.getFileSystem().getUserPrincipalLookupService();
    UserPrincipal root = users.lookupPrincipalByName("root");
    UserPrincipal other =
        Files.getOwner(file).equals(root) ? users.lookupPrincipalByName("daemon") : root;
    assertThatIllegalStateException()
        .isThrownBy(() -> OwnFile.requireOwn(file, other))
        .withMessageContaining(", who is not this process's user. Have it made by this user");
  }

  private void refuses(String problem) {
    assertThatIllegalStateException()
        .isThrownBy(this::open)
        .withMessageStartingWith("MCP_AUTH_STORE_URL (environment): ")
        .withMessageContaining(problem);
  }

  private Path store() {
    return directory.resolve("store");
  }

  private OpenStore open() {
    return ConfiguredServer.store(
        Settings.of(
            List.of(Setting.values()),
            SettingSource.environment(Map.of("MCP_AUTH_STORE_URL", "file:" + store()))));
  }
}
