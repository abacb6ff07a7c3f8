package io.mcpauth.examples.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessStatus;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.store.OpenStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every {@code access} command, on a store in a file that is closed in between. */
class AccessCommandTest {
  private static final String ISSUER = "https://login.example.com";

  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void setUp() {
    environment.put("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"));
    environment.put("MCP_AUTH_ISSUER", ISSUER);
  }

  @Test
  void newStore_isOpenAndHasNoRule() {
    assertThat(run("access status"))
        .isEqualTo(new CommandRun(0, "Access is open.\n0 rules are in force.\n", ""));
    assertThat(run("access list")).isEqualTo(new CommandRun(0, "No rule is in force.\n", ""));
  }

  @Test
  void close_isToldWithItsMessage() {
    CommandRun closed = run("access close --message Maintenance --retry-after 600");
    assertThat(closed.code()).isZero();
    assertThat(closed.out())
        .matches(
            "Access is closed, since \\S+Z \\(command line.*\\)\\. To be tried again after 600 s\\."
                + " The refused are told: Maintenance\n");
    AccessStatus status = control().status();
    assertThat(status.mode()).isEqualTo(AccessStatus.AccessMode.CLOSED);
    assertThat(status.message()).isEqualTo("Maintenance");
    assertThat(status.retryAfter()).isEqualTo(Duration.ofMinutes(10));
    assertThat(status.madeBy()).startsWith("command line");
    assertThat(run("access status").out()).startsWith(closed.out().strip());
  }

  @Test
  void closeAlone_hasAMinute() {
    assertThat(run("access close").out()).endsWith("To be tried again after 60 s.\n");
  }

  @Test
  void known_thenOpen() {
    assertThat(run("access known").out()).startsWith("Access is for known clients only, since ");
    assertThat(control().status().mode()).isEqualTo(AccessStatus.AccessMode.KNOWN);
    assertThat(run("access open").out()).startsWith("Access is open, since ");
    assertThat(control().status().mode()).isEqualTo(AccessStatus.AccessMode.OPEN);
  }

  @ParameterizedTest
  @CsvSource({
    "--client chatgpt, client chatgpt of https://login.example.com",
    "--subject alice, user alice of https://login.example.com",
    "--client chatgpt --subject alice, client chatgpt user alice of https://login.example.com",
    "--issuer https://login.example.com, everybody of https://login.example.com",
    "--all, everybody"
  })
  void revoke_cutsOffWhatWasIssued(String options, String who) {
    Instant before = Instant.now().minusMillis(1);
    CommandRun revoked = run("access revoke " + options);
    assertThat(revoked.code()).isZero();
    assertThat(revoked.out()).contains("  cut off: " + who + ", issued until ");
    AccessRule rule = onlyRule();
    assertThat(rule.id()).isEqualTo(revoked.id());
    assertThat(rule.kind()).isEqualTo(AccessRule.Kind.CUT_OFF);
    assertThat(rule.before()).isAfterOrEqualTo(before.minusMillis(1));
    assertThat(run("access list").out()).isEqualTo(revoked.out());
  }

  @Test
  void revokeOfAToken_deniesItUntilItsEnd() {
    CommandRun revoked = run("access revoke --jti j1 --until 2999-01-01T00:00:00Z");
    assertThat(revoked.out())
        .contains("  denied:  token j1 of https://login.example.com, until 2999-01-01T00:00:00Z");
    assertThat(onlyRule().target()).isEqualTo(AccessTarget.token(ISSUER, "j1"));
    assertThat(onlyRule().endsAt()).isEqualTo(Instant.parse("2999-01-01T00:00:00Z"));
  }

  @Test
  void denyAndAllow_nameWhomTheyAreAbout() {
    assertThat(run("access deny --subject mallory").out())
        .contains("  denied:  user mallory of https://login.example.com  (");
    assertThat(run("access allow --client chatgpt").out())
        .contains("  known:   client chatgpt of https://login.example.com  (");
    assertThat(run("access deny --group former").out())
        .contains("  denied:  group former of https://login.example.com  (");
    assertThat(control().list())
        .extracting(AccessRule::kind)
        .containsExactly(AccessRule.Kind.DENY, AccessRule.Kind.ALLOW, AccessRule.Kind.DENY);
    assertThat(run("access status").out()).endsWith("\n3 rules are in force.\n");
  }

  @Test
  void undo_undoesOnce() {
    String id = run("access deny --subject mallory").id();
    assertThat(run("access undo " + id)).isEqualTo(new CommandRun(0, id + "  undone\n", ""));
    assertThat(control().list()).isEmpty();
    CommandRun again = run("access undo " + id);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).startsWith("access: There is no rule '" + id + "'.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "access revoke | Nobody is named.",
        "access revoke --all --client c | --all is everybody, and names nobody beside.",
        "access revoke --jti j --subject s | --jti is one token, whosever it is.",
        "access revoke --jti j --all | --jti is one token, whosever it is.",
        "access revoke --client c --until 2999-01-01T00:00:00Z | --until is for a token.",
        "access revoke --jti j --until 2020-01-01T00:00:00Z | has ended already. Write a later"
            + " instant",
        "access revoke --jti j --until tomorrow | Invalid value for option '--until'",
        "access revoke --issuer https://other.example --client c | No authorization server is",
        "access deny | Nobody is named.",
        "access deny --group g --subject s | A group stands alone.",
        "access allow | Nobody is named.",
        "access close --retry-after -5 | They cannot come again after PT-5S.",
        "access close --retry-after 700000 | They cannot come again after",
        "access close --retry-after soon | Invalid value for option '--retry-after'",
        "access undo | Missing required parameter: 'ID'",
        "access undo nothing | There is no rule 'nothing'.",
        "access frobnicate | Unmatched argument",
        "access | Missing required subcommand",
      })
  void badInput_isStatus1AndChangesNothing(String arguments, String problem) {
    CommandRun refused = run(arguments);
    assertThat(refused.code()).as(refused.err()).isEqualTo(1);
    assertThat(refused.err()).contains(problem);
    assertThat(refused.out()).isEmpty();
    assertThat(control().list()).isEmpty();
    assertThat(control().status().mode()).isEqualTo(AccessStatus.AccessMode.OPEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\nlines", "\u001b[31mred", "\u0000"})
  void controlCharacters_areRefused(String text) {
    assertThat(CommandRun.of(environment, "access", "close", "--message", text).code())
        .isEqualTo(1);
    assertThat(CommandRun.of(environment, "access", "deny", "--subject", text).code()).isEqualTo(1);
    assertThat(control().list()).isEmpty();
  }

  /** A name may be what turns a line around; a terminal does not get it. */
  @Test
  void nameThatWouldChangeTheLine_isShownWithoutThat() {
    assertThat(CommandRun.of(environment, "access", "deny", "--subject", "a\u202eb").out())
        .contains("user a?b of");
  }

  @Test
  void severalIssuersOrNone_needOneToBeNamed() {
    environment.put("MCP_AUTH_ISSUER", ISSUER + ",https://b.example");
    assertThat(run("access revoke --client c").err())
        .contains("Several issuers are configured. Write --issuer with one of " + ISSUER);
    assertThat(run("access revoke --client c --issuer https://b.example").code()).isZero();
    environment.remove("MCP_AUTH_ISSUER");
    assertThat(run("access revoke --client c").err()).contains("No issuer is configured.");
    assertThat(run("access revoke --client c --issuer https://any.example").code()).isZero();
    assertThat(run("access revoke --all").code()).isZero();
  }

  /** Its users are the same, whichever name a token has. */
  @Test
  void issuerWithSeveralNames_getsARuleForEach() {
    environment.put("MCP_AUTH_ACCEPTED_ISSUERS", "https://a.example,https://b.example");
    for (String named : List.of("", " --issuer https://a.example", " --issuer https://b.example")) {
      CommandRun denied = run("access deny --subject mallory" + named);
      assertThat(denied.code()).as(denied.err()).isZero();
      assertThat(denied.out().lines()).hasSize(2);
      assertThat(control().list())
          .extracting(AccessRule::target)
          .containsExactlyInAnyOrder(
              AccessTarget.subject("https://a.example", "mallory"),
              AccessTarget.subject("https://b.example", "mallory"));
    }
    assertThat(run("access revoke --jti j").out().lines()).hasSize(2);
    assertThat(run("access deny --group g").out().lines()).hasSize(2);
    assertThat(run("access deny --subject mallory --issuer " + ISSUER).code()).isEqualTo(1);
  }

  @Test
  void memory_saysThatThereIsNothingToChange() {
    for (String url : List.of("", "memory")) {
      if (url.isEmpty()) {
        environment.remove("MCP_AUTH_STORE_URL");
      } else {
        environment.put("MCP_AUTH_STORE_URL", url);
      }
      CommandRun refused = run("access status");
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("where no command gets at it", "file:PATH");
    }
  }

  @Test
  void storeThatFails_isStatus2() {
    environment.put("MCP_AUTH_STORE_URL", "jdbc:postgresql://127.0.0.1:1/none");
    environment.put("MCP_AUTH_STORE_PASSWORD", "s3cret-word");
    CommandRun failed = run("access revoke --client c");
    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.err())
        .startsWith("access: MCP_AUTH_STORE_URL (environment): the database does not answer")
        .doesNotContain("s3cret-word");
    assertThat(failed.out()).isEmpty();
  }

  @Test
  void passwordOfAnotherDatabase_isStatus2() throws Exception {
    run("access deny --subject mallory");
    Path password = directory.resolve("store.password");
    String right = Files.readString(password);
    Files.writeString(password, "A".repeat(right.length()));
    CommandRun failed = run("access list");
    assertThat(failed.code()).isEqualTo(2);
    assertThat(failed.err()).contains("store.password is not that of store.mv.db");
    Files.writeString(password, right);
    assertThat(run("access list").out()).contains("user mallory");
  }

  @Test
  void unknownSetting_isStatus1() {
    environment.put("MCP_AUTH_STORE_ULR", "memory");
    CommandRun refused = run("access status");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("MCP_AUTH_STORE_ULR");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"status", "open", "known", "close", "revoke", "deny", "allow", "list", "undo"})
  void help_isThereForEach(String command) {
    CommandRun help = run("access " + command + " --help");
    assertThat(help.code()).isZero();
    assertThat(help.out()).startsWith("Usage: java -jar file-tools.jar access " + command);
    assertThat(help.err()).isEmpty();
  }

  private CommandRun run(String arguments) {
    return CommandRun.of(environment, arguments.split(" ", -1));
  }

  private AccessRule onlyRule() {
    List<AccessRule> rules = control().list();
    assertThat(rules).hasSize(1);
    return rules.get(0);
  }

  /** Of a store that was closed again: what is asked is read at once. */
  private Seen control() {
    Settings settings =
        Settings.of(
            List.of(Setting.values()),
            SettingSource.environment(
                Map.of("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"))));
    try (OpenStore opened = ConfiguredServer.store(settings)) {
      AccessControl control = AccessControl.on(opened.store());
      return new Seen(control.list(), control.status());
    }
  }

  private record Seen(List<AccessRule> list, AccessStatus status) {}
}
