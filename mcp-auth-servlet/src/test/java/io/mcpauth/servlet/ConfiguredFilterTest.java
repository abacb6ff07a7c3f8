package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.testing.TestIssuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The filter as a {@code web.xml} declares it: by its class and init-params alone. */
class ConfiguredFilterTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String METADATA = "/.well-known/oauth-protected-resource";

  private final Map<String, String> parameters = new LinkedHashMap<>();

  ConfiguredFilterTest() {
    parameters.put("MCP_AUTH_RESOURCE", RESOURCE);
    parameters.put("MCP_AUTH_ISSUER", "https://login.example.com");
    parameters.put("MCP_AUTH_REQUIRED_SCOPES", "mcp");
  }

  private ContextJetty start(String contextPath, String pattern) throws Exception {
    return new ContextJetty(
        contextPath,
        context -> {
          FilterHolder filter = new FilterHolder(McpAuthFilter.class);
          filter.setName("auth");
          parameters.forEach(filter::setInitParameter);
          ContextJetty.filter(context, filter, pattern);
          ContextJetty.servlet(context, "mcp", "/mcp");
          ContextJetty.servlet(context, "health", "/health");
        });
  }

  @Test
  void initParams_areAllThatIsNeeded() throws Exception {
    try (TestIssuer issuer = TestIssuer.start()) {
      parameters.put("MCP_AUTH_ISSUER", issuer.issuer());
      parameters.put("MCP_AUTH_OPEN_PATHS", "/health");
      parameters.put("MCP_AUTH_APPLICATION", "files");
      try (ContextJetty jetty = start("/", "/*")) {
        assertThat(jetty.send("GET", "/mcp"))
            .startsWith("HTTP/1.1 401")
            .contains("WWW-Authenticate: Bearer scope=\"mcp\", resource_metadata=\"https://mcp.");
        assertThat(
                jetty.send(
                    "GET",
                    "/mcp",
                    "Authorization: Bearer " + issuer.token(RESOURCE).scopes("mcp").mint()))
            .startsWith("HTTP/1.1 200")
            .contains("reached mcp");
        assertThat(jetty.send("GET", "/health")).contains("reached health");
        for (String path :
            new String[] {
              METADATA, METADATA + "/mcp", "/.well-known/files/oauth-protected-resource"
            }) {
          assertThat(jetty.send("GET", path)).contains("\"resource\":\"" + RESOURCE + "\"");
        }
        assertThat(jetty.send("GET", METADATA + "/other")).startsWith("HTTP/1.1 404");
      }
    }
  }

  @Test
  void document_hasAnEntityTagAndIsNotSentTwice() throws Exception {
    try (ContextJetty jetty = start("/", "/*")) {
      String answer = jetty.send("GET", METADATA);
      String tag = answer.replaceFirst("(?s).*ETag: (\"[^\"]+\").*", "$1");
      assertThat(tag).matches("\"[A-Za-z0-9_-]{22}\"");
      assertThat(jetty.send("GET", METADATA, "If-None-Match: \"x\", W/" + tag))
          .startsWith("HTTP/1.1 304")
          .contains("ETag: " + tag)
          .contains("Cache-Control: public, max-age=300")
          .doesNotContain("resource");
      assertThat(jetty.send("GET", METADATA, "If-None-Match: \"x\"")).startsWith("HTTP/1.1 200");
      assertThat(jetty.send("HEAD", METADATA)).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
      assertThat(jetty.send("DELETE", METADATA))
          .startsWith("HTTP/1.1 405")
          .contains("Allow: GET, HEAD, OPTIONS");
    }
  }

  private void withOwnServer() {
    parameters.remove("MCP_AUTH_ISSUER");
    parameters.put("MCP_AUTH_SERVER", "container");
  }

  @Test
  void ownAuthorizationServer_isServedBesideTheResource() throws Exception {
    withOwnServer();
    try (ContextJetty jetty = start("/", "/*")) {
      assertThat(jetty.send("GET", METADATA))
          .contains("\"authorization_servers\":[\"https://mcp.example.com\"]");
      assertThat(jetty.send("GET", "/.well-known/oauth-authorization-server"))
          .startsWith("HTTP/1.1 200")
          .contains("\"issuer\":\"https://mcp.example.com\"")
          .contains("\"token_endpoint\":\"https://mcp.example.com/oauth/token\"");
      assertThat(jetty.send("GET", "/oauth/token")).startsWith("HTTP/1.1 405");
      assertThat(jetty.send("GET", "/oauth/other")).startsWith("HTTP/1.1 401");
      assertThat(jetty.send("GET", "/mcp")).startsWith("HTTP/1.1 401");
    }
  }

  @Test
  void ownAuthorizationServerOutsideOfTheContext_stopsTheStartAndSaysWhatToWrite() {
    withOwnServer();
    parameters.put("MCP_AUTH_WELL_KNOWN_MAPPED", "true");
    parameters.put("MCP_AUTH_RESOURCE", "https://mcp.example.com/app/mcp");
    assertThatThrownBy(() -> start("/app", "/*").close())
        .hasStackTraceContaining("outside of the context '/app'")
        .hasStackTraceContaining("MCP_AUTH_SERVER_ISSUER");
  }

  @Test
  void ownAuthorizationServerInAContextWithAPath_isServedBelowIt() throws Exception {
    withOwnServer();
    parameters.put("MCP_AUTH_RESOURCE", "https://mcp.example.com/app/mcp");
    parameters.put("MCP_AUTH_SERVER_ISSUER", "https://mcp.example.com/app");
    assertThatThrownBy(() -> start("/app", "/*").close())
        .hasStackTraceContaining(
            "/.well-known/oauth-authorization-server/app to"
                + " /app/.well-known/oauth-authorization-server/app");
    parameters.put("MCP_AUTH_WELL_KNOWN_MAPPED", "true");
    try (ContextJetty jetty = start("/app", "/*")) {
      for (String path :
          new String[] {
            "/.well-known/oauth-authorization-server/app",
            "/.well-known/openid-configuration/app",
            "/.well-known/openid-configuration",
            "/.well-known/oauth-authorization-server"
          }) {
        assertThat(jetty.send("GET", "/app" + path))
            .as(path)
            .contains("\"issuer\":\"https://mcp.example.com/app\"");
      }
      assertThat(jetty.send("GET", "/app/oauth/token")).startsWith("HTTP/1.1 405");
    }
  }

  @Test
  void installerOfSettings_installsBothServers() throws Exception {
    withOwnServer();
    Settings settings =
        Settings.of(List.of(Setting.values()), SettingSource.environment(parameters));
    McpAuthInstaller installer = McpAuthInstaller.of(settings);
    try (ContextJetty jetty =
        new ContextJetty(
            "/",
            context -> {
              ContextJetty.servlet(context, "mcp", "/mcp");
              context.addServletContainerInitializer(
                  (classes, servlet) -> installer.install(servlet));
            })) {
      assertThat(jetty.send("GET", "/.well-known/oauth-authorization-server"))
          .contains("\"issuer\":\"https://mcp.example.com\"");
      assertThat(jetty.send("GET", "/mcp")).startsWith("HTTP/1.1 401");
    }
  }

  @Test
  void ownAuthorizationServerBesideAMirror_stopsTheStart() {
    withOwnServer();
    parameters.put("MCP_AUTH_MIRROR_AUTHORIZATION_SERVER_METADATA", "true");
    assertThatThrownBy(() -> start("/", "/*").close())
        .hasStackTraceContaining("Leave the mirror out.");
  }

  @ParameterizedTest
  @CsvSource({
    "MCP_AUTH_SERVER_CONSENT, once, there is no MCP_AUTH_SERVER",
    "MCP_AUTH_SERVER, container, each say who issues the tokens",
    "MCP_AUTH_ISUER, x, MCP_AUTH_ISSUER",
    "resource, x, init-param of filter 'auth'",
    "MCP_AUTH_POLICY_FILE, /WEB-INF/none.json, MCP_AUTH_POLICY_FILE",
    "MCP_AUTH_APPLICATION, a/b, MCP_AUTH_APPLICATION",
    "MCP_AUTH_OPEN_PATHS, /mcp, the path of the MCP endpoint",
    "MCP_AUTH_MAX_BODY_BYTES, 0, MCP_AUTH_MAX_BODY_BYTES",
    "MCP_AUTH_WELL_KNOWN_MAPPED, yes, Write 'true' or 'false'",
    "MCP_AUTH_METADATA_SIGNING_KEY, secret, for the environment or a file alone",
    "MCP_AUTH_MODE, none, MCP_AUTH_MODE",
  })
  void wrongSetting_stopsTheStart(String name, String value, String message) {
    parameters.put(name, value);
    assertThatThrownBy(() -> start("/", "/*").close()).hasStackTraceContaining(message);
  }

  @Test
  void mappingToAPath_stopsTheStart() {
    assertThatThrownBy(() -> start("/", "/mcp").close())
        .hasStackTraceContaining("is mapped to the URL patterns [/mcp]")
        .hasStackTraceContaining("Map it to '/*', with MCP_AUTH_OPEN_PATHS for pages.");
  }

  @Test
  void contextPathWithoutMapping_stopsTheStartAndSaysWhatToMap() {
    assertThatThrownBy(() -> start("/app", "/*").close())
        .hasStackTraceContaining(METADATA + "/mcp to /app" + METADATA + "/mcp")
        .hasStackTraceContaining("MCP_AUTH_WELL_KNOWN_MAPPED=true");
  }

  @Test
  void contextPathThatIsMapped_servesTheDocumentsBelowIt() throws Exception {
    parameters.put("MCP_AUTH_WELL_KNOWN_MAPPED", "true");
    parameters.put("MCP_AUTH_RESOURCE", "https://mcp.example.com/app/mcp");
    try (ContextJetty jetty = start("/app", "/*")) {
      assertThat(jetty.send("GET", "/app" + METADATA + "/app/mcp"))
          .contains("\"resource\":\"https://mcp.example.com/app/mcp\"");
      assertThat(jetty.send("GET", "/app/mcp"))
          .startsWith("HTTP/1.1 401")
          .contains("resource_metadata=\"https://mcp.example.com" + METADATA + "/app/mcp\"");
    }
  }

  @Test
  void policyInTheApplication_isReadAsAFile(@TempDir Path application) throws Exception {
    Files.createDirectory(application.resolve("WEB-INF"));
    Files.writeString(
        application.resolve("WEB-INF/policy.json"),
        "{\"initial\":[\"files:read\"],\"tools\":{\"read\":[\"files:read\"]}}");
    parameters.remove("MCP_AUTH_REQUIRED_SCOPES");
    parameters.put("MCP_AUTH_POLICY_FILE", "/WEB-INF/policy.json");
    try (ContextJetty jetty =
        new ContextJetty(
            "/",
            context -> {
              withBase(context, application);
              FilterHolder filter = new FilterHolder(McpAuthFilter.class);
              parameters.forEach(filter::setInitParameter);
              ContextJetty.filter(context, filter, "/*");
              ContextJetty.servlet(context, "mcp", "/mcp");
            })) {
      assertThat(jetty.send("GET", "/mcp")).contains("scope=\"files:read\"");
    }
  }

  private static void withBase(ServletContextHandler context, Path directory) {
    context.setBaseResourceAsPath(directory);
  }
}
