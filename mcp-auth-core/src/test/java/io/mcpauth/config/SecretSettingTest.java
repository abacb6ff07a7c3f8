package io.mcpauth.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretSettingTest {
  private static final String KEY = "MCP_AUTH_METADATA_SIGNING_KEY";
  private static final String FILE = KEY + "_FILE";
  private static final String SECRET = "hush-hush";

  @TempDir Path directory;

  @Test
  void secretOfTheEnvironment_isReadAsItIs() {
    Settings settings = settings(Map.of(KEY, " " + SECRET + " "));
    assertThat(settings.value(Setting.METADATA_SIGNING_KEY)).isEqualTo(" " + SECRET + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {SECRET, SECRET + "\n", SECRET + "\r\n"})
  void secretOfAFile_losesOneLineBreak(String content) throws IOException {
    Settings settings = settings(Map.of(FILE, write(content)));
    assertThat(settings.value(Setting.METADATA_SIGNING_KEY)).isEqualTo(SECRET);
    assertThat(settings.at(Setting.METADATA_SIGNING_KEY)).isEqualTo(FILE + " (environment)");
  }

  @Test
  void furtherLineBreaksAndSpaces_areTheSecretsOwn() throws IOException {
    Settings settings = settings(Map.of(FILE, write(" a\nb \n\n")));
    assertThat(settings.value(Setting.METADATA_SIGNING_KEY)).isEqualTo(" a\nb \n");
  }

  @Test
  void pathOfTheFile_isNoSecretAndMayStandAnywhere() throws IOException {
    String path = write(SECRET);
    Properties properties = new Properties();
    properties.setProperty(FILE, path);
    for (SettingSource source :
        List.of(
            SettingSource.systemProperties(properties),
            SettingSource.initParameters("filter 'f'", Map.of(FILE, path)),
            SettingSource.contextParameters(Map.of(FILE, path)))) {
      assertThat(settings(source).value(Setting.METADATA_SIGNING_KEY)).isEqualTo(SECRET);
    }
  }

  @Test
  void secretWhereNoneBelongs_stopsTheStartAlsoWhereTheEnvironmentHasOne() {
    Properties properties = new Properties();
    properties.setProperty(KEY, SECRET);
    Map<String, String> parameter = Map.of(KEY, SECRET);
    for (SettingSource source :
        List.of(
            SettingSource.systemProperties(properties),
            SettingSource.initParameters("filter 'f'", parameter),
            SettingSource.contextParameters(parameter))) {
      String message =
          KEY
              + " ("
              + source.name()
              + ") is a secret, which is for the environment or a file alone. Write it as variable"
              + " of the environment, or its path as "
              + FILE
              + ".";
      assertThatIllegalArgumentException().isThrownBy(() -> settings(source)).withMessage(message);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> settings(SettingSource.environment(Map.of(KEY, "x")), source))
          .withMessage(message);
    }
  }

  @Test
  void secretAndItsFile_stopTheStart() throws IOException {
    Map<String, String> file = Map.of(FILE, write(SECRET));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                settings(
                    SettingSource.environment(Map.of(KEY, SECRET)),
                    SettingSource.initParameters("filter 'f'", file)))
        .withMessage(
            "%s (environment) and %s (init-param of filter 'f') are the same secret."
                + " Remove one of them.",
            KEY, FILE);
  }

  @Test
  void fileThatCannotBeRead_stopsTheStart() throws IOException {
    refused(directory.resolve("none").toString(), "which does not exist.");
    refused(directory.toString(), "which is no regular file.");
    refused(write(""), "which is empty. Write the secret into it.");
    refused(write(" \n"), "which is empty. Write the secret into it.");
    refused(write("x".repeat(64 * 1024 + 1)), "which has more than 64 KiB.");
    refused("a\0b", "which is no path.");
    Path binary = Files.write(directory.resolve("binary"), new byte[] {'h', (byte) 0xFF});
    refused(binary.toString(), "which is not UTF-8.");
  }

  @Test
  void fileOfTheGreatestSize_isRead() throws IOException {
    String most = "x".repeat(64 * 1024);
    assertThat(settings(Map.of(FILE, write(most))).value(Setting.METADATA_SIGNING_KEY))
        .isEqualTo(most);
  }

  @Test
  void fileOfWhatIsNoSecret_isNoSetting() throws IOException {
    String path = write(SECRET);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Map.of("MCP_AUTH_RESOURCE_FILE", path)))
        .withMessageStartingWith("MCP_AUTH_RESOURCE_FILE (environment) is not a setting here.");
  }

  @Test
  void secret_isNeverShown() throws IOException {
    for (Map<String, String> variables :
        List.of(Map.of(KEY, SECRET), Map.of(FILE, write(SECRET)))) {
      Settings settings = settings(variables);
      Setting key = Setting.METADATA_SIGNING_KEY;
      assertThat(settings.toString()).contains(KEY).doesNotContain(SECRET);
      for (Throwable failure :
          List.of(
              settings.wrong(key, "which is no JWK. Write one."),
              catchThrowable(() -> settings.number(key, 0, 1)),
              catchThrowable(() -> settings.flag(key)),
              catchThrowable(() -> settings.requireUnset(List.of(key), "of this test")))) {
        assertThat(failure).hasMessageStartingWith(KEY).hasMessageNotContaining(SECRET);
      }
    }
    assertThat(SettingSource.environment(Map.of(KEY, SECRET)).toString()).doesNotContain(SECRET);
  }

  /** What a parser could not read is quoted by the exception that it throws. */
  @Test
  void causeOfAFailure_staysOutOfTheMessageOfASecret() {
    Settings settings = settings(Map.of(KEY, SECRET));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings.naming(Setting.METADATA_SIGNING_KEY, SecretSettingTest::parse))
        .withMessage(KEY + " (environment): no JWK")
        .withNoCause();
  }

  private static int parse() {
    throw new IllegalArgumentException("no JWK", new IllegalStateException("found " + SECRET));
  }

  private void refused(String path, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(Map.of(FILE, path)))
        .withMessageStartingWith(FILE + " (environment) is '" + path + "', " + problem)
        .withNoCause();
  }

  private String write(String content) throws IOException {
    Path file = Files.createTempFile(directory, "secret", "");
    return Files.writeString(file, content, UTF_8).toString();
  }

  private static Settings settings(Map<String, String> environment) {
    return settings(SettingSource.environment(environment));
  }

  private static Settings settings(SettingSource... sources) {
    return Settings.of(List.of(Setting.values()), sources);
  }
}
