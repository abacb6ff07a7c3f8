package io.mcpauth.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.testing.TestIssuer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The application of {@code docs/spring.md} on both lines of Spring AI, called for real. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpringAiSuite {
  private static final String RESOURCE = "http://localhost:8080/mcp";
  private static final String LIST = "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}";
  private static final Path LOGS = Path.of("..", "containers", "target", "logs");

  private final Map<SpringAiLine, String> classPaths = new EnumMap<>(SpringAiLine.class);
  private final Map<SpringAiLine, String> byDefault = new EnumMap<>(SpringAiLine.class);
  private final Map<SpringAiLine, String> reactive = new EnumMap<>(SpringAiLine.class);
  private final Map<SpringAiLine, String> ownChain = new EnumMap<>(SpringAiLine.class);
  private final Map<SpringAiLine, String> bothChains = new EnumMap<>(SpringAiLine.class);
  private final Map<SpringAiLine, String> elsewhere = new EnumMap<>(SpringAiLine.class);
  private final TestIssuer issuer = TestIssuer.start();

  @BeforeAll
  void compile(@TempDir Path directory) throws IOException {
    Files.createDirectories(LOGS);
    SpringPage page = SpringPage.read();
    for (SpringAiLine line : SpringAiLine.values()) {
      Path own = directory.resolve(line.name());
      String security = line.securityClassPath();
      List<SpringPage.Source> all = new ArrayList<>(page.sources());
      all.addAll(page.security());
      classPaths.put(
          line,
          SpringAiApplication.compile(
              line, line.classPath(), page.sources(), page, own.resolve("plain")));
      byDefault.put(
          line,
          SpringAiApplication.compile(
              line, security, page.sources(), page, own.resolve("default")));
      reactive.put(
          line,
          SpringAiApplication.compile(
              line, line.reactiveClassPath(), page.main(), page, own.resolve("reactive")));
      ownChain.put(
          line, SpringAiApplication.compile(line, security, all, page, own.resolve("chain")));
      bothChains.put(
          line,
          SpringAiApplication.compile(
              line, security, page.withBothChains(), page, own.resolve("both")));
      elsewhere.put(
          line,
          SpringAiApplication.compile(
              line, security, page.withChainElsewhere(), page, own.resolve("elsewhere")));
    }
  }

  @AfterAll
  void stop() {
    issuer.close();
  }

  private SpringAiApplication start(SpringAiLine line, String what, String... properties)
      throws IOException {
    return start(classPaths, line, what, properties);
  }

  private SpringAiApplication start(
      Map<SpringAiLine, String> from, SpringAiLine line, String what, String... properties)
      throws IOException {
    String[] all = new String[properties.length + 1];
    all[0] = "--mcp.auth.issuer=" + issuer.issuer();
    System.arraycopy(properties, 0, all, 1, properties.length);
    Path log = LOGS.resolve(line.classPath() + "-" + what + ".log");
    return SpringAiApplication.start(from.getOrDefault(line, ""), log, all);
  }

  private String token(String... scopes) {
    return issuer.token(RESOURCE).scopes(scopes).mint();
  }

  private static String call(String tool) {
    return ("{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\","
            + "\"arguments\":{\"text\":\"rain\"}}}")
        .formatted(tool);
  }

  @ParameterizedTest
  @EnumSource(SpringAiLine.class)
  void firstApplication_isGuardedAsThePageSays(SpringAiLine line) throws Exception {
    try (SpringAiApplication application = start(line, "streamable")) {
      McpClientLike client = new McpClientLike(application.port());
      HttpResponse<String> stranger = client.post("/mcp", null, McpClientLike.INITIALIZE);
      assertThat(stranger.statusCode()).isEqualTo(401);
      assertThat(stranger.headers().firstValue("WWW-Authenticate").orElseThrow())
          .contains("http://localhost:8080/.well-known/oauth-protected-resource/mcp");
      assertThat(client.post("/mcp", null, call("read_notes")).statusCode()).isEqualTo(401);
      assertThat(client.get("/.well-known/oauth-protected-resource/mcp").body())
          .contains(issuer.issuer(), "notes:read", "notes:write");
      String reader = token("notes:read");
      String[] session = client.session("/mcp", reader);
      assertThat(client.post("/mcp", reader, call("read_notes"), session).body())
          .contains("Notes of alice");
      HttpResponse<String> refused = client.post("/mcp", reader, call("write_note"), session);
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
          .contains("insufficient_scope", "notes:write");
      assertThat(client.post("/mcp", reader, LIST, session).body())
          .contains("read_notes", "write_note");
      assertThat(application.said()).doesNotContain("the MCP server does not answer");
    }
  }

  @ParameterizedTest
  @EnumSource(SpringAiLine.class)
  void otherProtocolThanThatOfTheResource_isWarnedOf(SpringAiLine line) throws Exception {
    try (SpringAiApplication application =
        start(line, "unanswered", "--spring.ai.mcp.server.protocol=SSE")) {
      assertThat(application.port()).isPositive();
      assertThat(application.said())
          .contains("the MCP server does not answer at '/mcp'")
          .contains("there are routes for [/mcp/message, /sse]");
    }
  }

  @ParameterizedTest
  @EnumSource(SpringAiLine.class)
  void documentOverrules_andListsAreReduced(SpringAiLine line) throws Exception {
    try (SpringAiApplication application =
        start(
            line,
            "stateless",
            "--spring.profiles.active=open",
            "--spring.ai.mcp.server.protocol=STATELESS",
            "--mcp.auth.policy=classpath:policy.json")) {
      McpClientLike client = new McpClientLike(application.port());
      String writer = token("notes", "notes:read", "notes:write");
      assertThat(client.post("/mcp", writer, call("read_notes")).body()).contains("Notes of alice");
      assertThat(client.post("/mcp", writer, call("write_note")).statusCode()).isEqualTo(403);
      assertThat(client.post("/mcp", writer, LIST).body())
          .contains("read_notes", "about")
          .doesNotContain("write_note");
      assertThat(client.post("/mcp", token("notes:read"), call("read_notes")).statusCode())
          .as("the base scope of the document")
          .isEqualTo(403);
      assertThat(client.post("/mcp", null, call("about")).body()).contains("A server for notes");
      assertThat(client.post("/mcp", writer, call("erase")).statusCode())
          .as("what an object that is no bean declares")
          .isEqualTo(403);
      assertThat(client.post("/mcp", token("notes", "notes:erase"), call("erase")).body())
          .contains("Erased: rain");
      assertThat(application.said()).doesNotContain("the MCP server does not answer");
    }
  }

  @ParameterizedTest
  @EnumSource(SpringAiLine.class)
  void streamableLists_areReducedToo(SpringAiLine line) throws Exception {
    try (SpringAiApplication application =
        start(
            line,
            "reduced",
            "--spring.profiles.active=open",
            "--mcp.auth.policy=classpath:policy.json")) {
      McpClientLike client = new McpClientLike(application.port());
      String writer = token("notes", "notes:read", "notes:write");
      String[] session = client.session("/mcp", writer);
      HttpResponse<String> list = client.post("/mcp", writer, LIST, session);
      assertThat(list.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/event-stream");
      assertThat(list.body()).contains("read_notes", "about").doesNotContain("write_note");
    }
  }

  @ParameterizedTest
  @EnumSource(SpringAiLine.class)
  void httpSse_knowsTheCallerAndIsReduced(SpringAiLine line) throws Exception {
    String resource = "http://localhost:8080/sse";
    String writer = issuer.token(resource).scopes("notes", "notes:read", "notes:write").mint();
    try (SpringAiApplication application =
        start(
            line,
            "sse",
            "--spring.profiles.active=open",
            "--spring.ai.mcp.server.protocol=SSE",
            "--mcp.auth.resource=" + resource,
            "--mcp.auth.policy=classpath:policy.json")) {
      McpClientLike client = new McpClientLike(application.port());
      try (McpClientLike.Events events = client.events("/sse", writer)) {
        String messages = events.next();
        assertThat(client.post(messages, writer, McpClientLike.INITIALIZE).statusCode())
            .isEqualTo(200);
        assertThat(events.next()).contains("serverInfo");
        assertThat(client.post(messages, writer, McpClientLike.INITIALIZED).statusCode())
            .isEqualTo(200);
        assertThat(client.post(messages, writer, LIST).statusCode()).isEqualTo(200);
        assertThat(events.next()).contains("read_notes", "about").doesNotContain("write_note");
        assertThat(client.post(messages, writer, call("read_notes")).statusCode()).isEqualTo(200);
        assertThat(events.next()).contains("Notes of alice");
        assertThat(client.post(messages, writer, call("write_note")).statusCode()).isEqualTo(403);
        assertThat(application.said()).doesNotContain("the MCP server does not answer");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ONE, --spring.profiles.active=forgotten, does not name: [delete_all]",
    "TWO, --spring.profiles.active=forgotten, does not name: [delete_all]",
    "ONE, --mcp.auth.resorce=x, Write mcp.auth.resource",
    "TWO, --mcp.auth.resorce=x, Write mcp.auth.resource"
  })
  void whatIsForgottenOrMisspelt_stopsTheStart(SpringAiLine line, String wrong, String said)
      throws Exception {
    try (SpringAiApplication application = start(line, "wrong", wrong)) {
      assertThat(application.refusedStart()).contains(said);
    }
  }

  @ParameterizedTest
  @EnumSource(SpringAiLine.class)
  void chainOfBoot_isWarnedOfAndHidesNoMetadata(SpringAiLine line) throws Exception {
    try (SpringAiApplication application = start(byDefault, line, "default-chain")) {
      McpClientLike client = new McpClientLike(application.port());
      assertThat(client.get("/.well-known/oauth-protected-resource/mcp").statusCode())
          .isEqualTo(200);
      HttpResponse<String> stranger = client.post("/mcp", null, call("read_notes"));
      assertThat(stranger.statusCode()).isEqualTo(401);
      assertThat(stranger.headers().firstValue("WWW-Authenticate").orElseThrow())
          .startsWith("Bearer");
      assertThat(client.post("/mcp", token("notes:read"), call("read_notes")).statusCode())
          .as("of the chain, as the warning says")
          .isIn(401, 403);
      assertThat(application.said())
          .contains("only the chain that Spring Boot makes by default")
          .contains("http.securityMatcher(\"/mcp/**\")");
    }
  }

  @ParameterizedTest
  @EnumSource(SpringAiLine.class)
  void ownChain_knowsTheCallerDuringTheCallAlone(SpringAiLine line) throws Exception {
    try (SpringAiApplication application =
        start(
            ownChain,
            line,
            "own-chain",
            "--spring.ai.mcp.server.protocol=STATELESS",
            "--server.tomcat.threads.max=1",
            "--server.tomcat.threads.min-spare=1",
            "--mcp.auth.open-paths=/after")) {
      McpClientLike client = new McpClientLike(application.port());
      assertThat(client.post("/mcp", token("notes:read"), call("mine")).body())
          .contains("It is of " + issuer.issuer() + "|alice");
      assertThat(client.get("/after").body()).isEqualTo("nobody is left");
      HttpResponse<String> denied = client.post("/mcp", token("other"), call("mine"));
      assertThat(denied.body()).doesNotContain("It is of").contains("\"isError\":true");
      assertThat(client.get("/after").body()).isEqualTo("nobody is left");
      assertThat(application.said()).doesNotContain("makes by default, which refuses");
    }
  }

  /** What the start prints where only Boot's chain is: what that kept closed stays closed. */
  @ParameterizedTest
  @EnumSource(SpringAiLine.class)
  void chainsOfThePage_keepTheRestClosed(SpringAiLine line) throws Exception {
    try (SpringAiApplication application =
        start(
            bothChains,
            line,
            "both-chains",
            "--spring.ai.mcp.server.protocol=STATELESS",
            "--management.endpoints.web.exposure.include=health,metrics",
            "--mcp.auth.open-paths=/after,/actuator/metrics/*")) {
      McpClientLike client = new McpClientLike(application.port());
      assertThat(client.post("/mcp", token("notes:read"), call("mine")).body())
          .contains("It is of " + issuer.issuer() + "|alice");
      assertThat(client.post("/mcp", null, call("mine")).statusCode()).isEqualTo(401);
      assertThat(client.get("/after").statusCode()).isEqualTo(401);
      assertThat(client.get("/actuator/metrics/mcp.auth.requests").statusCode()).isEqualTo(401);
      assertThat(client.get("/actuator/health").statusCode()).isEqualTo(200);
      assertThat(application.said()).doesNotContain("makes by default, which refuses");
    }
  }

  /** Neither a chain for the endpoint nor, in two of the four, any filter of Spring Security. */
  @ParameterizedTest
  @CsvSource({"ONE, false", "ONE, true", "TWO, false", "TWO, true"})
  void callWithoutChain_leavesNobodyInTheContext(SpringAiLine line, boolean filter)
      throws Exception {
    try (SpringAiApplication application =
        start(
            elsewhere,
            line,
            filter ? "chain-elsewhere" : "no-security-filter",
            "--spring.profiles.active=" + (filter ? "filtered" : "unfiltered"),
            "--spring.autoconfigure.exclude=" + (filter ? "" : line.securityFilter()),
            "--spring.ai.mcp.server.protocol=STATELESS",
            "--server.tomcat.threads.max=1",
            "--server.tomcat.threads.min-spare=1",
            "--mcp.auth.open-paths=/after,/admin/*,/error")) {
      McpClientLike client = new McpClientLike(application.port());
      assertThat(client.get("/admin/after").statusCode()).isEqualTo(filter ? 403 : 200);
      assertThat(client.post("/mcp", token("notes:read"), call("mine")).body())
          .contains("It is of " + issuer.issuer() + "|alice");
      assertThat(client.get("/after").body()).isEqualTo("nobody is left");
      HttpResponse<String> denied = client.post("/mcp", token("other"), call("mine"));
      assertThat(denied.body()).doesNotContain("It is of").contains("\"isError\":true");
      assertThat(client.get("/after").body()).isEqualTo("nobody is left");
    }
  }

  @ParameterizedTest
  @EnumSource(SpringAiLine.class)
  void actuator_isHealthyOpenAndCountsRefusals(SpringAiLine line) throws Exception {
    try (SpringAiApplication application =
        start(
            ownChain,
            line,
            "actuator",
            "--spring.ai.mcp.server.protocol=STATELESS",
            "--management.endpoints.web.exposure.include=health,metrics",
            "--management.endpoint.health.show-details=always",
            "--mcp.auth.open-paths=/actuator/metrics/*")) {
      McpClientLike client = new McpClientLike(application.port());
      String reader = token("notes:read");
      assertThat(client.post("/mcp", reader, call("read_notes")).statusCode()).isEqualTo(200);
      assertThat(client.post("/mcp", reader, call("write_note")).statusCode()).isEqualTo(403);
      assertThat(client.post("/mcp", reader, call("write_note")).statusCode()).isEqualTo(403);
      assertThat(client.get("/actuator/health").body())
          .contains("\"mcpAuth\":{", "\"status\":\"UP\"", issuer.issuer());
      assertThat(client.get("/actuator/health/mcpAuth").statusCode()).isEqualTo(200);
      assertThat(client.get("/actuator").statusCode()).isEqualTo(401);
      assertThat(
              client
                  .get("/actuator/metrics/mcp.auth.requests?tag=reason:INSUFFICIENT_SCOPE")
                  .body())
          .contains("\"statistic\":\"COUNT\",\"value\":2.0");
      assertThat(client.get("/actuator/metrics/mcp.auth.verifications").body())
          .contains("TOTAL_TIME");
    }
  }

  @ParameterizedTest
  @EnumSource(SpringAiLine.class)
  void reactiveApplication_doesNotStartOpen(SpringAiLine line) throws Exception {
    try (SpringAiApplication application =
        start(reactive, line, "reactive", "--mcp.auth.required-scopes=notes")) {
      assertThat(application.refusedStart())
          .contains("This is a reactive application")
          .contains("spring.main.web-application-type=servlet");
    }
    // What the page has for servlets, which lacks a policy where no tool is found.
    try (SpringAiApplication application = start(reactive, line, "reactive-first")) {
      assertThat(application.refusedStart()).contains("Besides, this is a reactive application");
    }
  }
}
