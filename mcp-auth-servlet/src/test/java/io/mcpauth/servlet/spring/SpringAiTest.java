package io.mcpauth.servlet.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.RequiresScopes;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.McpPrincipal;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.server.transport.WebMvcStatelessServerTransport;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springaicommunity.mcp.annotation.McpTool;
import org.springaicommunity.mcp.annotation.McpToolParam;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** MCP servers of Spring AI 1.1 behind the auto-configuration, called for real. */
class SpringAiTest {
  private static final TestIssuer ISSUER = TestIssuer.start();
  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}";

  @TempDir private Path directory;

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  /** The tools of a server. */
  static class FileTools {
    @McpTool(name = "read_file", description = "Reads a file.")
    @RequiresScopes("files:read")
    String read(McpTransportContext context, @McpToolParam(description = "name") String name) {
      McpPrincipal caller = McpPrincipal.fromContext(context::get);
      return name + " read by " + (caller == null ? "nobody" : caller.subject());
    }

    @McpTool(name = "write_file", description = "Writes a file.")
    @RequiresScopes(value = "files:write", roles = "editor")
    String write(McpTransportContext context) {
      return "written on " + Thread.currentThread().getName();
    }

    @McpTool(description = "Says what this is.")
    @RequiresScopes(anonymous = true)
    String about(McpTransportContext context) {
      return "about, for " + (McpPrincipal.fromContext(context::get) == null ? "nobody" : "one");
    }
  }

  /** An application of three tools that declare what they need. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    FileTools files() {
      return new FileTools();
    }
  }

  /** One more tool, of which nothing says what it needs. */
  @Configuration(proxyBeanMethods = false)
  static class Undeclared {
    /** It. */
    static class Tools {
      @McpTool(name = "forgotten", description = "Nobody thought of it.")
      String forgotten() {
        return "";
      }
    }

    @Bean
    Tools forgottenTools() {
      return new Tools();
    }
  }

  private static String token(String... scopes) {
    return ISSUER.token(RunningApplication.RESOURCE).scopes(scopes).mint();
  }

  private static RunningApplication start(String protocol, Map<String, Object> more)
      throws Exception {
    Map<String, Object> properties =
        new LinkedHashMap<>(Map.of("spring.ai.mcp.server.protocol", protocol));
    properties.putAll(more);
    return RunningApplication.start(ISSUER, properties, Application.class);
  }

  private static String call(String tool, String arguments) {
    return ("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\","
            + "\"arguments\":%s}}")
        .formatted(tool, arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"STREAMABLE", "STATELESS"})
  void annotationsDecide_listsAreReduced_toolsKnowTheCaller(String protocol) throws Exception {
    try (RunningApplication application = start(protocol, Map.of())) {
      String reader = token("files:read");
      String[] session = McpCalls.session(application, protocol, reader);
      String read = call("read_file", "{\"name\":\"a.txt\"}");
      HttpResponse<String> granted = application.post("/mcp", reader, read, session);
      assertThat(granted.statusCode()).isEqualTo(200);
      assertThat(granted.body()).contains("a.txt read by alice");
      HttpResponse<String> refused =
          application.post("/mcp", reader, call("write_file", "{}"), session);
      assertThat(refused.statusCode()).isEqualTo(403);
      HttpResponse<String> list = application.post("/mcp", reader, LIST, session);
      assertThat(list.body()).contains("\"read_file\"", "\"about\"", "\"id\":7");
      assertThat(list.body()).doesNotContain("write_file"); // no scope makes an editor of her
      String editor =
          ISSUER
              .token(RunningApplication.RESOURCE)
              .scopes("files:write")
              .claim("roles", "editor")
              .mint();
      String[] ofEditor = McpCalls.session(application, protocol, editor);
      assertThat(application.post("/mcp", editor, call("write_file", "{}"), ofEditor).body())
          .contains("written on http-nio");
      assertThat(application.post("/mcp", editor, LIST, ofEditor).body())
          .contains("read_file", "write_file", "about");
      assertThat(application.get("/.well-known/oauth-protected-resource/mcp", null).body())
          .contains("files:read", "files:write");
      assertThat(application.context().getBean(ResourceServer.class).policy().hasAnonymous())
          .isTrue();
    }
  }

  @Test
  void httpSse_isReducedOnItsStream() throws Exception {
    Map<String, Object> properties =
        Map.of(
            "spring.ai.mcp.server.protocol",
            "SSE",
            "mcp.auth.resource",
            "https://mcp.example.com/sse");
    String reader = ISSUER.token("https://mcp.example.com/sse").scopes("files:read").mint();
    try (RunningApplication application =
            RunningApplication.start(ISSUER, properties, Application.class);
        SseStream stream = application.stream("/sse", reader)) {
      String messages = stream.next();
      assertThat(messages).startsWith("/mcp/message?sessionId=");
      assertThat(application.post(messages, reader, McpCalls.INITIALIZE).statusCode())
          .isEqualTo(200);
      assertThat(stream.next()).contains("serverInfo");
      assertThat(application.post(messages, reader, McpCalls.INITIALIZED).statusCode())
          .isEqualTo(200);
      assertThat(application.post(messages, reader, LIST).statusCode()).isEqualTo(200);
      assertThat(stream.next()).contains("read_file", "about").doesNotContain("write_file");
      String read = call("read_file", "{\"name\":\"a.txt\"}");
      assertThat(application.post(messages, reader, read).statusCode()).isEqualTo(200);
      assertThat(stream.next()).contains("a.txt read by alice");
      assertThat(application.post(messages, reader, call("write_file", "{}")).statusCode())
          .isEqualTo(403);
    }
  }

  /** Has the routes of the transport among its own. */
  @Configuration(proxyBeanMethods = false)
  static class ComposedRoutes {
    @Bean
    @Order(-1)
    RouterFunction<ServerResponse> all(WebMvcStatelessServerTransport transport) {
      return RouterFunctions.nest(RequestPredicates.path("/v2"), transport.getRouterFunction())
          .and(transport.getRouterFunction())
          .andRoute(RequestPredicates.POST("/own"), request -> ServerResponse.ok().body("tools"));
    }
  }

  @Test
  void routesOfAComposition_areReducedWhereTheTransportAnswers() throws Exception {
    Map<String, Object> properties = Map.of("spring.ai.mcp.server.protocol", "STATELESS");
    try (RunningApplication application =
        RunningApplication.start(ISSUER, properties, Application.class, ComposedRoutes.class)) {
      String reader = token("files:read");
      for (String path : List.of("/mcp", "/v2/mcp")) {
        assertThat(application.post(path, reader, LIST).body())
            .contains("read_file")
            .doesNotContain("write_file");
      }
      assertThat(application.post("/own", reader, LIST).body()).isEqualTo("tools");
    }
  }

  /** Another page, which looks at no body. */
  @RestController
  static class Page {
    @RequestMapping("/admin")
    String stop() {
      return "stopped";
    }
  }

  @Test
  void openTool_opensNoOtherPage() throws Exception {
    String about = call("about", "{}");
    try (RunningApplication application =
        RunningApplication.start(
            ISSUER,
            Map.of("spring.ai.mcp.server.protocol", "STATELESS"),
            Application.class,
            Page.class)) {
      assertThat(application.post("/mcp", null, about).statusCode()).isEqualTo(200);
      assertThat(application.post("/admin", null, about).statusCode()).isEqualTo(401);
      assertThat(application.post("/admin", null, McpCalls.INITIALIZE).statusCode()).isEqualTo(401);
      assertThat(application.post("/admin/mcp", null, about).statusCode()).isEqualTo(401);
      assertThat(application.statusOfStream("/admin")).isEqualTo(401);
      assertThat(application.post("/admin", token("files:read"), about).body())
          .isEqualTo("stopped");
    }
  }

  /** A proxy in front takes the beginning of the path away. */
  @Test
  void openTool_isOpenBehindAProxyThatShortensThePath() throws Exception {
    Map<String, Object> properties =
        Map.of(
            "spring.ai.mcp.server.protocol",
            "STATELESS",
            "mcp.auth.resource",
            "https://mcp.example.com/notes/mcp");
    try (RunningApplication application =
        RunningApplication.start(ISSUER, properties, Application.class)) {
      assertThat(application.post("/mcp", null, call("about", "{}")).statusCode()).isEqualTo(200);
    }
  }

  /** Guards the server itself, without a bean of it. */
  @Configuration(proxyBeanMethods = false)
  static class OwnFilter {
    @Bean
    FilterRegistrationBean<McpAuthFilter> filter() {
      return new FilterRegistrationBean<>(new McpAuthFilter(new OwnServer().own()));
    }
  }

  @Test
  void serverInWhoseFrontNothingIs_isWarnedOf() throws Exception {
    for (boolean guarded : new boolean[] {true, false}) {
      Map<String, Object> misspelt =
          Map.of("spring.ai.mcp.server.protocol", "STATELESS", "mcp-auth.resource", "misspelt");
      try (RunningApplication application =
          RunningApplication.startWith(
              misspelt, Application.class, guarded ? OwnFilter.class : Application.class)) {
        String warning = application.context().getBean(OpenServerWarning.class).warning();
        if (guarded) {
          assertThat(warning).isNull();
        } else {
          assertThat(warning).contains("is open to everybody", "mcp.auth.resource");
        }
        assertThat(application.post("/mcp", null, call("read_file", "{}")).statusCode())
            .isEqualTo(guarded ? 401 : 200);
      }
    }
    try (RunningApplication application = start("STATELESS", Map.of())) {
      assertThat(application.context().getBeanNamesForType(OpenServerWarning.class)).isEmpty();
    }
  }

  @Test
  void openTool_knowsNobody() throws Exception {
    try (RunningApplication application = start("STATELESS", Map.of())) {
      assertThat(application.post("/mcp", null, call("about", "{}")).body())
          .contains("about, for nobody");
      assertThat(application.post("/mcp", null, LIST).body())
          .contains("about", "read_file", "write_file"); // a login may bring each of them
      assertThat(application.post("/mcp", null, call("read_file", "{}")).statusCode())
          .isEqualTo(401);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"tools":{"read_file":["other"]}}    | other      | 200
          {"tools":{"read_file":["other"]}}    | files:read | 403
          {"tools":{"*":"base"}}               | other      | 403
          {"tools":{"*":"base"}}               | files:read | 200
          {"tools":{"read_*":"denied"}}        | files:read | 403
          """)
  void document_hasTheLastWord(String document, String scope, int status) throws Exception {
    Path policy = Files.writeString(directory.resolve("policy.json"), document);
    try (RunningApplication application =
        start("STATELESS", Map.of("mcp.auth.policy", policy.toString()))) {
      String read = call("read_file", "{\"name\":\"a\"}");
      assertThat(application.post("/mcp", token(scope), read).statusCode()).isEqualTo(status);
    }
  }

  @Test
  void undeclaredTool_stopsTheStart() {
    Map<String, Object> properties = Map.of("spring.ai.mcp.server.protocol", "STATELESS");
    assertThatThrownBy(
            () -> RunningApplication.start(ISSUER, properties, Application.class, Undeclared.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not name: [forgotten]")
        .hasMessageContaining("@RequiresScopes");
  }

  /** A resource server in code. */
  @Configuration(proxyBeanMethods = false)
  static class OwnServer {
    @Bean
    ResourceServer own() {
      return ResourceServer.builder(
              RunningApplication.RESOURCE,
              ISSUER.authorizationServer(),
              ToolPolicy.builder().tool("read_file", "own").build())
          .build();
    }
  }

  @Test
  void serverInCode_isToldWhatToolsDeclare() throws Exception {
    Map<String, Object> properties = Map.of("spring.ai.mcp.server.protocol", "STATELESS");
    try (RunningApplication application =
        RunningApplication.startWith(properties, Application.class, OwnServer.class)) {
      String read = call("read_file", "{\"name\":\"a\"}");
      assertThat(application.post("/mcp", token("own"), read).statusCode()).isEqualTo(200);
      assertThat(application.post("/mcp", token("files:read"), read).statusCode()).isEqualTo(403);
      assertThat(application.post("/mcp", null, call("about", "{}")).statusCode()).isEqualTo(200);
    }
  }
}
