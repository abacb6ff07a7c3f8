package io.mcpauth.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final List<Setting> ALL = List.of(Setting.values());

  /** The four places in the order of their importance. */
  private enum Place {
    PROPERTY("system property"),
    ENVIRONMENT("environment"),
    INIT_PARAM("init-param of filter 'mcp'"),
    CONTEXT_PARAM("context-param");

    private final String name;

    Place(String name) {
      this.name = name;
    }

    SettingSource with(Map<String, String> values) {
      return switch (this) {
        case PROPERTY -> {
          Properties properties = new Properties();
          properties.putAll(values);
          yield SettingSource.systemProperties(properties);
        }
        case ENVIRONMENT -> SettingSource.environment(values);
        case INIT_PARAM -> SettingSource.initParameters("filter 'mcp'", values);
        case CONTEXT_PARAM -> SettingSource.contextParameters(values);
      };
    }
  }

  @Test
  void placeOfAnApplication_mayHoldSecretsAndKnowsItsName() {
    Settings settings =
        Settings.of(
            ALL,
            SettingSource.ofApplication(
                "application.yml",
                Map.of("MCP_AUTH_STORE_PASSWORD", "hidden", "MCP_AUTH_REALM", "r")));
    assertThat(settings.value(Setting.STORE_PASSWORD)).isEqualTo("hidden");
    assertThat(settings.at(Setting.REALM)).isEqualTo("MCP_AUTH_REALM (application.yml)");
    Settings without = settings.without(Setting.REALM);
    assertThat(without.value(Setting.REALM)).isNull();
    assertThat(settings.value(Setting.REALM)).isEqualTo("r");
  }

  @Test
  void placeWithASpellingOfItsOwn_isNamedInIt() {
    SettingSource source =
        SettingSource.ofApplication(
                "application.yml", Map.of("MCP_AUTH_REALM", "r", "MCP_AUTH_RESOURCE", "x"))
            .spelling(key -> key.toLowerCase(Locale.ROOT));
    Settings settings = Settings.of(ALL, source);
    assertThat(settings.at(Setting.REALM)).isEqualTo("mcp_auth_realm (application.yml)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.requireUnset(List.of(Setting.RESOURCE), "a reason"))
        .withMessageEndingWith("Remove mcp_auth_resource.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.require(Setting.ISSUER))
        .withMessage(
            "mcp_auth_issuer is not set. Write it into application.yml, or MCP_AUTH_ISSUER into"
                + " the environment.");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void sameKey_isReadInEveryPlaceAndTheMoreImportantOneWins(Place place) {
    SettingSource[] from =
        EnumSet.range(place, Place.CONTEXT_PARAM).stream()
            .map(here -> here.with(Map.of("MCP_AUTH_REALM", here.name)))
            .toArray(SettingSource[]::new);
    Settings settings = Settings.of(ALL, from);
    assertThat(settings.value(Setting.REALM)).isEqualTo(place.name);
    assertThat(settings.at(Setting.REALM)).isEqualTo("MCP_AUTH_REALM (" + place.name + ")");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void unknownName_stopsTheStartAndNamesTheNearest(Place place) {
    refused(place, Map.of("MCP_AUTH_ISUER", "x"))
        .withMessage(
            "MCP_AUTH_ISUER (%s) is not a setting here. Write MCP_AUTH_ISSUER, or remove it.",
            place.name);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void shortNameThatIsLikeNone_isNotTakenForAnother(Place place) {
    refused(place, Map.of("MCP_AUTH_DEV", "true"))
        .withMessageStartingWith(
            "MCP_AUTH_DEV (%s) is not a setting here. Write one of [", place.name);
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void nameInOtherCase_stopsTheStart(Place place) {
    refused(place, Map.of("mcp_auth_mode", "none"))
        .withMessageContaining("Write MCP_AUTH_MODE, or remove it.");
  }

  @ParameterizedTest
  @EnumSource(Place.class)
  void emptyValue_stopsTheStartAlsoWhereAnotherPlaceDecides(Place place) {
    SettingSource[] from = {
      Place.PROPERTY.with(Map.of("MCP_AUTH_REALM", "x")), place.with(Map.of("MCP_AUTH_REALM", " "))
    };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.of(ALL, from))
        .withMessage(
            "MCP_AUTH_REALM (%s) is empty. Write a value, or remove it for the default.",
            place.name);
  }

  @Test
  void foreignName_isIgnoredEverywhereButInTheInitParamsOfTheFilter() {
    for (Place place : List.of(Place.PROPERTY, Place.ENVIRONMENT, Place.CONTEXT_PARAM)) {
      Settings settings = Settings.of(ALL, place.with(Map.of("realm", "x", "PORT", "1")));
      assertThat(settings).hasToString("Settings[]");
    }
    refused(Place.INIT_PARAM, Map.of("realm", "x"))
        .withMessage(
            "realm (init-param of filter 'mcp') is not a setting here."
                + " Write MCP_AUTH_REALM, or remove it.");
    refused(Place.INIT_PARAM, Map.of("jwksUri", "x")).withMessageContaining("MCP_AUTH_JWKS_URI");
    refused(Place.INIT_PARAM, Map.of("mcp.auth.jwks-uri", "x"))
        .withMessageContaining("MCP_AUTH_JWKS_URI");
  }

  @Test
  void nameLikeNoSetting_listsThemAll() {
    refused(Place.ENVIRONMENT, Map.of("MCP_AUTH_SOMETHING_ELSE_ALTOGETHER", "x"))
        .withMessageStartingWith("MCP_AUTH_SOMETHING_ELSE_ALTOGETHER (environment) is not a")
        .withMessageContaining("Write one of [MCP_AUTH_ACCEPTED_ISSUERS, ")
        .withMessageContaining("MCP_AUTH_METADATA_SIGNING_KEY_FILE")
        .withMessageEndingWith(", or remove it.");
    refused(Place.ENVIRONMENT, Map.of("MCP_AUTH_" + "X".repeat(200), "x"))
        .withMessageContaining("Write one of [");
  }

  /** A service that is called mcp-auth adds these to every pod of its namespace. */
  @ParameterizedTest
  @ValueSource(strings = {"MCP_AUTH_SERVICE_HOST", "MCP_AUTH_PORT", "MCP_AUTH_PORT_8080_TCP_ADDR"})
  void serviceLinkOfKubernetes_isExplained(String name) {
    refused(Place.ENVIRONMENT, Map.of(name, "10.0.0.7"))
        .withMessageContaining("write 'enableServiceLinks: false' for the pod.");
  }

  @Test
  void prefixOfAnotherFamily_isGuardedToo() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Settings.of(
                    List.of(new Other("GUARD_TARGET", "GUARD_"), new Other("PORT", "")),
                    SettingSource.environment(Map.of("PORTS", "1", "GUARD_TARGE", "x"))))
        .withMessageStartingWith("GUARD_TARGE (environment) is not a setting here. Write GUARD_T");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.of(List.of(Setting.REALM, Setting.REALM)))
        .withMessage("MCP_AUTH_REALM is known twice. Name it once.");
  }

  /** Whoever does not know a setting does not read it, so it must not be set. */
  @Test
  void settingOfAnotherProgram_stopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Settings.of(
                    List.of(Setting.MODE),
                    SettingSource.environment(Map.of("MCP_AUTH_OPEN_PATHS", "/x"))))
        .withMessageContaining("MCP_AUTH_OPEN_PATHS (environment) is not a setting here.");
  }

  @Test
  void spaceAroundAValue_isTakenOff() {
    Settings settings =
        settings(Map.of("MCP_AUTH_REALM", "\n   a b\n", "MCP_AUTH_ISSUER", " a , b "));
    assertThat(settings.value(Setting.REALM)).isEqualTo("a b");
    assertThat(settings.values(Setting.ISSUER)).containsExactly("a", "b");
  }

  @Test
  void unset_isNullEmptyOrFalse() {
    Settings settings = settings(Map.of());
    assertThat(settings.value(Setting.REALM)).isNull();
    assertThat(settings.values(Setting.ISSUER)).isEmpty();
    assertThat(settings.words(Setting.REQUIRED_SCOPES)).isEmpty();
    assertThat(settings.flag(Setting.WELL_KNOWN_MAPPED)).isFalse();
    assertThat(settings.number(Setting.MAX_BODY_BYTES, 1, 9)).isNull();
    assertThat(settings.seconds(Setting.CLOCK_SKEW_SECONDS, 0, 9)).isNull();
    assertThat(settings.at(Setting.REALM)).isEqualTo("MCP_AUTH_REALM");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.require(Setting.RESOURCE))
        .withMessage("MCP_AUTH_RESOURCE is not set. Write it as one of [environment].");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.require(Setting.METADATA_SIGNING_KEY))
        .withMessage(
            "MCP_AUTH_METADATA_SIGNING_KEY is not set. Write it as variable of the environment, or"
                + " its path as MCP_AUTH_METADATA_SIGNING_KEY_FILE.");
  }

  @Test
  void typedValues_areRead() {
    Settings settings =
        settings(
            Map.of(
                "MCP_AUTH_WELL_KNOWN_MAPPED", "true",
                "MCP_AUTH_MIRROR_AUTHORIZATION_SERVER_METADATA", "false",
                "MCP_AUTH_JSONRPC_ERROR_CODE", "-7",
                "MCP_AUTH_CLOCK_SKEW_SECONDS", "9",
                "MCP_AUTH_REQUIRED_SCOPES", "a b"));
    assertThat(settings.flag(Setting.WELL_KNOWN_MAPPED)).isTrue();
    assertThat(settings.flag(Setting.MIRROR_AUTHORIZATION_SERVER_METADATA)).isFalse();
    assertThat(settings.number(Setting.JSONRPC_ERROR_CODE, -7, -7)).isEqualTo(-7);
    assertThat(settings.seconds(Setting.CLOCK_SKEW_SECONDS, 0, 9)).isEqualTo(Duration.ofSeconds(9));
    assertThat(settings.words(Setting.REQUIRED_SCOPES)).containsExactly("a", "b");
    assertThat(settings.require(Setting.REQUIRED_SCOPES)).isEqualTo("a b");
  }

  @ParameterizedTest
  @CsvSource({"True", "TRUE", "yes", "1", "'true,'"})
  void otherFlag_stopsTheStart(String value) {
    Settings settings = settings(Map.of("MCP_AUTH_WELL_KNOWN_MAPPED", value));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.flag(Setting.WELL_KNOWN_MAPPED))
        .withMessage(
            "MCP_AUTH_WELL_KNOWN_MAPPED (environment) is '%s', which is neither."
                + " Write 'true' or 'false'.",
            value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "10", "9s", "+1", "1e0", "0x1", "1.0", "99999999999999999999", "٣"})
  void otherNumber_stopsTheStart(String value) {
    Settings settings = settings(Map.of("MCP_AUTH_CLOCK_SKEW_SECONDS", value));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.seconds(Setting.CLOCK_SKEW_SECONDS, 0, 9))
        .withMessage(
            "MCP_AUTH_CLOCK_SKEW_SECONDS (environment) is '%s', which is no whole number from 0 to"
                + " 9. Write one that is.",
            value);
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "a,", ",a", "a,,b", "a, ,b"})
  void emptyEntry_stopsTheStart(String value) {
    Settings settings = settings(Map.of("MCP_AUTH_ISSUER", value));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.values(Setting.ISSUER))
        .withMessage(
            "MCP_AUTH_ISSUER (environment) is '%s', which has an empty entry."
                + " Write entries separated by single commas.",
            value);
  }

  @Test
  void severalSpaces_stopTheStart() {
    Settings settings = settings(Map.of("MCP_AUTH_REQUIRED_SCOPES", "a  b"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.words(Setting.REQUIRED_SCOPES))
        .withMessageContaining("'a  b', which has more than a space between two.");
  }

  @Test
  void valueOfTheProgram_takesThePlaceOfTheOneThatWasSet() {
    Settings settings = settings(Map.of("MCP_AUTH_POLICY_FILE", "/WEB-INF/p.json"));
    Settings other =
        settings.with(Setting.POLICY_FILE, "/srv/app/p.json").with(Setting.REALM, "mine");
    assertThat(other.value(Setting.POLICY_FILE)).isEqualTo("/srv/app/p.json");
    assertThat(other.at(Setting.POLICY_FILE)).isEqualTo("MCP_AUTH_POLICY_FILE (environment)");
    assertThat(other.at(Setting.REALM)).isEqualTo("MCP_AUTH_REALM (set by the program)");
    assertThat(settings.value(Setting.POLICY_FILE)).isEqualTo("/WEB-INF/p.json");
    assertThat(settings.value(Setting.REALM)).isNull();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.with(Setting.POLICY_FILE, " "))
        .withMessage("MCP_AUTH_POLICY_FILE (environment) is empty. Write a value.");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.with(new Other("X", ""), "x"))
        .withMessageStartingWith("X is not a setting here.");
  }

  @Test
  void sourceThatChangesLater_isNotSeen() {
    Map<String, String> values = new LinkedHashMap<>(Map.of("MCP_AUTH_REALM", "a"));
    SettingSource source = SettingSource.environment(values);
    values.put("MCP_AUTH_REALM", "b");
    assertThat(Settings.of(ALL, source).value(Setting.REALM)).isEqualTo("a");
  }

  @Test
  void passwordInAUrl_isNotShown() {
    Settings settings = settings(Map.of("MCP_AUTH_ISSUER", "https://u:pw@a.example,"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.values(Setting.ISSUER))
        .withMessageContaining("'https://...@a.example,'");
    assertThat(settings).hasToString("Settings[MCP_AUTH_ISSUER (environment)]");
  }

  @Test
  void failureOfAPart_beginsWithTheKey() {
    Settings settings = settings(Map.of("MCP_AUTH_REALM", "a"));
    assertThat(settings.naming(Setting.REALM, () -> 1)).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.naming(Setting.REALM, SettingsTest::fail))
        .withMessage("MCP_AUTH_REALM (environment): no good");
  }

  private static int fail() {
    throw new IllegalArgumentException("no good");
  }

  private static Settings settings(Map<String, String> environment) {
    return Settings.of(ALL, SettingSource.environment(environment));
  }

  private static ThrowableAssertAlternative<IllegalArgumentException> refused(
      Place place, Map<String, String> values) {
    return assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.of(ALL, place.with(values)));
  }

  private record Other(String key, String prefix) implements Settings.Key {
    @Override
    public boolean secret() {
      return false;
    }
  }
}
