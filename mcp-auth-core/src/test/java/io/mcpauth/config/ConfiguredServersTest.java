package io.mcpauth.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.RecordedLog;
import io.mcpauth.issuer.Login;
import io.mcpauth.store.OpenStore;
import io.mcpauth.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What two servers share, and what the start says of it. */
class ConfiguredServersTest {
  private static List<String> linesOfTheStart(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp");
    environment.put("MCP_AUTH_REQUIRED_SCOPES", "mcp");
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put("MCP_AUTH_" + pairs[i], pairs[i + 1]);
    }
    Settings settings =
        Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
    RecordedLog log = new RecordedLog();
    ConfiguredServers.of(
            settings, roles -> request -> new Login.LoginResult.Answered(), log.logger())
        .close();
    return log.lines();
  }

  @Test
  void memory_isOneWarningThatSaysWhatIsLostAndWhatToWrite() {
    assertThat(linesOfTheStart("SERVER", "container"))
        .singleElement()
        .asString()
        .contains("WARN", "MCP_AUTH_STORE_URL", "restart forgets", "file:PATH", "postgresql");
    assertThat(linesOfTheStart("SERVER", "container", "STORE_URL", "memory")).hasSize(1);
  }

  @Test
  void storeThatLasts_orTokensOfOthers_areNone(@TempDir Path directory) {
    assertThat(
            linesOfTheStart(
                "SERVER", "container", "STORE_URL", "file:" + directory.resolve("store")))
        .isEmpty();
    assertThat(linesOfTheStart("ISSUER", "https://login.example.com")).isEmpty();
  }

  @Test
  void store_isOpenedByTheFirstAndClosedByTheLast() {
    List<String> steps = new ArrayList<>();
    SharedStore shared =
        new SharedStore(
            () -> {
              steps.add("opened");
              return OpenStore.of(Store.inMemory(), () -> steps.add("closed"));
            });
    assertThat(steps).isEmpty();
    OpenStore first = shared.open();
    OpenStore second = shared.open();
    assertThat(second.store()).isSameAs(first.store());
    first.close();
    first.close();
    assertThat(steps).containsExactly("opened");
    second.close();
    second.close();
    assertThat(steps).containsExactly("opened", "closed");
  }
}
