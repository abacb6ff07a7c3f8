package io.mcpauth.examples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the code of {@code docs/tools.md} as it stands. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ToolsPageTest {
  private static final Path PAGE = Path.of("..", "docs", "tools.md");

  @TempDir Path directory;

  @Test
  void lambdasOfThePage_showCallAndAnnotateByThePolicy() throws Exception {
    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    connector.open();
    String url = "http://127.0.0.1:" + connector.getLocalPort();
    ToolPolicy policy =
        ToolPolicy.builder().tool("publish", Access.scopes("press").role("editor")).build();
    try (TestIssuer issuer = TestIssuer.start();
        ResourceServer server =
            ResourceServer.builder(url + "/mcp", AuthorizationServer.of(issuer.issuer()), policy)
                .build()) {
      HttpServletStreamableServerTransportProvider transport =
          (HttpServletStreamableServerTransportProvider)
              first().getMethod("tools", ResourceServer.class).invoke(null, server);
      serve(jetty, server, transport);
      String guest = issuer.token(url + "/mcp").scopes("press").mint();
      String editor =
          issuer.token(url + "/mcp").scopes("press").claim("roles", List.of("editor")).mint();
      try (McpSyncClient client = client(url, guest)) {
        assertThat(client.listTools().tools()).isEmpty();
      }
      try (McpSyncClient client = client(url, editor)) {
        assertThat(client.listTools().tools())
            .extracting(Tool::meta)
            .containsExactly(policy.securitySchemes("publish"));
        CallToolRequest call = CallToolRequest.builder("publish").arguments(Map.of()).build();
        assertThat(client.callTool(call).toString()).contains("Published by ");
      }
    } finally {
      LifeCycle.stop(jetty);
    }
  }

  @Test
  void listOfThePage_isTheCallersOwn() throws Exception {
    ToolPolicy policy =
        ToolPolicy.builder()
            .prompt("greet", "press")
            .prompt("fire", Access.scopes("press").role("boss"))
            .build();
    try (TestIssuer issuer = TestIssuer.start();
        ResourceServer server =
            ResourceServer.builder(
                    "http://localhost/mcp", AuthorizationServer.of(issuer.issuer()), policy)
                .build()) {
      McpPrincipal caller = issuer.token("http://localhost/mcp").principal("roles");
      List<Prompt> prompts =
          List.of(Prompt.builder("greet").build(), Prompt.builder("fire").build());
      Object page =
          page()
              .getMethod("prompts", ResourceServer.class, McpPrincipal.class, List.class)
              .invoke(null, server, caller, prompts);
      assertThat(page).isEqualTo(Map.of("prompts", prompts.subList(0, 1), "cacheScope", "private"));
    }
  }

  @Test
  void claimOfThePage_isSeenByATool() throws Exception {
    ToolPolicy policy = ToolPolicy.builder().tool("t", "s").build();
    try (TestIssuer issuer = TestIssuer.start();
        ResourceServer server =
            (ResourceServer) page().getMethod("claims", ToolPolicy.class).invoke(null, policy)) {
      assertThat(server.resource()).hasToString("https://mcp.example.com/mcp");
      McpPrincipal caller =
          issuer.token("https://mcp.example.com/mcp").claim("tenant", "acme").principal("tenant");
      assertThat(page().getMethod("seen", McpPrincipal.class).invoke(null, caller))
          .isEqualTo(List.of("acme", issuer.issuer() + " alice"));
    }
  }

  private static void serve(
      Server jetty, ResourceServer server, HttpServletStreamableServerTransportProvider transport)
      throws Exception {
    ServletContextHandler context = new ServletContextHandler();
    ServletHolder holder = new ServletHolder("mcp", transport);
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/mcp");
    context.addServletContainerInitializer(
        (classes, servletContext) -> McpAuthInstaller.of(server).install(servletContext));
    jetty.setHandler(context);
    jetty.start();
  }

  private static McpSyncClient client(String url, String token) {
    McpSyncClient client =
        McpClient.sync(
                HttpClientStreamableHttpTransport.builder(url)
                    .endpoint("/mcp")
                    .customizeClient(http -> http.version(HttpClient.Version.HTTP_1_1))
                    .addHttpRequestCustomizer(
                        (request, method, uri, body, context) ->
                            request.header("Authorization", "Bearer " + token))
                    .build())
            .build();
    client.initialize();
    return client;
  }

  /** The first block has the imports that it needs. */
  private Class<?> first() throws Exception {
    String code =
        ShownCode.method(
            "First",
            "HttpServletStreamableServerTransportProvider tools(io.mcpauth.ResourceServer server)",
            blocks().get(0),
            "transport");
    return compiled("First", code);
  }

  /** A class with one method for each of the blocks that are a few lines. */
  private Class<?> page() throws Exception {
    List<String> blocks = blocks();
    assertThat(blocks).hasSize(5); // the fourth is tried by NewestSdkTest
    String code =
        """
        import io.mcpauth.*;
        import io.mcpauth.policy.*;
        import io.mcpauth.token.*;
        import io.modelcontextprotocol.spec.McpSchema.*;
        import java.util.*;
        public class ToolsPage {
          public static Map<String, Object> prompts(
              ResourceServer server, McpPrincipal caller, List<Prompt> prompts) {
            %s
            return page;
          }
          public static ResourceServer claims(ToolPolicy policy) {
            %s
            return server;
          }
          public static List<Object> seen(McpPrincipal caller) {
            %s
            return List.of(tenant, owner);
          }
        }
        """
            .formatted(blocks.get(4), blocks.get(1), blocks.get(2));
    return compiled("ToolsPage", code);
  }

  private Class<?> compiled(String name, String code) throws Exception {
    Path source = Files.writeString(directory.resolve(name + ".java"), code);
    return ShownCode.compiled(directory, source).loadClass(name);
  }

  private static List<String> blocks() throws IOException {
    Matcher block =
        Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL).matcher(Files.readString(PAGE));
    List<String> blocks = new ArrayList<>();
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }
}
