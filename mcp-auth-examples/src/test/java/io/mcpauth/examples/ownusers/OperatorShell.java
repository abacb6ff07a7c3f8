package io.mcpauth.examples.ownusers;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.access.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives the commands and queries of the page as an operator does, and holds the page to what they
 * print.
 */
final class OperatorShell {
  private static final Pattern EXPORT = Pattern.compile("export (\\w+)=(\\S+).*");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
  private static final String COMMAND = "java -jar file-tools.jar ";
  private static final String RANDOM = "openssl rand -base64 32 > ";
  private static final int RANDOM_BYTES = 32;

  private final OwnDatabase database;
  private final Path directory;
  private final Curl curl;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> output = new ArrayList<>();

  /**
   * One in a directory.
   *
   * @param curl what {@code curl} does, for the server is not where the page says
   */
  OperatorShell(OwnDatabase database, Path directory, Curl curl) {
    this.database = database;
    this.directory = directory;
    this.curl = curl;
  }

  /** Prints an answer, the status line first. */
  interface Curl {
    String answer(List<String> arguments) throws Exception;
  }

  /** Exports what the page does, but for where the database and the policy are. */
  void export(String block) {
    block
        .lines()
        .map(EXPORT::matcher)
        .filter(Matcher::matches)
        .forEach(line -> environment.put(line.group(1), line.group(2)));
    environment.put("MCP_AUTH_STORE_URL", database.url());
    environment.put("MCP_AUTH_STORE_USER", "postgres");
    environment.remove("MCP_AUTH_STORE_PASSWORD_FILE");
    environment.put("MCP_AUTH_STORE_PASSWORD", "any");
    environment.put("MCP_AUTH_POLICY_FILE", directory.resolve("policy.json").toString());
  }

  /** Whatever is to be given in a section, in its order. */
  void run(PageSection section) throws Exception {
    List<PageSection.Block> blocks = section.blocks();
    for (int i = 0; i < blocks.size(); i++) {
      PageSection.Block block = blocks.get(i);
      if (block.language().equals("console")) {
        console(block.text());
      } else if (block.language().equals("sql")) {
        String printed = plain(database.run(block.text()));
        output.add(printed);
        if (i + 1 < blocks.size() && blocks.get(i + 1).language().equals("text")) {
          assertThat(printed).as(block.text()).isEqualTo(plain(blocks.get(i + 1).text()));
        }
      }
    }
  }

  private void console(String block) throws Exception {
    for (String given : block.split("(?m)^\\$ ", -1)) {
      if (!given.isEmpty()) {
        String[] lines = given.split("\n", 2);
        give(lines[0], lines[1]);
      }
    }
  }

  private void give(String line, String printed) throws Exception {
    if (line.startsWith(COMMAND)) {
      CommandRun run =
          CommandRun.of(
              environment, words(line.substring(COMMAND.length())).toArray(String[]::new));
      assertThat(run.code()).as(line + run.err()).isZero();
      assertThat(plain(run.err() + run.out())).as(line).isEqualTo(plain(printed));
      output.add(run.out());
    } else if (line.startsWith("curl ")) {
      List<String> answer = curl.answer(words(line.substring(5))).lines().toList();
      for (String wanted : printed.split("\n", -1)) {
        String begin = wanted.split(Pattern.quote("..."), 2)[0].stripTrailing();
        assertThat(answer)
            .as(line)
            .anySatisfy(got -> assertThat(got).startsWithIgnoringCase(begin));
      }
    } else if (line.startsWith("psql ")) {
      runFiles(words(line));
    } else {
      assertThat(line).startsWith(RANDOM);
      byte[] random = new byte[RANDOM_BYTES];
      new SecureRandom().nextBytes(random);
      Path file = directory.resolve(line.substring(RANDOM.length()));
      Files.writeString(file, Base64.getEncoder().encodeToString(random) + "\n");
    }
  }

  private void runFiles(List<String> words) throws IOException, SQLException {
    for (int i = 1; i < words.size(); i++) {
      if (words.get(i - 1).equals("-f")) {
        database.runFile(words.get(i));
      }
    }
  }

  private List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .map(word -> word.endsWith(".secret") ? directory.resolve(word).toString() : word)
        .toList();
  }

  /** What the last commands and queries printed, the last first, without the remarks beside. */
  String printed(int back) {
    return output.get(output.size() - 1 - back).strip();
  }

  /** Times of now, random keys, ids of rules, who gave the command, and columns, differ. */
  private static String plain(String text) {
    return text.replaceAll("\\b2[0-8]\\d\\d-[-0-9]+[T ][0-9:.]+(Z|\\+00)?", "now")
        .replaceAll("mcp_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}", "the key")
        .replaceAll("(?m)^(claude-code)  [0-9A-Za-z]{12}  ", "$1  its id  ")
        .replaceAll("(?m)^[0-9a-f]{32}", "the rule")
        .replaceAll(", command line[^)]*\\)", ", me)")
        .replaceAll("(?m)^[-+]*\n", "")
        .replaceAll(" +", " ")
        .replaceAll("(?m)^ | $", "")
        .strip();
  }
}
