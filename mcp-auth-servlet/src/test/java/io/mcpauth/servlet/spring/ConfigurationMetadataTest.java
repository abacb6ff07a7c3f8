package io.mcpauth.servlet.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What editors complete and explain is made of the settings. */
class ConfigurationMetadataTest {
  private static final Path FILE =
      Path.of("src", "main", "resources", "META-INF", "spring-configuration-metadata.json");
  private static final Path MADE = Path.of("target", "spring-configuration-metadata.json");
  private static final Pattern VALUE = Pattern.compile("`([^`]+)`");

  @Test
  void completionInEditors_isOfTheSettings() throws IOException {
    String made = metadata();
    if (!Files.exists(FILE) || !Files.readString(FILE).equals(made)) {
      Files.createDirectories(MADE.getParent());
      Files.writeString(MADE, made); // for whoever changed a setting to put there
    }
    assertThat(FILE).as("copy %s there", MADE).hasContent(made.stripTrailing());
  }

  private static String metadata() {
    List<String> properties = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      properties.add(property(setting.name(), setting.meaning(), setting.byDefault()));
      if (setting.secret()) {
        properties.add(
            property(
                setting.name() + "_FILE",
                "The path of a file with the value of "
                    + SpringSettings.property(setting.name())
                    + ".",
                "none"));
      }
    }
    properties.add(
        property(
            SpringSettings.POLICY,
            "The policy, as a path or as 'classpath:policy.json': the short name of "
                + SpringSettings.property(Setting.POLICY_FILE.name())
                + ".",
            "none"));
    return "{\n  \"groups\": [],\n  \"properties\": [\n"
        + String.join(",\n", properties)
        + "\n  ],\n  \"hints\": []\n}\n";
  }

  private static String property(String name, String meaning, String byDefault) {
    String type = "java.lang.String";
    Matcher value = VALUE.matcher(byDefault);
    String standard = value.matches() ? value.group(1) : null;
    if ("false".equals(standard) || "true".equals(standard)) {
      type = "java.lang.Boolean";
    } else if (standard != null && standard.matches("-?\\d+")) {
      type = "java.lang.Integer";
    }
    String quote = type.endsWith("String") ? "\"" : "";
    return "    {\n      \"name\": \""
        + SpringSettings.property(name)
        + "\",\n      \"type\": \""
        + type
        + "\",\n      \"description\": \""
        + meaning.replace("`", "'").replace("\\", "\\\\").replace("\"", "\\\"")
        + "\""
        + (standard == null ? "" : ",\n      \"defaultValue\": " + quote + standard + quote)
        + "\n    }";
  }
}
