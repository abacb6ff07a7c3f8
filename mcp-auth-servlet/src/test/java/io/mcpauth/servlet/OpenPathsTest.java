package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.servlet.ServletMapping;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenPathsTest {
  private ContextJetty jetty;

  @BeforeAll
  void start() throws Exception {
    jetty =
        new ContextJetty(
            "/",
            context -> {
              ContextJetty.servlet(context, "mcp", "/mcp");
              ContextJetty.servlet(context, "health", "/health");
              ContextJetty.servlet(context, "docs", "/docs/*");
              ContextJetty.servlet(context, "error-page", "/error-page");
              ContextJetty.servlet(context, "mcp-error", "/mcp-error");
              ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
              errors.addErrorPage(404, "/error-page");
              errors.addErrorPage(409, "/mcp-error");
              context.setErrorHandler(errors);
              context.addServletContainerInitializer(
                  (classes, servlet) ->
                      installer().openPaths("/health", "/docs/*", "/error-page").install(servlet));
            });
  }

  @AfterAll
  void stop() {
    jetty.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/health",
        "/docs/",
        "/docs/a/b",
        "/health?forward=/docs/x",
        "/health?async=/docs/x"
      })
  void openPath_isServedWithoutAToken(String target) throws Exception {
    assertThat(jetty.send("GET", target)).startsWith("HTTP/1.1 200").contains("reached");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/mcp",
        "/healthy",
        "/health/",
        "/Health",
        "/health;x=y",
        "/healt%68",
        "//health",
        "/docs",
        "/docs/../mcp",
        "/docs/%2e%2e/mcp",
        "/docs/..;/mcp",
        "/docs//x",
        "/docs/./x",
        "/docs/x;jsessionid=1",
        "/docs/..%2fmcp",
        "/docs/a\\..\\mcp",
        "/health?forward=/mcp",
        "/health?name=mcp",
        "/health?async=/mcp",
        "/docs/x?forward=/mcp",
        "/docs/mcp",
        "/docs/a/mcp/",
      })
  void everythingElse_needsAToken(String target) throws Exception {
    String answer = jetty.send("GET", target);
    assertThat(answer).matches("(?s)HTTP/1.1 40[01] .*").doesNotContain("reached");
  }

  /** An included refusal cannot set the status, which is that of the page around it. */
  @Test
  void includeOfTheMcpServlet_doesNotReachIt() throws Exception {
    assertThat(jetty.send("GET", "/health?include=/mcp"))
        .startsWith("HTTP/1.1 200")
        .doesNotContain("reached");
    assertThat(jetty.send("GET", "/health?include=/docs/x")).contains("reached docs");
  }

  @Test
  void errorPageOfAnOpenPath_isShownWhereItIsOpenItself() throws Exception {
    assertThat(jetty.send("GET", "/health?error=404"))
        .startsWith("HTTP/1.1 404")
        .contains("reached error-page");
    assertThat(jetty.send("GET", "/health?error=409")).doesNotContain("reached mcp-error");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/*", "health", "/a//b", "/a/../b", "/a;b", "/a%20b", "/a*", "/a/*/b", "", "*"})
  void pathThatIsNotPlain_stopsTheStart(String path) {
    assertThatThrownBy(() -> installer().openPaths(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Open path '" + path + "'");
  }

  /** Whether it looks at the URL again, as the Java SDK's does, nobody here knows. */
  @ParameterizedTest
  @CsvSource({
    "/docs/*, /*",
    "/docs/*, /",
    "/docs/*, *.mcp",
    "/docs/*, /docs/tools",
    "/health, /",
    "/a.mcp, *.mcp",
  })
  void furtherMappingOfTheMcpServlet_stopsTheStart(String open, String mapping) {
    assertThatThrownBy(() -> start(open, "/mcp", mapping))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "The open path '%s' leads to the MCP servlet 'mcp' by its mapping '%s'", open, mapping);
  }

  @Test
  void furtherMappingBesideTheOpenPaths_stays401() throws Exception {
    try (ContextJetty beside = start("/docs/*", "/mcp", "*.mcp", "docs=/docs/*")) {
      assertThat(beside.send("GET", "/docs/a.mcp")).contains("reached docs");
      assertThat(beside.send("GET", "/a.mcp")).startsWith("HTTP/1.1 401");
    }
  }

  /** Nothing at the start has told what it is. */
  @Test
  void servletThatIsMappedAfterTheStart_isGuarded() throws Exception {
    ServletContextHandler[] running = new ServletContextHandler[1];
    try (ContextJetty late =
        new ContextJetty(
            "/",
            context -> {
              running[0] = context;
              ContextJetty.servlet(context, "mcp", "/mcp");
              ContextJetty.servlet(context, "docs", "/docs/*");
              context.addServletContainerInitializer(
                  (classes, servlet) -> installer().openPaths("/docs/*").install(servlet));
            })) {
      ContextJetty.servlet(running[0], "late", "/docs/late");
      ServletMapping further = new ServletMapping();
      further.setServletName("mcp");
      further.setPathSpec("/docs/further");
      running[0].getServletHandler().addServletMapping(further);

      assertThat(late.send("GET", "/docs/x")).contains("reached docs");
      for (String path : new String[] {"/docs/late", "/docs/further"}) {
        assertThat(late.send("GET", path)).startsWith("HTTP/1.1 401");
        assertThat(late.send("GET", "/docs/x?forward=" + path)).doesNotContain("reached");
        assertThat(late.send("GET", "/docs/x?include=" + path)).doesNotContain("reached");
      }
    }
  }

  /** The name of a further servlet stands before its mapping. */
  private static ContextJetty start(String open, String... mappings) throws Exception {
    return new ContextJetty(
        "/",
        context -> {
          ServletHolder mcp = ContextJetty.servlet(context, "mcp", mappings[0]);
          for (int i = 1; i < mappings.length; i++) {
            String[] named = mappings[i].split("=", -1);
            if (named.length > 1) {
              ContextJetty.servlet(context, named[0], named[1]);
            } else {
              context.addServlet(mcp, mappings[i]);
            }
          }
          context.addServletContainerInitializer(
              (classes, servlet) -> installer().openPaths(open).install(servlet));
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mcp", "/mcp/", "/mcp/*", "/app/mcp", "/docs/mcp", "/app/*"})
  void pathOfTheMcpEndpoint_inAContextWithAPathCannotBeOpen(String path) {
    assertThatThrownBy(() -> installer("https://mcp.example.com/app/mcp").openPaths(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Open path '" + path + "' opens '/app/mcp'");
  }

  @Test
  void rootOfAResourceWithoutAPath_cannotBeOpen() {
    assertThatThrownBy(() -> installer("https://mcp.example.com").openPaths("/"))
        .hasMessageContaining("the path of the MCP endpoint");
    OpenPaths beside =
        installer("https://mcp.example.com").openPaths("/docs/*", "/health").alone().openPaths();
    assertThat(beside.names("/docs/x")).isTrue();
    assertThat(beside.names("/")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/mcp, /mcp",
    "/mcp, /mcp/",
    "/mcp, /mcp/*", // a servlet of /mcp/* would be open but for one path
    "/a/mcp, /a/*",
    "'', /",
  })
  void pathOfTheMcpEndpoint_cannotBeOpen(String endpoint, String open) {
    McpAuthInstaller installer = installer("https://mcp.example.com" + endpoint);
    assertThatThrownBy(() -> installer.openPaths(open))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the path of the MCP endpoint");
  }

  @Test
  void pathBesideTheMcpEndpoint_canBeOpen() {
    assertThat(installer().openPaths("/mcpx", "/mc", "/mcp-docs/*").alone().openPaths().isEmpty())
        .isFalse();
  }

  @Test
  void openPathsThatMeanNothing_stopTheStart() {
    assertThatThrownBy(() -> installer().openPaths().alone())
        .hasMessageContaining("No open path is named");
    assertThatThrownBy(() -> installer().openPaths("/a").guardServlets("mcp").alone())
        .hasMessageContaining("openPaths means nothing beside guardServlets");
  }

  private static McpAuthInstaller installer() {
    return installer("https://mcp.example.com/mcp");
  }

  private static McpAuthInstaller installer(String resource) {
    return McpAuthInstaller.of(
        ResourceServer.builder(
                resource,
                AuthorizationServer.of("https://login.example.com"),
                ToolPolicy.builder().build())
            .build());
  }
}
