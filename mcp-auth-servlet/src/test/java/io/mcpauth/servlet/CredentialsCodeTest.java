package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.token.AuthorizationServer;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the code of docs/credentials.md as it stands, and starts by its settings. */
class CredentialsCodeTest {
  private static final Path PAGE = Path.of("..", "docs", "credentials.md");
  private static final String FILES = "/etc/mcp/";
  private static final Pattern SET = Pattern.compile("(MCP_AUTH_[A-Z_]+)=(.*)");

  @TempDir private Path directory;

  @BeforeEach
  void writeFiles() throws IOException {
    Files.writeString(directory.resolve("policy.json"), "{\"tools\":{\"t\":[\"s\"]}}");
    Files.writeString(directory.resolve("keys.json"), "{\"keys\":[]}");
    Files.writeString(directory.resolve("introspection.secret"), "secret");
  }

  @Test
  void codeOfEachSection_runs() throws Exception {
    List<String> blocks = blocks("java");
    Set<Scheme> accepted = EnumSet.noneOf(Scheme.class);
    try (URLClassLoader loader = compiled(blocks)) {
      Class<?> page = loader.loadClass("Page");
      for (int i = 0; i < blocks.size(); i++) {
        ResourceServerBuilder builder =
            ResourceServer.builder(
                "https://mcp.example.com/mcp",
                AuthorizationServer.of("https://login.example.com"),
                ToolPolicy.builder().tool("t", "s").build());
        page.getMethod("block" + i, ResourceServerBuilder.class, Store.class)
            .invoke(null, builder, Store.inMemory());
        try (ResourceServer server = builder.build()) {
          accepted.addAll(server.schemes());
        }
      }
    }
    assertThat(accepted).isEqualTo(EnumSet.allOf(Scheme.class));
  }

  @Test
  void settingsOfEachSection_startAServer() throws IOException {
    Set<Scheme> accepted = EnumSet.noneOf(Scheme.class);
    for (String block : blocks("sh")) {
      Map<String, String> environment = new HashMap<>();
      environment.put("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp");
      environment.put("MCP_AUTH_ISSUER", "https://login.example.com");
      environment.put("MCP_AUTH_REQUIRED_SCOPES", "s");
      for (String line : block.split("\n", -1)) {
        MatchResult set = SET.matcher(line).results().findFirst().orElseThrow();
        environment.put(set.group(1), set.group(2).replace(FILES, directory + "/"));
        if (set.group(1).equals("MCP_AUTH_POLICY_FILE")) {
          environment.remove("MCP_AUTH_REQUIRED_SCOPES");
        }
      }
      Settings settings =
          Settings.of(List.of(Setting.values()), SettingSource.environment(environment));
      try (ResourceServer server = ConfiguredServer.builder(settings).build()) {
        accepted.addAll(server.schemes());
      }
    }
    assertThat(accepted).isEqualTo(EnumSet.complementOf(EnumSet.of(Scheme.SESSION)));
  }

  private static List<String> blocks(String language) throws IOException {
    List<String> blocks =
        Pattern.compile("```" + language + "\n(.*?)\n```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE))
            .results()
            .map(block -> block.group(1))
            .toList();
    assertThat(blocks).hasSizeGreaterThan(5);
    return blocks;
  }

  /** A class with a method for each block. */
  private URLClassLoader compiled(List<String> blocks) throws IOException {
    StringBuilder code = new StringBuilder();
    for (String name :
        "io.mcpauth io.mcpauth.client io.mcpauth.key io.mcpauth.metadata io.mcpauth.policy io.mcpauth.servlet io.mcpauth.store io.mcpauth.token java.nio.file java.time"
            .split(" ", -1)) {
      code.append("import ").append(name).append(".*;\n");
    }
    code.append("public class Page {\n");
    for (int i = 0; i < blocks.size(); i++) {
      code.append("public static void block")
          .append(i)
          .append("(ResourceServerBuilder builder, Store store) throws Exception {\n")
          .append(blocks.get(i).replace(FILES, directory + "/"))
          .append("\n}\n");
    }
    Path source = Files.writeString(directory.resolve("Page.java"), code.append("}\n"));
    return ShownCode.compiled(directory, source);
  }
}
