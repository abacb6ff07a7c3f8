package io.mcpauth.servlet.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.config.Setting;
import io.mcpauth.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The settings as the environment of an application spells them. */
class SpringSettingsTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";

  private static ConfigurableEnvironment environment(PropertySource<?>... sources) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().forEach(own -> remove(environment, own.getName()));
    for (PropertySource<?> source : sources) {
      environment.getPropertySources().addLast(source);
    }
    return environment;
  }

  private static void remove(ConfigurableEnvironment environment, String name) {
    PropertySource<?> unused = environment.getPropertySources().remove(name);
  }

  private static ConfigurableEnvironment file(Map<String, Object> values) {
    return environment(new MapPropertySource("application.yml", values));
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void everySetting_isReadAsPropertyAndAsVariable(Setting setting) {
    String property = SpringSettings.property(setting.name());
    Settings written = SpringSettings.of(file(Map.of(property, "some")));
    assertThat(written.value(setting)).isEqualTo("some");
    Settings variable =
        SpringSettings.of(
            environment(
                new SystemEnvironmentPropertySource(
                    "systemEnvironment", Map.of(setting.key(), "some"))));
    assertThat(variable.value(setting)).isEqualTo("some");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mcp.auth.required-scopes", "mcp.auth.requiredScopes", "mcp.auth.required_scopes"})
  void spellingsOfBoot_areTheSame(String name) {
    Settings settings = SpringSettings.of(file(Map.of(name, "a b")));
    assertThat(settings.words(Setting.REQUIRED_SCOPES)).containsExactly("a", "b");
  }

  @Test
  void lists_areJoinedByWhatSeparatesThem() {
    Settings settings =
        SpringSettings.of(
            file(
                Map.of(
                    "mcp.auth.required-scopes[0]", "a",
                    "mcp.auth.required-scopes[1]", "b",
                    "mcp.auth.allowed-origins[0]", "https://a.example",
                    "mcp.auth.allowed-origins[1]", "https://b.example")));
    assertThat(settings.words(Setting.REQUIRED_SCOPES)).containsExactly("a", "b");
    assertThat(settings.values(Setting.ALLOWED_ORIGINS))
        .containsExactly("https://a.example", "https://b.example");
  }

  @Test
  void policy_isTheShortNameOfItsFile() {
    assertThat(SpringSettings.of(file(Map.of("mcp.auth.policy", "p.json"))).at(Setting.POLICY_FILE))
        .isEqualTo("mcp.auth.policy (application.yml)");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SpringSettings.of(
                    file(Map.of("mcp.auth.policy", "p", "mcp.auth.policy-file", "p"))))
        .withMessageContaining("are the same setting");
  }

  @Test
  void placeholdersAndOrder_areThoseOfTheEnvironment() {
    ConfigurableEnvironment environment =
        environment(
            new SystemEnvironmentPropertySource(
                "systemEnvironment", Map.of("MCP_AUTH_REALM", "first")),
            new MapPropertySource(
                "application.yml",
                Map.of(
                    "mcp.auth.realm",
                    "second",
                    "mcp.auth.resource",
                    "https://${host}/mcp",
                    "mcp.auth.nodes",
                    2,
                    "host",
                    "mcp.example.com")));
    Settings settings = SpringSettings.of(environment);
    assertThat(settings.value(Setting.REALM)).isEqualTo("first");
    assertThat(settings.value(Setting.RESOURCE)).isEqualTo(RESOURCE);
    assertThat(settings.number(Setting.NODES, 1, 9)).isEqualTo(2);
  }

  @Test
  void unknownName_stopsTheStartAndIsCorrected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SpringSettings.of(file(Map.of("mcp.auth.resorce", RESOURCE))))
        .withMessage(
            "mcp.auth.resorce (application.yml) is not a setting here. Write mcp.auth.resource, or"
                + " remove it.");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SpringSettings.of(
                    environment(
                        new SystemEnvironmentPropertySource(
                            "systemEnvironment", Map.of("MCP_AUTH_RESORCE", RESOURCE)))))
        .withMessage(
            "MCP_AUTH_RESORCE (systemEnvironment) is not a setting here. Write MCP_AUTH_RESOURCE,"
                + " or remove it.");
  }

  @Test
  void settingThatIsMissing_isSaidWhereToWrite() {
    Settings settings = SpringSettings.of(file(Map.of("mcp.auth.resource", RESOURCE)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.require(Setting.ISSUER))
        .withMessage(
            "mcp.auth.issuer is not set. Write it into application.properties, or MCP_AUTH_ISSUER"
                + " into the environment.");
  }

  @Test
  void secret_isNotForTheCommandLine() {
    Map<String, Object> secret = Map.of("mcp.auth.store-password", "hidden");
    assertThat(SpringSettings.of(file(secret)).value(Setting.STORE_PASSWORD)).isEqualTo("hidden");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> SpringSettings.of(environment(new MapPropertySource("commandLineArgs", secret))))
        .withMessageStartingWith("mcp.auth.store-password (system property) is a secret")
        .withMessageEndingWith("or its path as mcp.auth.store-password-file.")
        .withMessageNotContaining("hidden");
    PropertySource<?> json = new MapPropertySource("spring.application.json", secret);
    assertThat(SpringSettings.of(environment(json)).value(Setting.STORE_PASSWORD))
        .isEqualTo("hidden"); // from a variable of the environment
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                SpringSettings.of(
                    environment(
                        new MapPropertySource(
                            "commandLineArgs", Map.of("spring.application.json", "{}")),
                        json)))
        .withMessageContaining("is a secret");
  }

  @Test
  void applicationThatSaysNothing_hasNoSettings() {
    assertThat(SpringSettings.arePresent(file(Map.of("mcp.other", "x", "mcp.authority", "y"))))
        .isFalse();
    assertThat(SpringSettings.arePresent(file(Map.of("mcp.auth.resource", RESOURCE)))).isTrue();
  }

  @Test
  void placeholderThatNothingResolves_isNamedWithoutTheValue() {
    assertThatThrownBy(
            () ->
                SpringSettings.of(
                    file(Map.of("mcp.auth.introspection-client-secret", "s3cret${of-nobody}"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageContaining("'mcp.auth.introspection-client-secret' has a placeholder")
        .hasMessageNotContaining("s3cret");
    String itself = "s3cret\\${of-nobody}";
    assertThat(
            SpringSettings.of(file(Map.of("mcp.auth.introspection-client-secret", itself)))
                .value(Setting.INTROSPECTION_CLIENT_SECRET))
        .isEqualTo("s3cret${of-nobody}");
  }

  @Test
  void settingsThatABeanTakesThePlaceOf_areNamed() {
    Settings settings =
        SpringSettings.of(
            file(
                Map.of(
                    "mcp.auth.resource", RESOURCE,
                    "mcp.auth.issuer", "https://login.example.com",
                    "mcp.auth.open-paths", "/hello",
                    "mcp.auth.policy", "policy.json",
                    "mcp.auth.required-scopes", "mcp")));
    assertThat(ServletInstallation.unheard(settings))
        .containsExactlyInAnyOrder("mcp.auth.policy", "mcp.auth.required-scopes");
  }
}
