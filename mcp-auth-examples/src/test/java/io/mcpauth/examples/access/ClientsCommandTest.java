package io.mcpauth.examples.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.issuer.ClientControl;
import io.mcpauth.issuer.EnteredClient;
import io.mcpauth.store.OpenStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every {@code clients} command, on a store that is closed in between. */
class ClientsCommandTest {
  private static final String SECRET = "mcpcs_[0-9A-Za-z_-]{43}";
  private static final String GIVEN = "k7Vw+Zk0cXo/8Jr2bq1H4mTnQz5YpLs3RdGfUaE6tXw=";
  private static final String CALLBACK = "https://chat.openai.com/oauth/callback";
  private static final String LINE = "chatgpt-connector  client_secret_post  every scope";

  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void setUp() {
    environment.put("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"));
  }

  @Test
  void madeSecret_isAllOfTheOutputAndIsKeptAsAHash() throws IOException {
    CommandRun added = add("--scopes", "files:list files:read");
    assertThat(added.code()).as(added.err()).isZero();
    assertThat(added.out()).matches(SECRET + "\n");
    assertThat(added.err())
        .startsWith("chatgpt-connector  client_secret_post  files:list files:read\n")
        .doesNotContain(added.out().strip());
    EnteredClient client = only();
    assertThat(client.redirectUris()).containsExactly(CALLBACK);
    assertThat(client.scopes()).containsExactly("files:list", "files:read");
    assertThat(client.lifetime()).isNull();
    assertThat(client.name()).isNull();
    assertNotKept(added.out().strip());
  }

  @Test
  void givenSecret_isNotShown() throws IOException {
    Path file = directory.resolve("secret");
    Files.writeString(file, GIVEN + "\n");
    CommandRun added = add("--secret-file", file.toString());
    assertThat(added).isEqualTo(new CommandRun(0, LINE + "\n", ""));
    Files.delete(file);
    assertNotKept(GIVEN);
  }

  @Test
  void otherOptions_areWhatIsSaid() {
    CommandRun added =
        run(
            "add",
            "--id",
            "app",
            "--redirect-uri",
            CALLBACK,
            "--redirect-uri",
            "http://127.0.0.1/cb",
            "--auth",
            "none",
            "--name",
            "My App",
            "--lifetime",
            "28800");
    assertThat(added)
        .isEqualTo(new CommandRun(0, "app  none  every scope  tokens last 28800 s\n", ""));
    EnteredClient client = only();
    assertThat(client.redirectUris()).containsExactly(CALLBACK, "http://127.0.0.1/cb");
    assertThat(client.name()).isEqualTo("My App");
    assertThat(client.lifetime()).isEqualTo(Duration.ofHours(8));
    assertThat(client.secrets()).isEmpty();
  }

  @Test
  void clientForItself_hasItsScopesAndNoRedirect() {
    CommandRun added =
        run("add", "--id", "job", "--for-itself", "--scopes", "files:read", "--dpop");
    assertThat(added.code()).as(added.err()).isZero();
    assertThat(added.out()).matches(SECRET + "\n");
    assertThat(only().grantTypes()).containsExactly("client_credentials");
    assertThat(only().redirectUris()).isEmpty();
    assertThat(only().dpopBoundTokens()).isTrue();
    assertThat(run("show", "job").out())
        .contains("  grants        client_credentials\n", "  DPoP-bound tokens alone\n");
  }

  @Test
  void clientThatAsksAboutTokens_hasNoGrant() {
    CommandRun added =
        run("add", "--id", "gateway", "--introspect", "--auth", "client_secret_basic");
    assertThat(added.code()).as(added.err()).isZero();
    assertThat(only().grantTypes()).isEmpty();
    assertThat(only().introspects()).isTrue();
    assertThat(run("show", "gateway").out()).contains("  may introspect tokens\n");
  }

  @Test
  void clientOfAllUses_hasAllOfThem() {
    CommandRun added =
        add("--for-itself", "--introspect", "--first-party", "--scopes", "files:read");
    assertThat(added.code()).as(added.err()).isZero();
    assertThat(only().grantTypes())
        .containsExactly("authorization_code", "refresh_token", "client_credentials");
    assertThat(only().introspects()).isTrue();
    assertThat(only().firstParty()).isTrue();
    assertThat(only().redirectUris()).containsExactly(CALLBACK);
  }

  @ParameterizedTest
  @CsvSource({
    "--for-itself, scopes of its own",
    "--for-itself --auth none --scopes files:read, has to prove itself",
    "--first-party, has to have a redirect URI"
  })
  void useThatLacksSomething_isRefused(String options, String said) {
    List<String> all = new ArrayList<>(List.of("add", "--id", "job"));
    all.addAll(List.of(options.split(" ", -1)));
    CommandRun refused = run(all.toArray(String[]::new));
    assertThat(refused.code()).isEqualTo(ClientsCommand.WRONG);
    assertThat(refused.err()).contains(said);
    assertThat(clients()).isEmpty();
  }

  @Test
  void rotatedSecret_overlapsForADayUnlessItIsSaid() {
    String first = add().out();
    CommandRun rotated = run("rotate", "chatgpt-connector");
    assertThat(rotated.code()).as(rotated.err()).isZero();
    assertThat(rotated.out()).matches(SECRET + "\n").isNotEqualTo(first);
    Instant now = Instant.now();
    assertThat(only().secrets()).hasSize(2);
    assertThat(only().secrets().get(0).expiresAt()).isNull();
    assertThat(only().secrets().get(1).expiresAt())
        .isBetween(now.plus(Duration.ofHours(23)), now.plus(Duration.ofHours(24)));
    assertThat(run("show", "chatgpt-connector").out())
        .contains("  secret        of ", ", until ")
        .doesNotContain(first.strip(), rotated.out().strip());
    assertThat(run("rotate", "chatgpt-connector", "--overlap", "0").out()).matches(SECRET + "\n");
    assertThat(only().secrets()).hasSize(1);
  }

  @Test
  void secretThatIsGivenAtARotation_isNotShown() throws IOException {
    add();
    Path file = directory.resolve("secret");
    Files.writeString(file, GIVEN);
    assertThat(run("rotate", "chatgpt-connector", "--secret-file", file.toString()))
        .isEqualTo(new CommandRun(0, LINE + "\n", ""));
    assertThat(only().secrets()).hasSize(2);
  }

  @Test
  void limit_changesWhatItNamesAndIsTakenBack() {
    add("--scopes", "files:list files:read");
    assertThat(run("limit", "chatgpt-connector", "--scopes", "files:read").out())
        .isEqualTo("chatgpt-connector  client_secret_post  files:read\n");
    assertThat(run("limit", "chatgpt-connector", "--lifetime", "8h").out())
        .isEqualTo("chatgpt-connector  client_secret_post  files:read  tokens last 28800 s\n");
    assertThat(run("limit", "chatgpt-connector", "--scopes", "*", "--lifetime", "0").out())
        .isEqualTo(LINE + "\n");
    assertThat(only().scopes()).isNull();
    assertThat(only().lifetime()).isNull();
  }

  @Test
  void limitOfWhichOneHalfIsWrong_changesNothing() {
    add("--scopes", "files:list");
    for (String[] arguments :
        new String[][] {
          {"limit", "chatgpt-connector", "--scopes", "files:read", "--lifetime", "91d"},
          {"limit", "chatgpt-connector", "--scopes", " ", "--lifetime", "8h"},
          {"limit", "chatgpt-connector"}
        }) {
      assertThat(run(arguments).code()).isEqualTo(2);
      assertThat(only().scopes()).containsExactly("files:list");
      assertThat(only().lifetime()).isNull();
    }
  }

  @Test
  void client_isSwitchedOffAndOnAndRemoved() {
    add();
    assertThat(run("disable", "chatgpt-connector"))
        .isEqualTo(new CommandRun(0, LINE + "  OFF\n", ""));
    assertThat(only().enabled()).isFalse();
    assertThat(run("list").out()).isEqualTo(LINE + "  OFF\n");
    assertThat(run("enable", "chatgpt-connector")).isEqualTo(new CommandRun(0, LINE + "\n", ""));
    assertThat(only().enabled()).isTrue();
    assertThat(run("remove", "chatgpt-connector"))
        .isEqualTo(new CommandRun(0, "chatgpt-connector  removed\n", ""));
    assertThat(run("list")).isEqualTo(new CommandRun(0, "No client was entered.\n", ""));
    for (String command : List.of("remove", "show")) {
      CommandRun again = run(command, "chatgpt-connector");
      assertThat(again)
          .isEqualTo(
              new CommandRun(
                  2,
                  "",
                  "clients: There is no client 'chatgpt-connector'. 'clients list' has those that"
                      + " are there.\n"));
    }
  }

  /** The policy may be another one tomorrow. */
  @Test
  void scopeThatThePolicyDoesNotName_isAWarning() {
    CommandRun added = add("--scopes", "files:list file:read");
    assertThat(added.code()).isZero();
    assertThat(added.err())
        .contains(
            "clients: warning: the policy does not name the scope 'file:read'. It has files:list,"
                + " files:read.\n")
        .doesNotContain("the scope 'files:list'");
    assertThat(run("limit", "chatgpt-connector", "--scopes", "file:read").err())
        .contains("the policy does not name the scope 'file:read'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "add --id x | has to have a redirect URI",
        "add --redirect-uri https://a.example/cb | Missing required option: '--id=ID'",
        "add --id taken --redirect-uri https://a.example/cb | There is a client 'taken'.",
        "add --id a/b --redirect-uri https://a.example/cb | The id of a client has to be",
        "add --id x --redirect-uri http://a.example/cb | cannot be allowed",
        "add --id x --redirect-uri javascript:alert(1) | cannot be allowed",
        "add --id x --redirect-uri https://a.example/cb --auth basic | is no authentication method",
        "add --id x --redirect-uri https://a.example/cb --auth private_key_jwt | in code",
        "add --id x --redirect-uri https://a.example/cb --scopes= | is limited to 1 to 100 scopes",
        "add --id x --redirect-uri https://a.example/cb --scopes a,a,offline_access | Remove it.",
        "add --id x --redirect-uri https://a.example/cb --lifetime 59 | a minute to 30 days",
        "add --id x --redirect-uri https://a.example/cb --lifetime soon | is no span of time",
        "add --id x --redirect-uri https://a.example/cb --secret-file /none | cannot be read",
        "add --id x --redirect-uri https://a.example/cb --secret hunter2 | Unknown option",
        "rotate | Missing required parameter: 'ID'",
        "rotate nobody | There is no client 'nobody'.",
        "rotate taken --overlap 91d | Write 0 to 90 days.",
        "limit nobody --lifetime 8h | There is no client 'nobody'.",
        "limit taken | There is nothing to limit.",
        "disable nobody | There is no client 'nobody'.",
        "enable nobody | There is no client 'nobody'.",
        "frobnicate | Unmatched argument",
        "'' | Missing required subcommand"
      })
  void badInput_isStatus2AndChangesNothing(String arguments, String problem) {
    run("add", "--id", "taken", "--redirect-uri", CALLBACK);
    List<EnteredClient> before = clients();
    CommandRun refused = run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
    assertThat(refused.code()).as(refused.err()).isEqualTo(2);
    assertThat(refused.err()).contains(problem);
    assertThat(refused.out()).isEmpty();
    assertThat(clients()).isEqualTo(before);
  }

  @Test
  void secretThatIsShort_isRefusedAndNotShown() throws IOException {
    Path file = directory.resolve("secret");
    Files.writeString(file, "hunter2hunter2");
    CommandRun refused = add("--secret-file", file.toString());
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("24 to 255 characters").doesNotContain("hunter2");
    assertThat(clients()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\nlines", "\u001b[31mred", "a\u202eb", "\u0000"})
  void controlCharacters_areRefusedAndNotShown(String text) {
    for (String[] arguments :
        new String[][] {
          {"add", "--id", text, "--redirect-uri", CALLBACK},
          {"add", "--id", "x", "--redirect-uri", "https://a.example/" + text},
          {"add", "--id", "x", "--redirect-uri", CALLBACK, "--name", text},
          {"add", "--id", "x", "--redirect-uri", CALLBACK, "--scopes", "a" + text},
          {"add", "--id", "x", "--redirect-uri", CALLBACK, "--auth", text},
          {"show", text},
          {"rotate", text},
          {"disable", text},
          {"remove", text}
        }) {
      CommandRun refused = run(arguments);
      assertThat(refused.code()).as(String.join(" ", arguments)).isEqualTo(2);
      assertThat(refused.err()).doesNotContain(text);
    }
    assertThat(clients()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "memory"})
  void noPlaceForClients_saysWhatToSet(String store) {
    environment.clear();
    if (!store.isEmpty()) {
      environment.put("MCP_AUTH_STORE_URL", store);
    }
    for (CommandRun refused : List.of(add(), run("list"), run("disable", "x"))) {
      assertThat(refused.code()).isEqualTo(2);
      assertThat(refused.err())
          .startsWith("clients: MCP_AUTH_STORE_URL is ")
          .contains("so there is no place for clients", "file:PATH");
      assertThat(refused.out()).isEmpty();
    }
  }

  @Test
  void storeThatFails_isStatus1() {
    environment.put("MCP_AUTH_STORE_URL", "jdbc:postgresql://127.0.0.1:1/none");
    environment.put("MCP_AUTH_STORE_PASSWORD", "s3cret-word");
    CommandRun failed = add();
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err())
        .startsWith("clients: MCP_AUTH_STORE_URL (environment): the database does not answer")
        .doesNotContain("s3cret-word");
    assertThat(failed.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"add", "list", "show", "rotate", "limit", "disable", "enable", "remove"})
  void help_isThereForEach(String command) {
    CommandRun help = run(command, "--help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).startsWith("Usage: java -jar file-tools.jar clients " + command);
    assertThat(help.err()).isEmpty();
  }

  private CommandRun add(String... more) {
    String[] all = {"add", "--id", "chatgpt-connector", "--redirect-uri", CALLBACK};
    String[] arguments = Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, arguments, all.length, more.length);
    return run(arguments);
  }

  private CommandRun run(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "clients";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandRun.of(environment, all);
  }

  private void assertNotKept(String secret) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path kept : files.toList()) {
        assertThat(new String(Files.readAllBytes(kept), StandardCharsets.ISO_8859_1))
            .doesNotContain(secret);
      }
    }
  }

  private EnteredClient only() {
    assertThat(clients()).hasSize(1);
    return clients().get(0);
  }

  private List<EnteredClient> clients() {
    Settings settings =
        Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
    try (OpenStore opened = ConfiguredServer.store(settings)) {
      return ClientControl.on(opened.store()).list();
    }
  }
}
