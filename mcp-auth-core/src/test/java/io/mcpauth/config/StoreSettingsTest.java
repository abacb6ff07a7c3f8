package io.mcpauth.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPLogger;

/** A store by settings: in a file, and what is wrong with settings of any. */
class StoreSettingsTest {
  private static final String TENANT = "11111111-2222-4333-8444-555555555555";
  private static final String OTHER_TENANT = "66666666-2222-4333-8444-555555555555";

  private static final Logger NO_LOG = NOPLogger.NOP_LOGGER;

  private final Instant later = Instant.now().plus(Duration.ofDays(1));

  @TempDir private Path directory;

  @Test
  void file_isForItsOwnerAlone() throws IOException {
    try (OpenStore opened = open(file())) {
      assertThat(opened.store().create("c", "k", "", "v", later)).isTrue();
      try (Stream<Path> files = Files.list(directory)) {
        List<Path> all = files.toList();
        assertThat(all)
            .extracting(path -> path.getFileName().toString())
            .containsExactlyInAnyOrder(
                "store.mv.db", "store.password", "store.use", "store.lock.db");
        for (Path path : all) {
          assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
              .as(path.toString())
              .isEqualTo("rw-------");
        }
      }
    }
  }

  @Test
  void file_isThereAgainAfterARestart() {
    try (OpenStore opened = open(file())) {
      opened.store().create("c", "k", "", "v", later);
    }
    try (OpenStore opened = open(file())) {
      assertThat(opened.store().find("c", "k")).extracting(Store.Entry::value).isEqualTo("v");
      assertThat(opened.store().isShared()).isFalse();
    }
  }

  @Test
  void otherProcess_usesTheFileAtTheSameTime() throws Exception {
    try (OpenStore opened = open(file());
        StoreFileProcess other = StoreFileProcess.start(directory.resolve("store"), Map.of())) {
      assertThat(other.answer()).isEqualTo("ready");
      assertThat(other.create("theirs")).isEqualTo("true");
      assertThat(opened.store().find("c", "theirs"))
          .extracting(Store.Entry::value)
          .isEqualTo("of the other");
      opened.store().create("c", "ours", "", "v", later);
      assertThat(other.create("ours")).isEqualTo("false");
    }
  }

  /** The other has the file, and this process reaches it through the other until that is over. */
  @Test
  void killedProcess_losesNothingThatItConfirmed() throws Exception {
    try (StoreFileProcess other = StoreFileProcess.start(directory.resolve("store"), Map.of())) {
      assertThat(other.answer()).isEqualTo("ready");
      try (OpenStore opened = open(file())) {
        for (int i = 0; i < 20; i++) {
          assertThat(other.create("k" + i)).isEqualTo("true");
        }
        assertThat(opened.store().create("c", "ours", "", "v", later)).isTrue();
        other.kill();
      }
    }
    try (OpenStore opened = open(file())) {
      for (int i = 0; i < 20; i++) {
        assertThat(opened.store().find("c", "k" + i))
            .as("k" + i)
            .extracting(Store.Entry::value)
            .isEqualTo("of the other");
      }
      assertThat(opened.store().find("c", "ours")).extracting(Store.Entry::value).isEqualTo("v");
    }
  }

  @Test
  void portOfTheFile_isOnLoopbackAlone() throws IOException {
    try (OpenStore opened = open(file())) {
      assertThat(opened.store().count("c")).isZero();
      String lock = Files.readString(directory.resolve("store.lock.db"));
      int port = Integer.parseInt(lock.replaceAll("(?s).*server=[^\n]*:(\\d+)\n.*", "$1"));
      assertThat(connects(InetAddress.getLoopbackAddress(), port)).isTrue();
      for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(network.getInetAddresses())) {
          if (!address.isLoopbackAddress()) {
            assertThat(connects(address, port)).as(address.toString()).isFalse();
          }
        }
      }
    }
  }

  private static boolean connects(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 2_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Nothing is opened then, by nobody. */
  @Test
  void h2ThatListensElsewhere_stopsTheStart() throws Exception {
    try (StoreFileProcess other =
        StoreFileProcess.start(directory.resolve("store"), Map.of("h2.bindAddress", "0.0.0.0"))) {
      assertThat(other.answer())
          .startsWith("MCP_AUTH_STORE_URL (environment): H2 would listen")
          .contains("-Dh2.bindAddress=127.0.0.1");
    }
    assertThat(directory.resolve("store.lock.db")).doesNotExist();
  }

  @Test
  void passwordThatIsNotItsOwn_stopsTheStartAtOnce() throws IOException {
    open(file()).close();
    Files.delete(directory.resolve("store.password"));
    assertThatIllegalStateException()
        .isThrownBy(() -> open(file()))
        .withMessageStartingWith("MCP_AUTH_STORE_URL (environment): ")
        .withMessageContaining("store.password is not that of store.mv.db");
  }

  @Test
  void directoryThatIsNotThere_stopsTheStart() {
    Path nowhere = directory.resolve("nowhere");
    assertThatIllegalStateException()
        .isThrownBy(() -> open("file:" + nowhere.resolve("store")))
        .withMessageContaining("the directory " + nowhere + " is not there");
  }

  @Test
  void fileThatIsNoDatabase_stopsTheStart() throws IOException {
    Path file = Files.writeString(directory.resolve("store.mv.db"), "x".repeat(20_000));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThatIllegalStateException()
        .isThrownBy(() -> open(file()))
        .withMessageContaining("the database refuses");
  }

  /** Taken by a program that does not share it, until that lets go. */
  @Test
  void startThatWaits_saysSoOnceAndEveryHalfMinute() throws Exception {
    open(file()).close();
    String password = Files.readString(directory.resolve("store.password"));
    Connection holder =
        DriverManager.getConnection(
            "jdbc:h2:file:" + directory.resolve("store"), "mcp_auth", password);
    AtomicInteger pauses = new AtomicInteger();
    AtomicLong now = new AtomicLong();
    List<String> told = new ArrayList<>();
    StoreSettings said = Objects.requireNonNull(said(Map.of("MCP_AUTH_STORE_URL", file())));
    try (OpenStore opened =
        said.open(
            () -> {
              now.addAndGet(Duration.ofSeconds(11).toNanos());
              if (pauses.incrementAndGet() == 4) {
                close(holder);
              }
            },
            now::get,
            warnings(told))) {
      assertThat(opened.store().find("c", "k")).isNull();
    }
    assertThat(told).hasSize(2);
    assertThat(told.get(0))
        .contains("MCP_AUTH_STORE_URL (environment): the database does not answer")
        .contains("the start waits for it. With MCP_AUTH_STORE_AT_START=fail it would stop.");
  }

  @Test
  void startThatFails_saysSoAtOnce() {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(
            () ->
                open(
                    Map.of(
                        "MCP_AUTH_STORE_URL", "jdbc:postgresql://127.0.0.1:1/x",
                        "MCP_AUTH_STORE_AT_START", "fail")))
        .withMessage(
            "MCP_AUTH_STORE_URL (environment): the database does not answer (SQLState 08001)."
                + " Look whether it runs.");
  }

  @Test
  void interruptedStart_ends() {
    StoreSettings said =
        Objects.requireNonNull(
            said(Map.of("MCP_AUTH_STORE_URL", "jdbc:postgresql://127.0.0.1:1/x")));
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                said.open(
                    () -> {
                      throw new InterruptedException();
                    },
                    () -> 0,
                    NO_LOG))
        .withMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "file: | the path is empty",
        "file:a;INIT=RUNSCRIPT | the path is empty, or has a semicolon",
        "jdbc:h2:mem:x | is none that is known",
        "jdbc:mysql://h/d?password=hidden | is none that is known",
        "jdbc:postgresql://h/d?user=me&password=hidden | the URL has the user or the password",
        "jdbc:postgresql://h/d?PASSWORD=hidden | the URL has the user or the password",
        "jdbc:postgresql://me:hidden@h/d | the URL has the user or the password",
        "postgres://me:hidden@h/d | is none that is known",
      })
  void wrongUrl_isRefusedWithoutQuotingIt(String url, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> said(Map.of("MCP_AUTH_STORE_URL", url)))
        .withMessageStartingWith("MCP_AUTH_STORE_URL (environment)")
        .withMessageContaining(problem)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MCP_AUTH_STORE_USER",
        "MCP_AUTH_STORE_PASSWORD",
        "MCP_AUTH_STORE_CREATE_SCHEMA",
        "MCP_AUTH_STORE_AT_START"
      })
  void whatMeansNothing_isRefused(String key) {
    for (String url : new String[] {"", "memory", file()}) {
      Map<String, String> environment = new HashMap<>(Map.of(key, "true"));
      if (!url.isEmpty()) {
        environment.put("MCP_AUTH_STORE_URL", url);
      }
      boolean atStart = key.endsWith("AT_START") && url.equals(file());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> said(environment))
          .withMessageContaining(key)
          .withMessageContaining(atStart ? "Write 'wait' or 'fail'" : "means nothing here");
    }
  }

  @Test
  void memory_isAStoreOfThisProcess() {
    try (OpenStore opened = open(Map.of())) {
      assertThat(opened.store().toString()).isEqualTo(Store.inMemory().toString());
    }
    assertThat(said(Map.of("MCP_AUTH_STORE_URL", "memory"))).isNull();
  }

  @ParameterizedTest
  @CsvSource({"com.zaxxer., com.zaxxer:HikariCP", "org.postgresql., org.postgresql:postgresql"})
  void libraryThatIsMissing_isNamed(String hidden, String dependency) throws Exception {
    assertThatThrownBy(() -> openWithout(hidden, "jdbc:postgresql://127.0.0.1:1/x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("MCP_AUTH_STORE_URL (environment) needs " + dependency)
        .hasMessageContaining("is not on the class path");
  }

  @Test
  void h2ThatIsMissing_isNamed() {
    assertThatThrownBy(() -> openWithout("org.h2.", file()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("needs com.h2database:h2, which is not on the class path");
  }

  /** Asked for the resource only where it matters: a program may not know it. */
  @Test
  void ownIssuer_isThereWhereKeysOrAccountsAre() {
    ResourceIdentifier resource = ResourceIdentifier.of("https://mcp.example.com/mcp");
    assertThat(
            ConfiguredServer.ownIssuers(
                settings(Map.of("MCP_AUTH_BASIC", "exchange")),
                () -> {
                  throw new IllegalStateException("asked for nothing");
                }))
        .isEmpty();
    for (Map<String, String> local :
        List.of(
            Map.of("MCP_AUTH_API_KEYS", "true"),
            Map.of("MCP_AUTH_API_KEYS_FILE", "/keys.json"),
            Map.of("MCP_AUTH_BASIC", "keys"))) {
      assertThat(ConfiguredServer.ownIssuers(settings(local), () -> resource))
          .containsExactly("https://mcp.example.com/mcp#local");
    }
  }

  @Test
  void acceptedIssuers_areThoseOfTheTokens() {
    Map<String, String> environment = new HashMap<>();
    assertThat(ConfiguredServer.acceptedIssuers(settings(environment))).isEmpty();
    environment.put("MCP_AUTH_ISSUER", "https://a.example");
    assertThat(ConfiguredServer.acceptedIssuers(settings(environment)))
        .containsExactly(Set.of("https://a.example"));
    environment.put("MCP_AUTH_ACCEPTED_ISSUERS", "https://b.example,https://c.example");
    assertThat(ConfiguredServer.acceptedIssuers(settings(environment)))
        .containsExactly(Set.of("https://b.example", "https://c.example"));
    environment.put("MCP_AUTH_ACCEPTED_ISSUERS", "https://d.example/{tenantid}/v2.0");
    environment.put("MCP_AUTH_ISSUER_TENANTS", TENANT + "," + OTHER_TENANT);
    assertThat(ConfiguredServer.acceptedIssuers(settings(environment)))
        .containsExactlyInAnyOrder(
            Set.of("https://d.example/" + TENANT + "/v2.0"),
            Set.of("https://d.example/" + OTHER_TENANT + "/v2.0"));
    environment.remove("MCP_AUTH_ISSUER_TENANTS");
    environment.remove("MCP_AUTH_ACCEPTED_ISSUERS");
    environment.put("MCP_AUTH_ISSUER", "https://a.example,https://e.example");
    assertThat(ConfiguredServer.acceptedIssuers(settings(environment)))
        .containsExactly(Set.of("https://a.example"), Set.of("https://e.example"));
    environment.put("MCP_AUTH_ISSUER", "http://plain.example");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfiguredServer.acceptedIssuers(settings(environment)))
        .withMessageContaining("MCP_AUTH_ISSUER");
  }

  /** On a class path where some classes are not. */
  private static void openWithout(String hidden, String url) throws Throwable {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(hidden)) {
              throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
          }
        }) {
      Method open =
          loader
              .loadClass(StoreSettingsTest.class.getName())
              .getDeclaredMethod("openAlone", String.class);
      open.setAccessible(true);
      open.invoke(null, url);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Named for the other class path. */
  static void openAlone(String url) {
    open(url).close();
  }

  private String file() {
    return "file:" + directory.resolve("store");
  }

  private static OpenStore open(String url) {
    return open(Map.of("MCP_AUTH_STORE_URL", url));
  }

  private static OpenStore open(Map<String, String> environment) {
    return ConfiguredServer.store(settings(environment));
  }

  private static @Nullable StoreSettings said(Map<String, String> environment) {
    return StoreSettings.of(settings(environment));
  }

  private static Settings settings(Map<String, String> environment) {
    return Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Logger warnings(List<String> told) {
    return (Logger)
        Proxy.newProxyInstance(
            StoreSettingsTest.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("warn")) {
                told.add(
                    MessageFormatter.format((String) arguments[0], arguments[1], arguments[2])
                        .getMessage());
              }
              return null;
            });
  }
}
