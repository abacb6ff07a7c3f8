package io.mcpauth.examples.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.key.IssuedKey;
import io.mcpauth.key.KeyControl;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.store.OpenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every {@code keys} command, on a file of keys and on a store that is closed in between. */
class KeysCommandTest {
  private static final String KEY = "mcp_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}";

  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();

  /** Where keys are. */
  enum Place {
    FILE,
    STORE
  }

  @BeforeEach
  void setUp() {
    use(Place.FILE);
  }

  private void use(Place place) {
    environment.clear();
    if (place == Place.FILE) {
      environment.put("MCP_AUTH_API_KEYS_FILE", file().toString());
    } else {
      environment.put("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"));
      environment.put("MCP_AUTH_API_KEYS", "true");
    }
  }

  @ParameterizedTest
  @EnumSource
  void key_isAllOfTheOutputAndIsKeptAsAHash(Place place) throws IOException {
    use(place);
    CommandRun created =
        run("create", "--name", "ci", "--scopes", "files:list files:read", "--owner", "alice");
    assertThat(created.code()).as(created.err()).isZero();
    assertThat(created.out()).matches(KEY + "\n");
    assertThat(created.err())
        .startsWith("ci  ")
        .contains("  ApiKey  files:list files:read  owner alice  until ")
        .doesNotContain(secret(created));
    IssuedKey key = only();
    assertThat(key.scopes()).containsExactly("files:list", "files:read");
    assertThat(key.owner()).isEqualTo("alice");
    assertThat(key.resource()).isEqualTo(CommandRun.RESOURCE);
    assertThat(created.out()).startsWith("mcp_" + key.id() + "_");
    CommandRun listed = run("list");
    assertThat(listed.out()).startsWith("ci  " + key.id() + "  ApiKey  files:list files:read  ");
    assertThat(listed.out()).doesNotContain(secret(created));
    try (var files = Files.list(directory)) {
      for (Path kept : files.toList()) {
        assertThat(
                new String(Files.readAllBytes(kept), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain(secret(created));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void rotatedKey_hasTwoSecretsUntilTheOverlapEnds(Place place) {
    use(place);
    String first = run("create", "--name", "ci", "--scopes", "files:list").out();
    CommandRun rotated = run("rotate", "ci", "--overlap", "2h");
    assertThat(rotated.code()).as(rotated.err()).isZero();
    assertThat(rotated.out()).matches(KEY + "\n").isNotEqualTo(first);
    Instant now = Instant.now();
    assertThat(keys()).hasSize(2);
    assertThat(keys().get(1).expiresAt())
        .isBetween(now.plus(Duration.ofHours(1)), now.plus(Duration.ofHours(2)));
    assertThat(run("list").out().lines()).hasSize(2).allMatch(line -> line.startsWith("ci  "));
  }

  @Test
  void rotation_overlapsForADayUnlessItIsSaid() {
    run("create", "--name", "ci");
    run("rotate", "ci");
    Instant now = Instant.now();
    assertThat(keys().get(1).expiresAt())
        .isBetween(now.plus(Duration.ofHours(23)), now.plus(Duration.ofHours(24)));
  }

  @Test
  void rotationWithoutOverlap_endsTheSecretBefore() {
    run("create", "--name", "ci");
    CommandRun rotated = run("rotate", "ci", "--overlap", "0");
    assertThat(rotated.code()).as(rotated.err()).isZero();
    Instant now = Instant.now();
    assertThat(keys()).filteredOn(key -> key.expiresAt().isAfter(now)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void revokedKey_isGoneWithAllItsSecrets(Place place) {
    use(place);
    run("create", "--name", "ci");
    run("rotate", "ci");
    assertThat(run("revoke", "ci")).isEqualTo(new CommandRun(0, "ci  revoked\n", ""));
    assertThat(keys()).isEmpty();
    assertThat(run("list")).isEqualTo(new CommandRun(0, "There is no key.\n", ""));
    CommandRun again = run("revoke", "ci");
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err())
        .isEqualTo("keys: There is no key 'ci'. 'keys list' has those that are there.\n");
  }

  @Test
  void lifeAndUse_areWhatIsSaid() {
    run("create", "--name", "robot", "--basic", "--expires", "90d");
    IssuedKey key = only();
    assertThat(key.use()).isEqualTo(IssuedKey.Use.BASIC);
    assertThat(key.owner()).isNull();
    assertThat(key.scopes()).isEmpty();
    Instant in90 = Instant.now().plus(Duration.ofDays(90));
    assertThat(key.expiresAt()).isBetween(in90.minusSeconds(60), in90);
    assertThat(run("list").out()).contains("  Basic  no scope  until ");
  }

  @Test
  void lifeThatIsNotSaid_isAYear() {
    run("create", "--name", "ci");
    Instant inAYear = Instant.now().plus(Duration.ofDays(365));
    assertThat(only().expiresAt()).isBetween(inAYear.minusSeconds(60), inAYear);
  }

  @Test
  void prefix_isThatOfTheServer() {
    environment.put("MCP_AUTH_API_KEY_PREFIX", "acme");
    assertThat(run("create", "--name", "ci").out()).startsWith("acme_");
    environment.put("MCP_AUTH_API_KEY_PREFIX", "ey");
    assertThat(run("create", "--name", "cd"))
        .matches(refused -> refused.code() == 2)
        .extracting(CommandRun::err)
        .asString()
        .startsWith("keys: MCP_AUTH_API_KEY_PREFIX (environment): ");
  }

  /** The policy may be another one tomorrow. */
  @Test
  void scopeThatThePolicyDoesNotName_isAWarning() {
    CommandRun created = run("create", "--name", "ci", "--scopes", "files:list file:read");
    assertThat(created.code()).isZero();
    assertThat(created.err())
        .contains(
            "keys: warning: the policy does not name the scope 'file:read'. It has files:list,"
                + " files:read.\n")
        .doesNotContain("the scope 'files:list'");
    assertThat(created.out()).matches(KEY + "\n");
    assertThat(only().scopes()).isEqualTo(Set.of("files:list", "file:read"));
  }

  @Test
  void keyThatTheServerDoesNotAccept_isAWarning() {
    String warning = "keys: warning: a server with these settings does not accept it. Write ";
    assertThat(run("create", "--name", "file").err()).doesNotContain(warning);
    assertThat(run("create", "--name", "account", "--basic").err())
        .contains(warning + "MCP_AUTH_BASIC=keys for the server.\n");
    environment.put("MCP_AUTH_BASIC", "keys");
    assertThat(run("create", "--name", "another", "--basic").err()).doesNotContain(warning);
    use(Place.STORE);
    assertThat(run("create", "--name", "store").err()).doesNotContain(warning);
    environment.remove("MCP_AUTH_API_KEYS");
    CommandRun created = run("create", "--name", "ci");
    assertThat(created.err()).contains(warning + "MCP_AUTH_API_KEYS=true for the server.\n");
    assertThat(created.out()).matches(KEY + "\n");
  }

  @Test
  void policyThatCannotBeRead_isAWarning() {
    environment.put("MCP_AUTH_POLICY_FILE", directory.resolve("none.json").toString());
    CommandRun created = run("create", "--name", "ci", "--scopes", "files:list");
    assertThat(created.code()).isZero();
    assertThat(created.err())
        .contains("keys: warning: the scopes are not compared with the policy: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create | Missing required option: '--name=N'",
        "create --name= | The name of a key has to be",
        "create --name two\u00a0words | The name of a key has to be",
        "create --name taken | There is a key 'taken'. Rotate it, or revoke it first.",
        "create --name ci --scopes a,a | A scope of the key is there twice.",
        "create --name ci --scopes offline_access | Remove it.",
        "create --name ci --scopes a\\b | is no scope token",
        "create --name ci --owner= | The owner of a key has to be",
        "create --name ci --expires 0 | A key cannot last PT0S. Write a second to 3650 days.",
        "create --name ci --expires 3651d | Write a second to 3650 days.",
        "create --name ci --expires 90 | is no span of time. Write a number with s, m, h or d",
        "create --name ci --expires soon | is no span of time.",
        "create --name ci --expires 9999999999d | is no span of time.",
        "create --name ci extra | Unmatched argument",
        "rotate | Missing required parameter: 'NAME'",
        "rotate nobody | There is no key 'nobody'.",
        "rotate taken --overlap 91d | Write 0 to 90 days.",
        "rotate taken --overlap -1h | is no span of time.",
        "revoke | Missing required parameter: 'NAME'",
        "revoke nobody | There is no key 'nobody'.",
        "frobnicate | Unmatched argument",
        "'' | Missing required subcommand"
      })
  void badInput_isStatus2AndChangesNothing(String arguments, String problem) {
    run("create", "--name", "taken");
    List<IssuedKey> before = keys();
    CommandRun refused = run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
    assertThat(refused.code()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err()).contains(problem);
    assertThat(refused.out()).isEmpty();
    assertThat(keys()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\nlines", "\u001b[31mred", "a\u202eb", "\u0000"})
  void controlCharacters_areRefusedAndNotShown(String text) {
    for (String[] arguments :
        new String[][] {
          {"create", "--name", text},
          {"create", "--name", "ci", "--owner", text},
          {"create", "--name", "ci", "--scopes", "a" + text},
          {"rotate", text},
          {"revoke", text}
        }) {
      CommandRun refused = run(arguments);
      assertThat(refused.code()).as(String.join(" ", arguments)).isEqualTo(2);
      assertThat(refused.err()).doesNotContain(text);
    }
    assertThat(Files.exists(file())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "memory"})
  void noPlaceForKeys_saysWhatToSet(String store) {
    environment.clear();
    if (!store.isEmpty()) {
      environment.put("MCP_AUTH_STORE_URL", store);
    }
    for (String[] arguments :
        new String[][] {{"create", "--name", "ci"}, {"list"}, {"rotate", "ci"}, {"revoke", "ci"}}) {
      CommandRun refused = run(arguments);
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err())
          .startsWith("keys: MCP_AUTH_API_KEYS_FILE is not set, and MCP_AUTH_STORE_URL ")
          .contains("MCP_AUTH_API_KEYS_FILE=PATH", "MCP_AUTH_STORE_URL=file:PATH");
      assertThat(refused.out()).isEmpty();
    }
  }

  @Test
  void storeThatFails_isStatus1() {
    environment.clear();
    environment.put("MCP_AUTH_STORE_URL", "jdbc:postgresql://127.0.0.1:1/none");
    environment.put("MCP_AUTH_STORE_PASSWORD", "s3cret-word");
    CommandRun failed = run("create", "--name", "ci");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err())
        .startsWith("keys: MCP_AUTH_STORE_URL (environment): the database does not answer")
        .doesNotContain("s3cret-word");
    assertThat(failed.out()).isEmpty();
  }

  @Test
  void fileThatIsNone_isNotWrittenOver() throws IOException {
    Files.writeString(file(), "my notes");
    CommandRun refused = run("create", "--name", "ci");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
    assertThat(file()).hasContent("my notes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "list", "rotate", "revoke"})
  void help_isThereForEach(String command) {
    CommandRun help = run(command, "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).startsWith("Usage: java -jar file-tools.jar keys " + command);
    assertThat(help.err()).isEmpty();
  }

  private CommandRun run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "keys";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandRun.of(environment, all);
  }

  private static String secret(CommandRun created) {
    return created.out().strip().substring("mcp_123456789012_".length());
  }

  private Path file() {
    return directory.resolve("keys.json");
  }

  private IssuedKey only() {
    assertThat(keys()).hasSize(1);
    return keys().get(0);
  }

  private List<IssuedKey> keys() {
    ResourceIdentifier resource = ResourceIdentifier.of(CommandRun.RESOURCE);
    if (environment.containsKey("MCP_AUTH_API_KEYS_FILE")) {
      return KeyControl.inFile(file(), resource).list();
    }
    Settings settings =
        Settings.of(
            List.of(Setting.values()),
            SettingSource.environment(
                Map.of("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"))));
    try (OpenStore opened = ConfiguredServer.store(settings)) {
      return KeyControl.on(opened.store(), resource).list();
    }
  }
}
