package io.mcpauth.examples.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import io.mcpauth.examples.authserver.Login;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against the file-tools server, with a person who logs in. */
class CommandLineClientTest {
  @TempDir static @Nullable Path root;

  private static @Nullable FileToolsServer server;

  @BeforeAll
  static void start() throws Exception {
    Path directory = Objects.requireNonNull(root);
    Files.writeString(directory.resolve("known.txt"), "known text");
    server =
        FileToolsServer.start(
            FileToolsSettings.from(
                Map.of(
                    "FILE_TOOLS_PORT", "0",
                    "FILE_TOOLS_AS_PORT", "0",
                    "FILE_TOOLS_ANONYMOUS_ABOUT", "true",
                    "FILE_TOOLS_ROOT", directory.toString())));
  }

  @AfterAll
  static void stop() {
    Objects.requireNonNull(server).close();
  }

  /** How a run ended, and what it said. */
  private record Outcome(int status, String out, String err, List<String> pages) {}

  private static Login login() {
    return Objects.requireNonNull(Objects.requireNonNull(server).login());
  }

  private static Outcome run(Login.Account account, String decision, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    int at = all.indexOf("URL");
    all.set(at, Objects.requireNonNull(server).url());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PersonAtBrowser person = new PersonAtBrowser(account, decision);
    int status =
        ClientMain.run(
            all, Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(person, true, UTF_8));
    Outcome outcome = new Outcome(status, out.toString(UTF_8), person.text(), person.lastPages());
    assertThat(outcome.out() + outcome.err()).doesNotContain("eyJ").doesNotContain("code=");
    return outcome;
  }

  @Test
  void toolForEverybody_needsNoLogin() {
    Outcome outcome = run(login().editor(), "allow", "URL", "about");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("4 need a login");
    assertThat(outcome.pages()).isEmpty();
  }

  @Test
  void noTool_listsThem() {
    Outcome outcome = run(login().editor(), "allow", "URL");
    assertThat(outcome.out().lines())
        .contains("about", "list_files", "read_file", "write_file", "delete_file");
    assertThat(outcome.status()).isZero();
  }

  @Test
  void lockedTool_isCalledAfterOneLogin() {
    Outcome outcome =
        run(login().editor(), "allow", "URL", "read_file", "{\"path\":\"known.txt\"}");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("known text");
    assertThat(outcome.pages()).hasSize(1).allMatch(page -> page.startsWith("Done."));
  }

  @Test
  void toolBeyondTheFirstScopes_isCalledAfterOneLoginForItsOwn() throws Exception {
    Outcome outcome =
        run(
            login().editor(),
            "allow",
            "URL",
            "write_file",
            "{\"path\":\"new.txt\",\"content\":\"written\"}");
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(Objects.requireNonNull(root).resolve("new.txt")).hasContent("written");
    assertThat(outcome.pages()).hasSize(1).allMatch(page -> page.startsWith("Done."));
  }

  @Test
  void toolBeyondTheUsersRole_isRefusedWithoutMoreLogins() {
    Outcome outcome =
        run(login().guest(), "allow", "URL", "delete_file", "{\"path\":\"known.txt\"}");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("tools/call delete_file");
    assertThat(outcome.pages()).hasSize(1);
    assertThat(Objects.requireNonNull(root).resolve("known.txt")).exists();
  }

  @Test
  void userWhoSaysNo_endsIt() {
    Outcome outcome = run(login().guest(), "deny", "URL", "list_files");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("REFUSED, access_denied");
    assertThat(outcome.pages()).hasSize(1).allMatch(page -> page.startsWith("This did not work."));
  }

  @Test
  void serverThatAsksAUser_isNothingToFollowRedirectsThrough() {
    Outcome outcome = run(login().editor(), "allow", "--follow-redirects", "URL", "list_files");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("Run without --follow-redirects");
    assertThat(outcome.pages()).isEmpty();
  }

  @Test
  void toolThatFails_isStatus1() {
    Outcome outcome =
        run(login().editor(), "allow", "URL", "read_file", "{\"path\":\"missing.txt\"}");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("no such file");
  }

  @Test
  void argumentsThatAreNoObject_areRefusedBeforeTheCall() {
    Outcome outcome = run(login().editor(), "allow", "URL", "about", "[1]");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).contains("no JSON object");
  }

  @Test
  void mistakenCommandLine_isStatus2() {
    Outcome outcome = run(login().editor(), "allow", "--verbose", "URL");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("mcp-client: Option '--verbose' is unknown.");
  }
}
