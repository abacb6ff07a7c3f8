package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.testing.TestIssuer;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts by the settings and the code of {@code docs/http-sse.md} as they stand. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpSsePageTest {
  private static final Path PAGE = Path.of("..", "docs", "http-sse.md");

  @TempDir private Path directory;

  @Test
  void streamOfThePage_isForWhoHasAToken() throws Exception {
    ServletContextHandler context = new ServletContextHandler();
    McpServerTransportProvider transport =
        (McpServerTransportProvider)
            page().getMethod("map", ServletContextHandler.class).invoke(null, context);
    McpSyncServer mcp = McpServer.sync(transport).serverInfo("sse", "1").build();
    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    connector.open();
    jetty.addConnector(connector);
    jetty.setHandler(context);
    String url = "http://127.0.0.1:" + connector.getLocalPort() + "/sse";
    try (TestIssuer issuer = TestIssuer.start();
        ResourceServer server = server(url, issuer.issuer())) {
      context.addServletContainerInitializer(
          (classes, servlets) -> McpAuthInstaller.of(server).install(servlets));
      jetty.start();
      HttpClient client = HttpClient.newHttpClient();
      HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
      assertThat(client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(401);
      String token = issuer.token(url).scopes("mcp").mint();
      HttpResponse<InputStream> stream =
          client.send(
              request.header("Authorization", "Bearer " + token).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (BufferedReader events =
          new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
        String lines = events.readLine() + events.readLine();
        assertThat(lines).contains("event: endpoint", "/message?sessionId=");
      }
    } finally {
      mcp.close();
      LifeCycle.stop(jetty);
    }
  }

  /** By the settings of the page, with a resource that is here. */
  private static ResourceServer server(String url, String issuer) throws Exception {
    Map<String, String> environment = new HashMap<>();
    block("sh")
        .lines()
        .map(line -> line.split("=", 2))
        .forEach(set -> environment.put(set[0], set[1]));
    assertThat(environment).containsOnlyKeys("MCP_AUTH_RESOURCE", "MCP_AUTH_ISSUER");
    assertThat(environment.get("MCP_AUTH_RESOURCE")).endsWith("/sse");
    environment.put("MCP_AUTH_RESOURCE", url);
    environment.put("MCP_AUTH_ISSUER", issuer);
    environment.put("MCP_AUTH_REQUIRED_SCOPES", "mcp");
    return ConfiguredServer.builder(
            Settings.of(List.of(Setting.values()), SettingSource.environment(environment)))
        .build();
  }

  private static String block(String language) throws Exception {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```")
        .matcher(Files.readString(PAGE))
        .results()
        .findFirst()
        .orElseThrow()
        .group(1);
  }

  private Class<?> page() throws Exception {
    Path source =
        Files.writeString(
            directory.resolve("Page.java"),
            """
            import io.modelcontextprotocol.server.transport.*;
            import org.eclipse.jetty.ee11.servlet.*;
            public class Page {
              public static Object map(ServletContextHandler context) {
                %s
                return transport;
              }
            }
            """
                .formatted(block("java")));
    return ShownCode.compiled(directory, source).loadClass("Page");
  }
}
