package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.signals.Signals;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings say of signals from outside. */
class SignalSettingsTest {
  private static final ToolPolicy POLICY = ToolPolicy.builder().tool("t", "s").build();
  private static final String SECRET = "Bearer 0123456789abcdef";

  private static ResourceServerBuilder builder(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp");
    environment.put("MCP_AUTH_ISSUER", "https://login.example.com");
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put("MCP_AUTH_" + pairs[i], pairs[i + 1]);
    }
    return ConfiguredServer.builder(
        Settings.of(List.of(Setting.values()), SettingSource.environment(environment)), POLICY);
  }

  @Test
  void withoutSettings_nothingIsReceived() {
    assertThat(builder().configuration().signals()).isEqualTo(new Signals.Rules(null, null));
    try (ResourceServer server = builder().build()) {
      assertThat(server.signalPaths()).isEmpty();
      assertThatThrownBy(() -> server.signal("/events", SignalRequest.event("x")))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void resourceWithoutAPath_takesSignalsToo() {
    ResourceServerBuilder builder =
        builder("RESOURCE", "https://mcp.example.com", "EVENTS_PATH", "/e", "EVENTS_AUDIENCE", "a");

    try (ResourceServer server = builder.build()) {
      assertThat(server.signalPaths()).containsExactly("/e");
    }
  }

  @Test
  void logoutPathAndClients_areTheServers() {
    ResourceServerBuilder builder =
        builder("BACKCHANNEL_LOGOUT_PATH", "/logout", "BACKCHANNEL_LOGOUT_CLIENT_IDS", "claude");

    assertThat(builder.configuration().signals().logout())
        .hasToString("BackChannelLogout[/logout, [claude]]");
    try (ResourceServer server = builder.build()) {
      assertThat(server.signalPaths()).containsExactly("/logout");
    }
  }

  @Test
  void everyWordOfEvents_isTheServers() {
    String[] all = {
      "EVENTS_PATH", "/events",
      "EVENTS_AUDIENCE", "https://mcp.example.com/events",
      "EVENTS_TRANSMITTER", "https://org.example.com",
      "EVENTS_JWKS_URI", "https://org.example.com/keys",
      "EVENTS_AUTHORIZATION", SECRET,
      "EVENTS_END_ACCESS_ON_CREDENTIAL_CHANGE", "true"
    };

    assertThat(builder(all).configuration().signals().events())
        .hasToString(
            "SecurityEvents[/events, [https://mcp.example.com/events],"
                + " [EventTransmitter[https://org.example.com, keys at"
                + " https://org.example.com/keys]], with authorization, on credential change]");
  }

  @Test
  void pathAndAudience_areEnough() {
    assertThat(
            builder("EVENTS_PATH", "/events", "EVENTS_AUDIENCE", "a")
                .configuration()
                .signals()
                .events())
        .hasToString("SecurityEvents[/events, [a], []]");
  }

  @ParameterizedTest
  @CsvSource({
    "BACKCHANNEL_LOGOUT_CLIENT_IDS,claude,there is no MCP_AUTH_BACKCHANNEL_LOGOUT_PATH",
    "BACKCHANNEL_LOGOUT_PATH,/logout,MCP_AUTH_BACKCHANNEL_LOGOUT_CLIENT_IDS",
    "EVENTS_AUDIENCE,a,there is no MCP_AUTH_EVENTS_PATH",
    "EVENTS_TRANSMITTER,https://t.test,there is no MCP_AUTH_EVENTS_PATH",
    "EVENTS_END_ACCESS_ON_CREDENTIAL_CHANGE,true,there is no MCP_AUTH_EVENTS_PATH",
    "EVENTS_PATH,/events,MCP_AUTH_EVENTS_AUDIENCE"
  })
  void wordThatMeansNothingAlone_stopsTheStart(String key, String value, String message) {
    assertThatThrownBy(() -> builder(key, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "EVENTS_PATH,events,is no path for signals",
    "EVENTS_JWKS_URI,https://t.test/keys,there is no MCP_AUTH_EVENTS_TRANSMITTER",
    "EVENTS_TRANSMITTER,http://t.test,EVENTS_TRANSMITTER",
    "EVENTS_AUTHORIZATION,short,openssl rand"
  })
  void wrongWord_stopsTheStart(String key, String value, String message) {
    Map<String, String> words = new HashMap<>();
    words.put("EVENTS_PATH", "/events");
    words.put("EVENTS_AUDIENCE", "a");
    words.put(key, value);
    String[] pairs =
        words.entrySet().stream()
            .flatMap(word -> List.of(word.getKey(), word.getValue()).stream())
            .toArray(String[]::new);

    assertThatThrownBy(() -> builder(pairs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("'short'");
  }
}
