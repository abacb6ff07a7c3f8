package io.mcpauth.examples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.http.HttpServlet;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server of {@code docs/tools.md} for revision 2026-07-28, on its SDK, behind the filter. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NewestSdkTest {
  private static final Path PAGE = Path.of("..", "docs", "tools.md");
  private static final Pattern CODE =
      Pattern.compile("## SDK 2\\.2.*?```java\n(.*?)\n```", Pattern.DOTALL);

  private final Server jetty = new Server();
  private final TestIssuer issuer = TestIssuer.start();
  private NewestSdk sdk;
  private Class<?> client;
  private String url;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost("127.0.0.1");
    jetty.addConnector(connector);
    connector.open();
    url = "http://127.0.0.1:" + connector.getLocalPort() + "/mcp";
    ToolPolicy policy =
        ToolPolicy.builder().tool("publish", Access.scopes("press").role("editor")).build();
    ResourceServer server =
        ResourceServer.builder(url, AuthorizationServer.of(issuer.issuer()), policy).build();
    sdk = new NewestSdk(directory);
    client = sdk.compiled("Client", CLIENT);
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(holder(transport(server)), "/mcp");
    context.addServletContainerInitializer(
        (classes, found) -> McpAuthInstaller.of(server).install(found));
    jetty.setHandler(context);
    jetty.start();
  }

  @AfterAll
  void stop() throws Exception {
    LifeCycle.stop(jetty);
    issuer.close();
    sdk.close();
  }

  private static ServletHolder holder(HttpServlet servlet) {
    ServletHolder holder = new ServletHolder("mcp", servlet);
    holder.setAsyncSupported(true);
    return holder;
  }

  /** The SDK asks the loader of the thread for its JSON mapper. */
  private HttpServlet transport(ResourceServer server) throws Exception {
    String code =
        ShownCode.method(
            "Page",
            "HttpServletMcpTransport tools(io.mcpauth.ResourceServer server)",
            code(),
            "transport");
    Class<?> page = sdk.compiled("Page", code);
    return within(
        () -> (HttpServlet) page.getMethod("tools", ResourceServer.class).invoke(null, server));
  }

  private interface Call<T> {
    T of() throws Exception;
  }

  private <T> T within(Call<T> call) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(sdk);
    try {
      return call.of();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static String code() throws Exception {
    return CODE.matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult block) -> block.group(1))
        .findFirst()
        .orElseThrow();
  }

  private String token(String... roles) {
    return issuer.token(url).scopes("press").claim("roles", List.of(roles)).mint();
  }

  private String call(String method, String token) throws Exception {
    return within(
        () ->
            (String) client.getMethod(method, String.class, String.class).invoke(null, url, token));
  }

  @Test
  void clientOfTheSdk_seesAndCallsWhatIsItsOwn() throws Exception {
    assertThat(call("tools", token("editor"))).isEqualTo("[publish] PRIVATE");
    assertThat(call("publish", token("editor"))).contains("Published by ");
    assertThat(call("discover", token("guest"))).contains("2026-07-28");
  }

  @Test
  void toolOfOthers_isNeitherShownNorCalled() throws Exception {
    String guest = token("guest");
    assertThat(call("tools", guest)).isEqualTo("[] PRIVATE");
    assertThatThrownBy(() -> call("publish", guest)) // by the client, which looks into the list
        .isInstanceOf(InvocationTargetException.class)
        .hasStackTraceContaining("isn't listed");
    assertThat(send("publish", "2026-07-28", "Authorization", "Bearer " + guest).statusCode())
        .isEqualTo(403);
  }

  @Test
  void callWithoutAToken_isTheFiltersChallenge() throws Exception {
    HttpResponse<String> answer = send("publish", "2026-07-28");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("resource_metadata=");
  }

  @Test
  void callInFrames_isAnswered() throws Exception {
    HttpResponse<String> answer =
        send("publish", "2026-07-28", "Authorization", "Bearer " + token("editor"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("Published by ");
  }

  @Test
  void nameThatIsNotTheBodys_isRefusedBeforeTheServlet() throws Exception {
    HttpResponse<String> answer =
        send("harmless", "2026-07-28", "Authorization", "Bearer " + token("editor"));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("-32020");
  }

  private HttpResponse<String> send(String name, String revision, String... headers)
      throws Exception {
    String meta =
        "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\""
            + revision
            + "\",\"io.modelcontextprotocol/clientInfo\":{\"name\":\"test\",\"version\":\"1\"},"
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", revision)
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", name)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{"
                        + "\"name\":\"publish\",\"arguments\":{},"
                        + meta
                        + "}}"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static final String CLIENT =
      """
      import io.modelcontextprotocol.modern.McpSchema.*;
      import io.modelcontextprotocol.modern.client.*;
      import io.modelcontextprotocol.modern.client.transport.*;
      import java.util.*;
      public class Client {
        private static McpSyncClient of(String url, String token) {
          McpHttpRequestCustomizer bearer =
              McpHttpRequestCustomizer.fromSync(
                  (request, headers, context) -> headers.set("Authorization", "Bearer " + token));
          return McpClient.sync(
                  HttpClientMcpTransport.builder(url).requestCustomizer(bearer).build())
              .build();
        }
        public static String tools(String url, String token) {
          ListToolsResult result = of(url, token).listTools().list();
          return result.tools().stream().map(Tool::name).toList() + " " + result.cacheScope();
        }
        public static String publish(String url, String token) {
          return of(url, token).tool("publish").arguments(Map.of()).call().toString();
        }
        public static String discover(String url, String token) {
          return of(url, token).discover().toString();
        }
      }
      """;
}
