package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A resource that is an origin, with its MCP endpoint below it, as Casdoor has it. */
class OriginResourceTest {
  private static final String ORIGIN = "https://casdoor.example.com";
  private static final String METADATA = "/.well-known/oauth-protected-resource";

  private final TestIssuer issuer = TestIssuer.start();
  private ContextJetty jetty;

  @BeforeEach
  void start() throws Exception {
    ResourceServer server = server();
    jetty =
        new ContextJetty(
            "/",
            context -> {
              context.addServlet(new ServletHolder("mcp", new EchoServlet()), "/api/mcp");
              ContextJetty.servlet(context, "health", "/health");
              context.addServletContainerInitializer(
                  (classes, own) -> McpAuthInstaller.of(server).openPaths("/health").install(own));
            });
  }

  @AfterEach
  void stop() throws Exception {
    jetty.close();
    issuer.close();
  }

  private ResourceServer server() {
    return ResourceServer.builder(
            ORIGIN,
            AuthorizationServer.of(issuer.issuer()),
            ToolPolicy.builder().tool("read_file", "files:read").build())
        .endpointPath("/api/mcp")
        .build();
  }

  @Test
  void endpoint_isServedForTokensOfTheOrigin() throws Exception {
    assertThat(get("/api/mcp", ORIGIN)).startsWith("HTTP/1.1 200 ");
    assertThat(get("/api/mcp", ORIGIN + "/")).startsWith("HTTP/1.1 200 ");
    assertThat(get("/api/mcp", ORIGIN + "/api/mcp")).startsWith("HTTP/1.1 401 ");
    assertThat(get("/health", null)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void challengeAndMetadata_areOfTheOrigin() throws Exception {
    assertThat(get("/api/mcp", null))
        .startsWith("HTTP/1.1 401 ")
        .contains("resource_metadata=\"" + ORIGIN + METADATA + "\"");
    assertThat(get(METADATA, null)).contains("\r\n\r\n{\"resource\":\"" + ORIGIN + "\",");
    // RFC 9728 section 3.3: at that place it would have to name another resource.
    assertThat(get(METADATA + "/api/mcp", null)).startsWith("HTTP/1.1 404 ");
  }

  @Test
  void endpointWithASlashAtItsEnd_is404WithTheRightUrl() throws Exception {
    assertThat(get("/api/mcp/", null))
        .contains("The MCP endpoint is " + ORIGIN + "/api/mcp without a slash at its end");
  }

  @Test
  void openPaths_doNotOpenTheEndpoint() {
    try (ResourceServer server = server()) {
      McpAuthInstaller installer = McpAuthInstaller.of(server);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> installer.openPaths("/api/*"))
          .withMessageContaining("opens '/api/mcp'");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> installer.openPaths("/other/mcp"))
          .withMessageContaining("one that ends as it does");
    }
  }

  private String get(String path, @Nullable String audience) throws Exception {
    if (audience == null) {
      return jetty.send("GET", path);
    }
    String token = issuer.token(audience).scopes("files:read").mint();
    return jetty.send("GET", path, "Authorization: Bearer " + token);
  }
}
