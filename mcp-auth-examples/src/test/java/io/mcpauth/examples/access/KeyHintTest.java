package io.mcpauth.examples.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.SettingSource;
import io.mcpauth.examples.FileToolsSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the commands tell a shell that knows nothing of the server's settings. */
class KeyHintTest {
  private static final String URL = "http://localhost:8080/mcp";

  private static String create(Map<String, String> settings, List<String> scopes) {
    FileToolsSettings read = FileToolsSettings.from(SettingSource.environment(settings));
    KeyHint hint =
        new KeyHint(
            arguments -> "run " + arguments, KeyHint.environment(read.settings(), URL, URL));
    return hint.commands(scopes, URL, "{}").get(1);
  }

  /** A key with another prefix would be taken for a token. */
  @Test
  void prefixOfTheServer_isThatOfTheKey() {
    Map<String, String> settings =
        Map.of("MCP_AUTH_API_KEYS_FILE", "/etc/keys.json", "MCP_AUTH_API_KEY_PREFIX", "acme");

    assertThat(create(settings, List.of("files:list")))
        .startsWith("KEY=$(MCP_AUTH_API_KEYS_FILE=/etc/keys.json MCP_AUTH_API_KEY_PREFIX=acme run");
    assertThat(create(Map.of("MCP_AUTH_API_KEYS_FILE", "/etc/keys.json"), List.of("files:list")))
        .doesNotContain("PREFIX");
  }

  /** RFC 6749 section 3.3 lets a scope have what a shell reads otherwise. */
  @Test
  void scopes_areOneArgumentWhateverIsInThem() throws Exception {
    String line =
        create(
            Map.of("MCP_AUTH_API_KEYS_FILE", "/etc/keys.json"),
            List.of("files:list", "it's$HOME", "`id`", "a;b"));
    String arguments = line.substring(line.indexOf(" run ") + 5, line.indexOf(" | grep"));
    Process shell =
        new ProcessBuilder("sh", "-c", "printf '%s\\n' " + arguments)
            .redirectErrorStream(true)
            .start();

    assertThat(shell.inputReader().lines())
        .containsExactly(
            "keys", "create", "--name", "ci", "--scopes", "files:list it's$HOME `id` a;b");
  }
}
