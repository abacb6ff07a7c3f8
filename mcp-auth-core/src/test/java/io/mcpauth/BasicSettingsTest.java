package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.PolicyFile;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What settings say of service accounts. */
class BasicSettingsTest {
  private static final ToolPolicy POLICY = ToolPolicy.builder().tool("t", "s").build();

  @TempDir Path directory;

  private static Settings settings(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp");
    environment.put("MCP_AUTH_ISSUER", "https://login.example.com");
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put("MCP_AUTH_" + pairs[i], pairs[i + 1]);
    }
    return Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
  }

  private static String accepted(String... pairs) {
    return ConfiguredServer.builder(settings(pairs), POLICY)
        .configuration()
        .tokens()
        .schemes()
        .toString();
  }

  @Test
  void withoutSettings_nobodyIsAcceptedByBasic() {
    assertThat(accepted()).isEqualTo("[]");
  }

  @Test
  void keys_areThoseOfTheServer() {
    assertThat(accepted("BASIC", "keys", "API_KEYS_FILE", "/etc/mcp/keys.json"))
        .endsWith(", BasicCredentials[keys]]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> accepted("BASIC", "keys"))
        .withMessageContaining("MCP_AUTH_BASIC (environment) is 'keys', but MCP_AUTH_STORE_URL");
  }

  @Test
  void exchange_isAtTheOnlyIssuer() {
    assertThat(accepted("BASIC", "exchange"))
        .isEqualTo("[BasicCredentials[AuthorizationServer[https://login.example.com], [], null]]");
  }

  @Test
  void exchange_isAtTheIssuerThatIsNamed() {
    String[] several = {
      "ISSUER", "https://a.example, https://b.example/",
      "BASIC", "exchange",
      "BASIC_ISSUER", "https://b.example/",
      "BASIC_SCOPES", "mcp files:list",
      "BASIC_AUDIENCE", "files"
    };

    assertThat(accepted(several))
        .isEqualTo(
            "[BasicCredentials[AuthorizationServer[https://b.example/], [mcp, files:list],"
                + " files]]");
  }

  @Test
  void ruleForTheScheme_isOneThatAServerWithItTakes() {
    ToolPolicy forBasic =
        ToolPolicy.builder().tool("t", Access.scopes("s").scheme(Scheme.BASIC)).build();

    ConfiguredServer.builder(settings("BASIC", "exchange"), forBasic).build().close();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfiguredServer.builder(settings(), forBasic).build())
        .withMessageContaining("Basic");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          BASIC=yes | MCP_AUTH_BASIC (environment) is 'yes', which says nothing. Write 'keys' or 'exchange'.
          BASIC_SCOPES=a | MCP_AUTH_BASIC_SCOPES (environment) means nothing here: there is no MCP_AUTH_BASIC.
          BASIC=keys;BASIC_AUDIENCE=a | MCP_AUTH_BASIC_AUDIENCE (environment) means nothing here: MCP_AUTH_BASIC (environment) is 'keys'.
          BASIC=exchange;BASIC_SCOPES=a\\b | MCP_AUTH_BASIC_SCOPES (environment): 'a\\b' is no scope.
          BASIC=exchange;BASIC_ISSUER=https://c.example | MCP_AUTH_BASIC_ISSUER (environment) is 'https://c.example', but it is none of MCP_AUTH_ISSUER.
          BASIC=exchange;ISSUER=https://a.example,https://b.example | MCP_AUTH_BASIC (environment) is 'exchange', and there are several issuers. Write MCP_AUTH_BASIC_ISSUER
          BASIC=exchange;ACCEPTED_ISSUERS=https://i.example/{tenantid}/v2.0;ISSUER_TENANTS=t-1 | MCP_AUTH_BASIC (environment): 'https://login.example.com' is for many tenants
          """)
  void wrongWord_stopsTheStart(String words, String message) {
    String[] pairs = words.split("[;=]", -1);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> accepted(pairs))
        .withMessageContaining(message);
  }

  @Test
  void policyForTheScheme_isCheckedByTheSettings() throws IOException {
    Path file = directory.resolve("policy.json");
    Files.write(file, "{\"tools\":{\"t\":{\"schemes\":[\"Basic\"]}}}".getBytes(UTF_8));
    PolicyFile policy = PolicyFile.at(file);

    assertThat(ConfiguredServer.checkPolicy(settings("BASIC", "exchange"), policy)).isEmpty();
    Settings keys = settings("BASIC", "keys", "API_KEYS_FILE", "/etc/mcp/keys.json");
    assertThat(ConfiguredServer.checkPolicy(keys, policy)).isEmpty();
    for (String who : List.of("exchange", "keys")) {
      Map<String, String> alone =
          Map.of("MCP_AUTH_BASIC", who, "MCP_AUTH_API_KEYS_FILE", "/etc/mcp/keys.json");
      Settings ofNoIssuer =
          Settings.of(List.of(Setting.values()), SettingSource.environment(alone));
      assertThat(ConfiguredServer.checkPolicy(ofNoIssuer, policy)).as(who).isEmpty();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfiguredServer.checkPolicy(settings(), policy))
        .withMessageContaining("Basic");
  }
}
