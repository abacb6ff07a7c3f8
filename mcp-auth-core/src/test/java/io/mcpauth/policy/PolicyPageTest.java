package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ShownCode;
import io.mcpauth.token.Principals;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/policy.md to the code: its example is loaded, its table is compiled and compared. */
class PolicyPageTest {
  private static final Path PAGE = Path.of("..", "docs", "policy.md");
  private static final Pattern JSON = Pattern.compile("```json\n(.*?)\n```", Pattern.DOTALL);
  private static final Pattern FRAGMENT = Pattern.compile("(?s)(?<=\n)```\n(\"[^`]*?)\n```");
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL);
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\..+?)` \\| `(.+)` \\|$");
  private static final Pattern MEMBER = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\|");

  @Test
  void example_isAPolicyThatDoesWhatThePageSays() throws IOException {
    ToolPolicy policy = json(JSON.matcher(page()).results().findFirst().orElseThrow().group(1));

    assertThat(policy.permits(null, tool("about"))).isTrue();
    assertThat(policy.reach(null, tool("whoami"))).isEqualTo(ToolPolicy.Reach.STEP_UP);
    assertThat(policy.permits(Principals.with("mcp"), tool("whoami"))).isTrue();
    assertThat(policy.permits(Principals.with("mcp", "files:admin"), tool("read_file"))).isTrue();
    assertThat(policy.reach(Principals.with("mcp", "files:write"), tool("write_file")))
        .isEqualTo(ToolPolicy.Reach.NEVER);
    assertThat(policy.permits(Principals.with("mcp", "files:read"), tool("search"))).isFalse();
    assertThat(policy.permits(Principals.with("mcp", "search"), tool("search"))).isTrue();
    assertThat(policy.reach(Principals.with("mcp"), tool("drop_all")))
        .isEqualTo(ToolPolicy.Reach.NEVER);
    assertThat(policy.claimNames())
        .containsExactlyInAnyOrder("realm_access", "groups", "email_verified");
    assertThat(policy.argumentNames()).containsExactly("environment");
    assertThat(policy.clientIssuers()).containsExactly("https://login.example.com");
  }

  /** What the page tells a reader of an argument rule, on the rule that it prints. */
  @Test
  void argumentRule_isReadByTheDocument() throws IOException {
    List<String> fragments =
        JSON.matcher(page()).results().skip(1).map(found -> found.group(1)).toList();
    assertThat(fragments).hasSize(1);
    assertThat(
            json("{\"tools\":{\"t\":{\"arguments\":{" + fragments.get(0) + "}}}}").argumentNames())
        .containsExactly("environment");
  }

  /** Members that the page shows alone, each in the place that it is for. */
  @Test
  void fragments_areReadByTheDocument() throws IOException {
    List<String> fragments =
        FRAGMENT.matcher(page()).results().map(found -> found.group(1)).toList();
    assertThat(fragments).hasSize(5);
    assertThat(json("{" + fragments.get(0) + "}").schemes())
        .containsOnlyKeys(Scheme.SESSION, Scheme.BEARER);
    ToolPolicy logins = json("{\"tools\": {" + fragments.get(1) + "}}");
    assertThat(logins.permits(Principals.with("files:admin"), tool("delete_all"))).isFalse();
    ToolPolicy actors = json("{\"tools\": {" + fragments.get(2) + "}}");
    assertThat(actors.permits(Principals.with("travel"), tool("book_flight"))).isFalse();
    assertThat(actors.permits(Principals.with("sign"), tool("sign"))).isTrue();
    ToolPolicy given = json("{" + fragments.get(3) + ", " + fragments.get(4) + "}");
    assertThat(given.givesScopesForEveryIssuer()).isFalse();
    assertThat(given.givingIssuers()).containsExactly("https://login.example.com");
    assertThat(json("{" + fragments.get(3) + "}").givesScopesForEveryIssuer()).isTrue();
  }

  @Test
  void explanation_isWhatThePageSays() throws IOException {
    ToolPolicy policy =
        ToolPolicy.builder()
            .baseScopes("mcp")
            .tool(
                "deploy",
                Access.scopes("deploy")
                    .unlessArgument(
                        "environment", List.of("dev", "test"), Access.scopes("deploy:prod")))
            .build();
    RpcCalls call = RpcCalls.tool("deploy", Map.of("environment", "prod"));
    assertThat(page())
        .contains("```\n" + policy.explain(Principals.with("deploy"), call) + "\n```");
  }

  @Test
  void everyRowOfCodeAndJson_isTheSamePolicy(@TempDir Path directory) throws Exception {
    List<MatchResult> rows = rows();
    assertThat(rows).hasSizeGreaterThan(25);
    try (URLClassLoader loader = compiled(directory, rows)) {
      for (int i = 0; i < rows.size(); i++) {
        Object built = loader.loadClass("Page").getMethod("row" + i).invoke(null);
        assertThat(json("{" + rows.get(i).group(2) + "}"))
            .as(rows.get(i).group(1))
            .isEqualTo(built);
      }
    }
  }

  @Test
  void everyRow_isAnotherPolicy() throws IOException {
    Set<ToolPolicy> policies = new HashSet<>();
    for (MatchResult row : rows()) {
      assertThat(policies.add(json("{" + row.group(2) + "}"))).as(row.group(2)).isTrue();
    }
  }

  /** Messages list the vocabulary; the page has to explain all of it. */
  @Test
  void everyMember_hasARow() throws IOException {
    Set<String> explained = new HashSet<>();
    MEMBER.matcher(page()).results().forEach(row -> explained.add(row.group(1)));
    assertThat(explained).containsAll(vocabulary("{\"x\":1}"));
    assertThat(explained).containsAll(vocabulary("{\"tools\":{\"t\":{\"x\":1}}}"));
    Set<String> client = vocabulary("{\"clients\":[{\"x\":1}]}");
    assertThat(client).contains("issuer", "clientId");
    explained.addAll(List.of("issuer", "clientId")); // in the sentence above the table
    assertThat(explained).containsAll(client);
  }

  private static Set<String> vocabulary(String wrong) {
    try {
      throw new AssertionError(json(wrong));
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      String list = message.substring(message.indexOf('[', message.indexOf("one of")) + 1);
      return new HashSet<>(Arrays.asList(list.substring(0, list.indexOf(']')).split(", ", -1)));
    }
  }

  private static URLClassLoader compiled(Path directory, List<MatchResult> rows)
      throws IOException {
    StringBuilder code =
        new StringBuilder(
            """
            import io.mcpauth.*;
            import io.mcpauth.policy.*;
            import io.mcpauth.token.*;
            import java.nio.file.Path;
            import java.time.Duration;
            import java.util.*;
            public class Page {
            """);
    for (int i = 0; i < rows.size(); i++) {
      code.append("public static ToolPolicy row" + i + "() { return ToolPolicy.builder()")
          .append(rows.get(i).group(1))
          .append(".build(); }\n");
    }
    List<String> snippets = new ArrayList<>();
    JAVA.matcher(page()).results().forEach(found -> snippets.add(found.group(1)));
    assertThat(snippets).hasSize(1);
    code.append("static void start() {\n").append(snippets.get(0)).append("\n}\n}\n");
    Path source = directory.resolve("Page.java");
    Files.writeString(source, code);
    return ShownCode.compiled(directory, source);
  }

  private static List<MatchResult> rows() throws IOException {
    return ROW.matcher(page()).results().toList();
  }

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static Target tool(String name) {
    return new Target(Target.Kind.TOOL, name);
  }

  private static ToolPolicy json(String text) {
    return ToolPolicy.fromJson(text.getBytes(UTF_8), "policy.json");
  }
}
