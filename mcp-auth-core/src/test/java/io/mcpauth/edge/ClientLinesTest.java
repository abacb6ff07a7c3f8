package io.mcpauth.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.metadata.ResourceIdentifier;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientLinesTest {
  /** Every character that a path may hold beside letters and digits (RFC 3986 section 3.3). */
  private static final String HOSTILE_URL = "https://mcp.example.com/-._~/!$&'()*+,;=:@%22";

  @Test
  void ordinaryServer_hasTheUsualLines() {
    ClientLines lines = lines("https://mcp.example.com/mcp", "File tools");
    assertThat(lines.claudeCode())
        .isEqualTo("claude mcp add --transport http file-tools https://mcp.example.com/mcp");
    assertThat(lines.geminiCli())
        .isEqualTo("gemini mcp add --transport http file-tools https://mcp.example.com/mcp");
    assertThat(lines.inspector())
        .isEqualTo(
            "npx @modelcontextprotocol/inspector --transport http --server-url"
                + " https://mcp.example.com/mcp");
    assertThat(lines.vsCode())
        .isEqualTo(
            "code --add-mcp '{\"name\":\"file-tools\",\"type\":\"http\","
                + "\"url\":\"https://mcp.example.com/mcp\"}'");
    assertThat(lines.cursor())
        .isEqualTo("{\"mcpServers\":{\"file-tools\":{\"url\":\"https://mcp.example.com/mcp\"}}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          File tools                | file-tools
          --help                    | help
          $(reboot) `x` "y"; 'z'    | reboot-x-y-z
          <script>alert(1)</script> | script-alert-1-script
          Büro Öffentlich           | buro-offentlich
          İstanbul                  | istanbul
          2026                      | mcp-example-com
          文件                      | mcp-example-com
          ''                        | mcp-example-com
          """)
  void name_isOfLettersDigitsAndHyphens(String resourceName, String name) {
    assertThat(lines("https://mcp.example.com/mcp", resourceName).name()).isEqualTo(name);
  }

  @Test
  void withoutResourceName_theHostIsTheName() {
    assertThat(lines("https://mcp.example.com/mcp", null).name()).isEqualTo("mcp-example-com");
    assertThat(lines("http://127.0.0.1:8080/mcp", null).name()).isEqualTo("mcp-server");
    assertThat(lines("http://[::1]:8080/mcp", null).name()).isEqualTo("mcp-server");
  }

  @Test
  void longName_isCut() {
    assertThat(lines("https://mcp.example.com/mcp", "ab ".repeat(100_000)).name())
        .isEqualTo("ab-".repeat(13) + "a");
    assertThat(lines("https://mcp.example.com/mcp", "a".repeat(39) + " b").name())
        .isEqualTo("a".repeat(39));
  }

  /** What a real shell makes of the lines: exactly the words that were meant. */
  @Test
  void hostileUrl_isOneWordForTheShell() throws Exception {
    ClientLines lines = lines(HOSTILE_URL, "File tools");
    for (String line : List.of(lines.claudeCode(), lines.geminiCli(), lines.inspector())) {
      String[] words = words(line);
      assertThat(words[words.length - 1]).isEqualTo(HOSTILE_URL);
      assertThat(words).hasSize(line.startsWith("npx") ? 6 : 7);
    }
    String[] code = words(lines.vsCode());
    assertThat(code).hasSize(3).startsWith("code", "--add-mcp");
    assertThat(json(code[2]))
        .isEqualTo(Map.of("name", "file-tools", "type", "http", "url", HOSTILE_URL));
    assertThat(json(lines.cursor()))
        .isEqualTo(Map.of("mcpServers", Map.of("file-tools", Map.of("url", HOSTILE_URL))));
  }

  private static ClientLines lines(String resource, @Nullable String name) {
    return ClientLines.of(ResourceIdentifier.of(resource), name);
  }

  private static Map<String, ?> json(String text) throws InvalidJsonException {
    return Json.object(text.getBytes(UTF_8));
  }

  private static String[] words(String line) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", "printf '%s\\n' " + line).redirectErrorStream(true).start();
    shell.getOutputStream().close();
    String printed = new String(shell.getInputStream().readAllBytes(), UTF_8);
    return printed.split("\n");
  }
}
