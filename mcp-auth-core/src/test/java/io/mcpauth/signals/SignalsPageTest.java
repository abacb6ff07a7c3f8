package io.mcpauth.signals;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.ShownCode;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds docs/signals.md to the code: its example is compiled and run, its events are known. */
class SignalsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "signals.md");

  @Test
  void codeOfThePage_receivesBoth(@TempDir Path directory) throws Exception {
    try (URLClassLoader loader = compiled(directory, code())) {
      Class<?> type = loader.loadClass("Signalled");
      ResourceServerBuilder plain =
          ResourceServer.builder(
              "https://mcp.example.com/mcp",
              AuthorizationServer.of("https://login.example.com"),
              ToolPolicy.builder().tool("t", "s").build());
      Object signalled =
          type.getMethod("with", ResourceServerBuilder.class)
              .invoke(type.getConstructor().newInstance(), plain);
      try (ResourceServer server = ((ResourceServerBuilder) signalled).build()) {
        assertThat(server.signalPaths())
            .containsExactlyInAnyOrder("/backchannel-logout", "/events");
      }
    }
  }

  @Test
  void settingsOfThePage_receiveBoth() throws IOException {
    Matcher block = Pattern.compile("(?ms)^```sh\n(.*?)^```").matcher(Files.readString(PAGE));
    assertThat(block.find()).isTrue();
    Map<String, String> environment = new HashMap<>();
    environment.put("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp");
    environment.put("MCP_AUTH_ISSUER", "https://login.example.com");
    environment.put("MCP_AUTH_REQUIRED_SCOPES", "s");
    block
        .group(1)
        .lines()
        .map(line -> line.replaceFirst("\\s+#.*", "").split("=", 2))
        .forEach(set -> environment.put(set[0], set[1]));
    Settings settings =
        Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
    try (ResourceServer server = ConfiguredServer.builder(settings).build()) {
      assertThat(server.signalPaths()).containsExactlyInAnyOrder("/backchannel-logout", "/events");
    }
  }

  @Test
  void everyEvent_isOnThePage() throws IOException {
    String page = Files.readString(PAGE);
    for (EventType type : EventType.values()) {
      assertThat(page).contains("`" + type.wire() + "`");
    }
  }

  private static String code() throws IOException {
    Matcher block =
        Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    assertThat(block.find()).as("the page has code").isTrue();
    String code = block.group(1);
    assertThat(block.find()).as("code that is not compiled").isFalse();
    return code;
  }

  private static URLClassLoader compiled(Path directory, String code) throws IOException {
    Path source = Files.writeString(directory.resolve("Signalled.java"), code);
    return ShownCode.compiled(directory, source);
  }
}
