package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileToolsSettingsTest {
  @Test
  void nothingSet_hasTheDocumentedDefaults() {
    FileToolsSettings settings = FileToolsSettings.from(Map.of("PATH", "/usr/bin"));
    assertThat(settings)
        .isEqualTo(
            new FileToolsSettings(
                8080, null, true, null, List.of(), null, 9000, "demo", null, "guest", null, null,
                List.of()));
  }

  @Test
  void everythingForAnExternalIssuer_isRead() {
    FileToolsSettings settings =
        FileToolsSettings.from(
            Map.of(
                "FILE_TOOLS_PORT", "0",
                "FILE_TOOLS_ROOT", "/srv/files",
                "MCP_AUTH_RESOURCE", "https://files.example.com/mcp",
                "MCP_AUTH_ISSUER", "https://a.example.com/, https://b.example.com",
                "MCP_AUTH_AUDIENCE", "api://files",
                "MCP_AUTH_POLICY_FILE", "/etc/policy.json",
                "MCP_AUTH_ALLOWED_ORIGINS", "http://localhost:6274,https://app.example.com"));
    assertThat(settings.issuers())
        .containsExactly("https://a.example.com/", "https://b.example.com");
    assertThat(settings.audience()).isEqualTo("api://files");
    assertThat(settings.resource()).isEqualTo("https://files.example.com/mcp");
    assertThat(settings.root()).isEqualTo("/srv/files");
    assertThat(settings.port()).isZero();
    assertThat(settings.policyFile()).isEqualTo("/etc/policy.json");
    assertThat(settings.allowedOrigins())
        .containsExactly("http://localhost:6274", "https://app.example.com");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FILE_TOOLS_PORT=http                  | FILE_TOOLS_PORT is 'http', which is no port. Write a number from 0 to 65535.
          FILE_TOOLS_PORT=65536                 | FILE_TOOLS_PORT is '65536', which is no port. Write a number from 0 to 65535.
          FILE_TOOLS_PORT=-1                    | FILE_TOOLS_PORT is '-1', which is no port. Write a number from 0 to 65535.
          FILE_TOOLS_AS_PORT=9e3                | FILE_TOOLS_AS_PORT is '9e3', which is no port. Write a number from 0 to 65535.
          MCP_AUTH_MODE=None                    | MCP_AUTH_MODE is 'None', which is no mode. Write 'oauth' or 'none'.
          MCP_AUTH_MODE=off                     | MCP_AUTH_MODE is 'off', which is no mode. Write 'oauth' or 'none'.
          MCP_AUTH_MODE=                        | MCP_AUTH_MODE is empty. Write a value, or remove it for the default.
          FILE_TOOLS_PASSWORD=                  | FILE_TOOLS_PASSWORD is empty. Write a value, or remove it for the default.
          MCP_AUTH_ISSUERS=https://a.example    | MCP_AUTH_ISSUERS is not a setting. Write one of [FILE_TOOLS_AS_PORT, FILE_TOOLS_GUEST_PASSWORD, FILE_TOOLS_GUEST_USER, FILE_TOOLS_PASSWORD, FILE_TOOLS_PORT, FILE_TOOLS_ROOT, FILE_TOOLS_USER, MCP_AUTH_ALLOWED_ORIGINS, MCP_AUTH_AUDIENCE, MCP_AUTH_ISSUER, MCP_AUTH_MODE, MCP_AUTH_POLICY_FILE, MCP_AUTH_RESOURCE].
          MCP_AUTH_ISSUER=https://a.example,    | MCP_AUTH_ISSUER is 'https://a.example,', which has an empty entry. Write issuers separated by single commas.
          MCP_AUTH_ALLOWED_ORIGINS=,            | MCP_AUTH_ALLOWED_ORIGINS is ',', which has an empty entry. Write origins separated by single commas.
          MCP_AUTH_MODE=none MCP_AUTH_POLICY_FILE=p.json | MCP_AUTH_POLICY_FILE means nothing here: MCP_AUTH_MODE is 'none'. Remove MCP_AUTH_POLICY_FILE.
          MCP_AUTH_ISSUER=https://a.example FILE_TOOLS_GUEST_USER=eve | FILE_TOOLS_GUEST_USER means nothing here: MCP_AUTH_ISSUER is set, so no embedded server starts. Remove FILE_TOOLS_GUEST_USER.
          FILE_TOOLS_USER=guest                 | FILE_TOOLS_USER and FILE_TOOLS_GUEST_USER are both 'guest'. Write two different names.
          FILE_TOOLS_PORT=7 FILE_TOOLS_AS_PORT=7 | FILE_TOOLS_PORT and FILE_TOOLS_AS_PORT are both 7. Write two different ports, or 0 to have them picked.
          FILE_TOOLS_AS_PORT=8080               | FILE_TOOLS_PORT and FILE_TOOLS_AS_PORT are both 8080. Write two different ports, or 0 to have them picked.
          MCP_AUTH_AUDIENCE=x                   | MCP_AUTH_AUDIENCE means nothing here: MCP_AUTH_ISSUER is not set. Remove MCP_AUTH_AUDIENCE.
          MCP_AUTH_RESOURCE=http://e.example/m  | MCP_AUTH_RESOURCE: Resource 'http://e.example/m': plain http is only for loopback hosts. Write 'https://e.example/m' instead.
          MCP_AUTH_RESOURCE=https://e.example/m | MCP_AUTH_RESOURCE is 'https://e.example/m', but the embedded authorization server is for loopback only. Write MCP_AUTH_ISSUER with the issuer of your identity provider.
          MCP_AUTH_ISSUER=https://a.example FILE_TOOLS_USER=eve | FILE_TOOLS_USER means nothing here: MCP_AUTH_ISSUER is set, so no embedded server starts. Remove FILE_TOOLS_USER.
          MCP_AUTH_MODE=none MCP_AUTH_ISSUER=https://a.example  | MCP_AUTH_ISSUER means nothing here: MCP_AUTH_MODE is 'none'. Remove MCP_AUTH_ISSUER.
          MCP_AUTH_MODE=none MCP_AUTH_RESOURCE=https://e.example/m | MCP_AUTH_MODE is 'none', which only a loopback MCP_AUTH_RESOURCE may use, but that is 'https://e.example/m'. Write MCP_AUTH_MODE=oauth, or remove MCP_AUTH_RESOURCE.
          """)
  void wrongSetting_stopsTheStartAndSaysWhatToWrite(String environment, String message) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String variable : environment.strip().split(" ", -1)) {
      String[] parts = variable.split("=", 2);
      variables.put(parts[0], parts[1]);
    }
    assertThatThrownBy(() -> FileToolsSettings.from(variables))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void passwordsAreNotPrinted() {
    FileToolsSettings settings =
        FileToolsSettings.from(
            Map.of("FILE_TOOLS_PASSWORD", "s3cret", "FILE_TOOLS_GUEST_PASSWORD", "s3cret too"));
    assertThat(settings.password()).isEqualTo("s3cret");
    assertThat(settings.guestPassword()).isEqualTo("s3cret too");
    assertThat(settings.toString()).doesNotContain("s3cret");
  }
}
