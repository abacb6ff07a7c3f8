package io.mcpauth.examples.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every {@code grants} command, on the store of a server that has ended. */
class GrantsCommandTest {
  @TempDir private Path directory;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void setUp() {
    environment.put("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"));
  }

  private CommandRun run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("grants"));
    all.addAll(List.of(arguments));
    return CommandRun.of(environment, all.toArray(String[]::new));
  }

  @Test
  void grants_areListedOfAllAndOfSomebody() {
    assertThat(run("list")).isEqualTo(new CommandRun(0, "No grant is in force.\n", ""));
    StoredLogins.of(environment, "bob", "alice", "carol");

    CommandRun all = run("list");
    assertThat(all.code()).as(all.err()).isZero();
    assertThat(all.out().lines().map(line -> line.split("  ", -1)[2]))
        .containsExactlyInAnyOrder("alice", "bob", "carol");
    assertThat(all.out().lines())
        .allMatch(
            line ->
                line.matches(
                    "[\\w-]{43}  notes-app  \\w+  files:list  since \\S+Z, used \\S+Z  until"
                        + " \\S+Z"));
    CommandRun alice = run("list", "--user", "alice", "--client", "notes-app");
    assertThat(alice.out().lines()).singleElement().asString().contains("  alice  ");
    assertThat(run("list", "--client", "notes-app").out()).isEqualTo(all.out());
    assertThat(run("list", "--user", "alice", "--client", "other").out())
        .isEqualTo("No grant is in force.\n");
  }

  @Test
  void grant_endsAloneAndOnce() {
    StoredLogins.of(environment, "bob", "alice");
    String id = run("list", "--user", "alice").id();

    assertThat(run("end", "--grant", id)).isEqualTo(new CommandRun(0, id + "  ended\n", ""));
    CommandRun again = run("end", "--grant", id);
    assertThat(again.code()).isEqualTo(GrantsCommand.WRONG);
    assertThat(again.err()).contains("There is no grant '" + id + "'");
    assertThat(run("list").out()).contains("  bob  ").doesNotContain("  alice  ");
    assertThat(CommandRun.of(environment, "access", "list").out())
        .contains("denied:  session " + id + " of https://login.example, until ");
  }

  /** As one in 64 does. */
  @ParameterizedTest
  @ValueSource(strings = {"-x", "-h", "-hq8ZgLwS1ZrC0pYJ4tWmQd8XbVn2LsKe7RcFhUoA5gI", "--user"})
  void idThatBeginsLikeAnOption_isAnId(String id) {
    CommandRun none = run("end", "--grant=" + id);
    assertThat(none.code()).isEqualTo(GrantsCommand.WRONG);
    assertThat(none.err()).contains("There is no grant '" + id + "'");
    assertThat(run("end", "--grant", id)).isEqualTo(none);
  }

  @Test
  void grantsOfSomebody_endTogether() {
    StoredLogins.of(environment, "bob", "alice", "carol");

    assertThat(run("end", "--user", "alice").out()).isEqualTo("1 grant ended.\n");
    assertThat(run("end", "--user", "bob", "--client", "other").out())
        .isEqualTo("0 grants ended.\n");
    assertThat(run("end", "--user", "bob", "--client", "notes-app").out())
        .isEqualTo("1 grant ended.\n");
    assertThat(run("end", "--client", "notes-app").out()).isEqualTo("1 grant ended.\n");
    assertThat(run("list").out()).isEqualTo("No grant is in force.\n");
    assertThat(CommandRun.of(environment, "access", "list").out())
        .contains("cut off: client notes-app of https://login.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "end",
        "end --grant x --user alice",
        "end --grant x --client notes-app",
        "end --grant x",
        "end alice",
        "list --subject alice",
        "end --grant",
        "lists"
      })
  void wrongUse_isSaidAndChangesNothing(String arguments) {
    StoredLogins.of(environment, "alice");
    CommandRun wrong = run(arguments.split(" ", -1));

    assertThat(wrong.code()).isEqualTo(GrantsCommand.WRONG);
    assertThat(wrong.err()).isNotEmpty();
    assertThat(run("list").out()).contains("  alice  ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "memory"})
  void withoutAStore_itSaysWhatToSet(String url) {
    environment.remove("MCP_AUTH_STORE_URL");
    if (!url.isEmpty()) {
      environment.put("MCP_AUTH_STORE_URL", url);
    }
    CommandRun refused = run("list");

    assertThat(refused.code()).isEqualTo(GrantsCommand.WRONG);
    assertThat(refused.err()).startsWith("grants: MCP_AUTH_STORE_URL is ").contains("file:PATH");
  }
}
