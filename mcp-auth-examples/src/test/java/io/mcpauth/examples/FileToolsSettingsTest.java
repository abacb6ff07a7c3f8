package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileToolsSettingsTest {
  @Test
  void nothingSet_hasTheDocumentedDefaults() {
    FileToolsSettings settings = FileToolsSettings.from(Map.of("PATH", "/usr/bin"));
    assertThat(settings.port()).isEqualTo(8080);
    assertThat(settings.root()).isNull();
    assertThat(settings.anonymousAbout()).isFalse();
    assertThat(settings.oauth()).isTrue();
    assertThat(settings.resource()).isNull();
    assertThat(settings.issuers()).isEmpty();
    assertThat(settings.authorizationServerPort()).isEqualTo(9000);
    assertThat(settings.user()).isEqualTo("demo");
    assertThat(settings.password()).isNull();
    assertThat(settings.guestUser()).isEqualTo("guest");
    assertThat(settings.guestPassword()).isNull();
    assertThat(settings.settings()).hasToString("Settings[]");
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
    assertThat(settings.settings().values(Setting.AUDIENCE)).containsExactly("api://files");
    assertThat(settings.resource()).isEqualTo("https://files.example.com/mcp");
    assertThat(settings.root()).isEqualTo("/srv/files");
    assertThat(settings.port()).isZero();
    assertThat(settings.settings().value(Setting.POLICY_FILE)).isEqualTo("/etc/policy.json");
    assertThat(settings.settings().values(Setting.ALLOWED_ORIGINS))
        .containsExactly("http://localhost:6274", "https://app.example.com");
  }

  @Test
  void namesOfAuth0sGuide_areUnderstood() {
    FileToolsSettings settings =
        FileToolsSettings.from(
            Map.of(
                "AUTH_MODE", "oauth",
                "PUBLIC_BASE_URL", "https://files.example.com/",
                "AUTH0_DOMAIN", "tenant.us.auth0.com",
                "AUTH0_AUDIENCE", "https://files.example.com/mcp"));
    assertThat(settings.resource()).isEqualTo("https://files.example.com/mcp");
    assertThat(settings.issuers()).containsExactly("https://tenant.us.auth0.com/");
    assertThat(settings.settings().value(Setting.PROFILE)).isEqualTo("auth0");
    assertThat(settings.settings().value(Setting.AUDIENCE))
        .isEqualTo("https://files.example.com/mcp");
    assertThat(settings.notes())
        .hasSize(5)
        .contains("PUBLIC_BASE_URL is taken as MCP_AUTH_RESOURCE=https://files.example.com/mcp");
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FILE_TOOLS_PORT=http                  | FILE_TOOLS_PORT (environment) is 'http', which is no whole number from 0 to 65535. Write one that is.
          FILE_TOOLS_PORT=65536                 | FILE_TOOLS_PORT (environment) is '65536', which is no whole number from 0 to 65535. Write one that is.
          FILE_TOOLS_PORT=-1                    | FILE_TOOLS_PORT (environment) is '-1', which is no whole number from 0 to 65535. Write one that is.
          FILE_TOOLS_AS_PORT=9e3                | FILE_TOOLS_AS_PORT (environment) is '9e3', which is no whole number from 0 to 65535. Write one that is.
          MCP_AUTH_MODE=None                    | MCP_AUTH_MODE (environment) is 'None', which is no mode. Write 'oauth' or 'none'.
          MCP_AUTH_MODE=off                     | MCP_AUTH_MODE (environment) is 'off', which is no mode. Write 'oauth' or 'none'.
          MCP_AUTH_MODE=                        | MCP_AUTH_MODE (environment) is empty. Write a value, or remove it for the default.
          FILE_TOOLS_PASSWORD=                  | FILE_TOOLS_PASSWORD (environment) is empty. Write a value, or remove it for the default.
          MCP_AUTH_ISSUERS=https://a.example    | MCP_AUTH_ISSUERS (environment) is not a setting here. Write MCP_AUTH_ISSUER, or remove it.
          FILE_TOOLS_POTR=1                     | FILE_TOOLS_POTR (environment) is not a setting here. Write FILE_TOOLS_PORT, or remove it.
          MCP_AUTH_ISSUER=https://a.example,    | MCP_AUTH_ISSUER (environment) is 'https://a.example,', which has an empty entry. Write entries separated by single commas.
          MCP_AUTH_ISSUER=https://a.example MCP_AUTH_RESOURCE=https://e.example/m/ MCP_AUTH_MODE=oauth FILE_TOOLS_ROOT= | FILE_TOOLS_ROOT (environment) is empty. Write a value, or remove it for the default.
          MCP_AUTH_MODE=none MCP_AUTH_POLICY_FILE=p.json | MCP_AUTH_POLICY_FILE (environment) means nothing here: MCP_AUTH_MODE (environment) is 'none'. Remove MCP_AUTH_POLICY_FILE.
          MCP_AUTH_MODE=none FILE_TOOLS_USER=eve | FILE_TOOLS_USER (environment) means nothing here: MCP_AUTH_MODE (environment) is 'none'. Remove FILE_TOOLS_USER.
          MCP_AUTH_ISSUER=https://a.example FILE_TOOLS_GUEST_USER=eve | FILE_TOOLS_GUEST_USER (environment) means nothing here: MCP_AUTH_ISSUER (environment) is set, so no embedded server starts. Remove FILE_TOOLS_GUEST_USER.
          AUTH_MODE=none                        | AUTH_MODE (environment) is 'none', and would switch authorization off, or nobody knows what. That takes this library's own name, MCP_AUTH_MODE. Write 'oauth', or remove it.
          AUTH_MODE=oauth MCP_AUTH_MODE=none    | AUTH_MODE (environment) is 'oauth', which means MCP_AUTH_MODE=oauth, but MCP_AUTH_MODE (environment) says something else. Remove one of them.
          AUTH0_DOMAIN=t.auth0.com MCP_AUTH_MODE=none | AUTH0_DOMAIN (environment) means nothing here: MCP_AUTH_MODE (environment) is 'none'. Remove AUTH0_DOMAIN.
          PUBLIC_BASE_URL=https://e.example     | PUBLIC_BASE_URL (environment, taken as MCP_AUTH_RESOURCE) is 'https://e.example/mcp', but the embedded authorization server is for loopback only. Write MCP_AUTH_ISSUER with the issuer of your identity provider.
          FILE_TOOLS_ANONYMOUS_ABOUT=yes        | FILE_TOOLS_ANONYMOUS_ABOUT (environment) is 'yes', which is neither. Write 'true' or 'false'.
          FILE_TOOLS_ANONYMOUS_ABOUT=true MCP_AUTH_MODE=none | FILE_TOOLS_ANONYMOUS_ABOUT (environment) means nothing here: MCP_AUTH_MODE (environment) is 'none'. Remove FILE_TOOLS_ANONYMOUS_ABOUT.
          FILE_TOOLS_ANONYMOUS_ABOUT=true MCP_AUTH_POLICY_FILE=p.json | FILE_TOOLS_ANONYMOUS_ABOUT (environment) means nothing here: MCP_AUTH_POLICY_FILE (environment) is the policy. Remove FILE_TOOLS_ANONYMOUS_ABOUT.
          FILE_TOOLS_ANONYMOUS_ABOUT=true MCP_AUTH_REQUIRED_SCOPES=a | FILE_TOOLS_ANONYMOUS_ABOUT (environment) means nothing here: MCP_AUTH_REQUIRED_SCOPES (environment) is the policy. Remove FILE_TOOLS_ANONYMOUS_ABOUT.
          MCP_AUTH_ISSUER=https://a.example FILE_TOOLS_AUDIENCE_SCOPES=files:read | FILE_TOOLS_AUDIENCE_SCOPES (environment) means nothing here: MCP_AUTH_ISSUER (environment) is set, so no embedded server starts. Remove FILE_TOOLS_AUDIENCE_SCOPES.
          FILE_TOOLS_USER=guest                 | FILE_TOOLS_USER and FILE_TOOLS_GUEST_USER are both 'guest'. Write two different names.
          FILE_TOOLS_PORT=7 FILE_TOOLS_AS_PORT=7 | FILE_TOOLS_PORT and FILE_TOOLS_AS_PORT are both 7. Write two different ports, or 0 to have them picked.
          FILE_TOOLS_AS_PORT=8080               | FILE_TOOLS_PORT and FILE_TOOLS_AS_PORT are both 8080. Write two different ports, or 0 to have them picked.
          MCP_AUTH_AUDIENCE=x                   | MCP_AUTH_AUDIENCE (environment) means nothing here: MCP_AUTH_ISSUER is not set. Remove MCP_AUTH_AUDIENCE.
          MCP_AUTH_INTROSPECTION=true           | MCP_AUTH_INTROSPECTION (environment) means nothing here: MCP_AUTH_ISSUER is not set. Remove MCP_AUTH_INTROSPECTION.
          MCP_AUTH_PROFILE=keycloak             | MCP_AUTH_PROFILE (environment) means nothing here: MCP_AUTH_ISSUER is not set. Remove MCP_AUTH_PROFILE.
          MCP_AUTH_RESOURCE=http://e.example/m  | MCP_AUTH_RESOURCE (environment): Resource 'http://e.example/m': plain http is only for loopback hosts. Write 'https://e.example/m' instead.
          MCP_AUTH_RESOURCE=https://e.example/m | MCP_AUTH_RESOURCE (environment) is 'https://e.example/m', but the embedded authorization server is for loopback only. Write MCP_AUTH_ISSUER with the issuer of your identity provider.
          MCP_AUTH_ISSUER=https://a.example FILE_TOOLS_USER=eve | FILE_TOOLS_USER (environment) means nothing here: MCP_AUTH_ISSUER (environment) is set, so no embedded server starts. Remove FILE_TOOLS_USER.
          MCP_AUTH_MODE=none MCP_AUTH_ISSUER=https://a.example  | MCP_AUTH_ISSUER (environment) means nothing here: MCP_AUTH_MODE (environment) is 'none'. Remove MCP_AUTH_ISSUER.
          MCP_AUTH_MODE=none MCP_AUTH_RESOURCE=https://e.example/m | MCP_AUTH_MODE (environment) is 'none', which only a loopback MCP_AUTH_RESOURCE may use, but that is 'https://e.example/m'. Write MCP_AUTH_MODE=oauth, or a resource such as 'http://localhost:8080/mcp'.
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

  @Test
  void emptyOrigin_stopsTheStartOfTheServer() {
    FileToolsSettings settings =
        FileToolsSettings.from(
            Map.of(
                "FILE_TOOLS_PORT", "0",
                "MCP_AUTH_ISSUER", "https://a.example",
                "MCP_AUTH_ALLOWED_ORIGINS", ","));
    assertThatThrownBy(() -> FileToolsServer.start(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "MCP_AUTH_ALLOWED_ORIGINS (environment) is ',', which has an empty entry."
                + " Write entries separated by single commas.");
  }

  @Test
  void passwordInAFile_isRead(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "s3cret\n");
    FileToolsSettings settings =
        FileToolsSettings.from(Map.of("FILE_TOOLS_PASSWORD_FILE", file.toString()));
    assertThat(settings.password()).isEqualTo("s3cret");
  }

  @Test
  void systemProperty_winsOverTheEnvironmentAndHoldsNoPassword() {
    Properties properties = new Properties();
    properties.setProperty("FILE_TOOLS_PORT", "1");
    SettingSource environment = SettingSource.environment(Map.of("FILE_TOOLS_PORT", "2"));
    assertThat(
            FileToolsSettings.from(SettingSource.systemProperties(properties), environment).port())
        .isEqualTo(1);
    properties.setProperty("FILE_TOOLS_PASSWORD", "s3cret");
    assertThatThrownBy(
            () -> FileToolsSettings.from(SettingSource.systemProperties(properties), environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("FILE_TOOLS_PASSWORD (system property) is a secret")
        .hasMessageNotContaining("s3cret");
  }
}
