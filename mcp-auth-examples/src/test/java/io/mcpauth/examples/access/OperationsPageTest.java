package io.mcpauth.examples.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gives the commands of docs/operations.md in its order, and holds the page to what they say. */
class OperationsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "operations.md");
  private static final Pattern BLOCK =
      Pattern.compile("```(?:console|sh)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern EXPORT = Pattern.compile("export (\\w+)=(\\S+).*");
  private static final String COMMAND = "$ java -jar file-tools.jar ";
  private static final Pattern GRANT = Pattern.compile("(?<![\\w-])[\\w-]{43}(?![\\w-])");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @TempDir private Path directory;

  /** A command of the page, what is in its environment, and what the page says that it prints. */
  private record Given(Map<String, String> environment, String arguments, String printed) {}

  @Test
  void everyCommand_printsWhatThePageSays() throws IOException {
    List<Given> commands = commands();
    assertThat(commands).hasSizeGreaterThan(18);
    Map<String, String> ids = new HashMap<>();
    boolean loggedIn = false;
    for (Given given : commands) {
      if (!loggedIn && given.arguments().startsWith("grants")) {
        StoredLogins.of(given.environment(), "alice", "bob", "carol");
        loggedIn = true;
      }
      CommandRun run =
          CommandRun.of(
              given.environment(),
              WORD.matcher(withIds(given.arguments(), ids))
                  .results()
                  .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
                  .toArray(String[]::new));
      assertThat(run.code()).as(given.arguments() + run.err()).isZero();
      assertThat(plain(run.err() + run.out()))
          .as(given.arguments())
          .isEqualTo(plain(given.printed()));
      learn(given.printed(), run.out(), ids);
    }
  }

  /** What the page calls a grant, and what it is here. */
  private static void learn(String onThePage, String here, Map<String, String> ids) {
    List<MatchResult> real = GRANT.matcher(here).results().toList();
    List<MatchResult> written = GRANT.matcher(onThePage).results().toList();
    for (int i = 0; i < written.size(); i++) {
      ids.put(written.get(i).group(), real.get(i).group());
    }
  }

  private static String withIds(String arguments, Map<String, String> ids) {
    return GRANT.matcher(arguments).replaceAll(id -> ids.getOrDefault(id.group(), id.group()));
  }

  /** Whatever the page tells to do is among what is tried. */
  @Test
  void everyCommandThereIs_isOnThePage() throws IOException {
    assertThat(commands())
        .extracting(given -> given.arguments().split(" ", 3))
        .extracting(words -> words[0] + " " + words[1])
        .contains("access status", "access open", "access known", "access close", "access revoke")
        .contains("access deny", "access allow", "access list", "access undo")
        .contains("keys create", "keys list", "keys rotate", "keys revoke")
        .contains("clients add", "clients list", "clients show", "clients rotate")
        .contains("grants list", "grants end")
        .contains("clients limit", "clients disable", "clients enable", "clients remove");
  }

  /** In the order of the page, each with what was exported before it. */
  private List<Given> commands() throws IOException {
    Map<String, String> exported = new HashMap<>();
    List<Given> commands = new ArrayList<>();
    for (MatchResult block : BLOCK.matcher(Files.readString(PAGE)).results().toList()) {
      for (String line : block.group(1).split("\n", -1)) {
        Matcher export = EXPORT.matcher(line);
        if (export.matches()) {
          exported.put(export.group(1), export.group(2));
        } else if (line.startsWith(COMMAND)) {
          Map<String, String> here = new HashMap<>(exported);
          here.put("MCP_AUTH_STORE_URL", "file:" + directory.resolve("store"));
          commands.add(new Given(here, line.substring(COMMAND.length()), ""));
        } else if (!line.isEmpty()) {
          Given last = commands.remove(commands.size() - 1);
          commands.add(
              new Given(last.environment(), last.arguments(), last.printed() + line + "\n"));
        }
      }
    }
    return commands;
  }

  /** Times of now, random keys, and who gave the command, differ; the ids of rules do not. */
  private static String plain(String text) {
    return text.replaceAll("\\b2[0-8]\\d\\d-[-0-9T:.]+Z", "now")
        .replaceAll("mcp_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}", "the key")
        .replaceAll("(?<![\\w-])[\\w-]{43}(?![\\w-])", "a grant")
        .replaceAll("mcpcs_[0-9A-Za-z_-]{43}", "the secret")
        .replaceAll("(?m)^(ci|robot)  [0-9A-Za-z]{12}  ", "$1  its id  ")
        .replaceAll("\\(command line[^)]*\\)", "(me)")
        .replaceAll(", command line[^)]*\\)", ", me)");
  }
}
