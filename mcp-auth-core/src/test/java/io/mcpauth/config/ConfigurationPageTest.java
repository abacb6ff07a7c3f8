package io.mcpauth.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.ResourceServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Holds docs/configuration.md to the code: its table to the settings, its example to both. */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `MCP_AUTH_.*$");
  private static final Pattern XML = Pattern.compile("```xml\n(.*?)\n```", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("MCP_AUTH_[A-Z_]*[A-Z]");

  @Test
  void table_isTheSettings() throws IOException {
    List<String> expected = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      expected.add(
          "| `%s` | %s | %s | %s |"
              .formatted(
                  setting.key(),
                  setting.meaning(),
                  setting.byDefault(),
                  setting.secret() ? "yes" : "no"));
    }
    assertThat(ROW.matcher(page()).results().map(row -> row.group())).isEqualTo(expected);
  }

  @Test
  void everyMeaning_isOnePlainSentence() {
    assertThat(Setting.values())
        .allMatch(setting -> setting.meaning().matches("[A-Z`][^|\n.;!?]*(?:[.;][^|\n!?]*)*\\."))
        .noneMatch(setting -> setting.meaning().contains(". "))
        .noneMatch(setting -> setting.byDefault().isBlank());
  }

  @Test
  void everyNameOnThePage_isASetting() throws IOException {
    List<String> known = new ArrayList<>(List.of("MCP_AUTH_SERVICE_HOST")); // of Kubernetes
    for (Setting setting : Setting.values()) {
      known.add(setting.key());
      if (setting.secret()) {
        known.add(setting.key() + SecretFile.SUFFIX);
      }
    }
    assertThat(NAME.matcher(page()).results().map(found -> found.group())).isSubsetOf(known);
  }

  @Test
  void smallestSettings_startAServer() throws IOException {
    Matcher block = Pattern.compile("(?ms)^```sh\n(.*?)^```").matcher(page());
    assertThat(block.find()).isTrue();
    Map<String, String> environment = new LinkedHashMap<>();
    block
        .group(1)
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(s -> environment.put(s[0], s[1]));
    assertThat(environment).hasSize(3);
    Settings settings =
        Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
    try (ResourceServer server = ConfiguredServer.builder(settings).build()) {
      assertThat(server.resource()).hasToString("https://mcp.example.com/mcp");
      assertThat(server.policy().requiredScopes()).containsExactly("mcp");
    }
    environment.remove("MCP_AUTH_REQUIRED_SCOPES");
    Settings less = Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
    assertThatThrownBy(() -> ConfiguredServer.builder(less))
        .hasMessageContaining("MCP_AUTH_REQUIRED_SCOPES");
  }

  @Test
  void webXml_mapsTheFilterToEverything() throws Exception {
    Document descriptor = descriptor();
    assertThat(texts(descriptor, "filter-class"))
        .containsExactly("io.mcpauth.servlet.McpAuthFilter");
    assertThat(texts(descriptor, "async-supported")).contains("true").doesNotContain("false");
    assertThat(texts(descriptor, "url-pattern")).startsWith("/*");
    assertThat(texts(descriptor, "dispatcher"))
        .containsExactlyInAnyOrder(
            "REQUEST", "FORWARD", "INCLUDE", "ASYNC", "ERROR", "FORWARD", "INCLUDE");
    List<String> names = texts(descriptor, "filter-name");
    assertThat(names).hasSize(3);
    assertThat(names).containsOnly(names.get(0));
  }

  @Test
  void webXml_startsAServer(@TempDir Path application) throws Exception {
    Map<String, String> parameters = new LinkedHashMap<>();
    Document descriptor = descriptor();
    List<String> names = texts(descriptor, "param-name");
    for (int i = 0; i < names.size(); i++) {
      parameters.put(names.get(i), texts(descriptor, "param-value").get(i));
    }
    assertThat(parameters.keySet())
        .containsExactly("MCP_AUTH_RESOURCE", "MCP_AUTH_ISSUER", "MCP_AUTH_POLICY_FILE");
    Settings settings =
        Settings.of(
            Arrays.asList(Setting.values()),
            SettingSource.initParameters("filter 'mcp-auth'", parameters));
    String inside = settings.require(Setting.POLICY_FILE);
    assertThat(inside).isEqualTo("/WEB-INF/policy.json");
    Path policy =
        Files.writeString(application.resolve("policy.json"), "{\"tools\":{\"t\":\"base\"}}");
    Settings real = settings.with(Setting.POLICY_FILE, policy.toString());
    try (ResourceServer server = ConfiguredServer.builder(real).build()) {
      assertThat(server.resource()).hasToString(parameters.get("MCP_AUTH_RESOURCE"));
    }
  }

  private static Document descriptor() throws Exception {
    Matcher xml = XML.matcher(page());
    assertThat(xml.find()).isTrue();
    byte[] bytes = xml.group(1).getBytes(StandardCharsets.UTF_8);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(bytes));
  }

  private static List<String> texts(Document document, String tag) {
    NodeList found = document.getElementsByTagName(tag);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      texts.add(((Element) found.item(i)).getTextContent());
    }
    return texts;
  }

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }
}
