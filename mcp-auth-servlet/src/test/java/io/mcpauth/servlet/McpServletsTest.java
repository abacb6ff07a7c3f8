package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which mapping of which servlet an open path leads to, beside a resource at {@code /mcp}. */
class McpServletsTest {
  private static final String OWN = "com.example.Servlet";
  private static final String FILES = "org.eclipse.jetty.ee10.servlet.DefaultServlet";
  private static final String NONE =
      "org.eclipse.jetty.ee10.servlet.ServletHandler$Default404Servlet";
  private static final String SPRING = "org.springframework.web.servlet.DispatcherServlet";

  /** The open path, and the mappings of the MCP servlet and of another. */
  @ParameterizedTest
  @CsvSource({
    "/docs/*, /mcp *.mcp, /",
    "/docs/*, /mcp *.mcp, /docs",
    "/docs/*, /mcp *.mcp, /docs/a/*",
    "/docs/*, /mcp /docs/x, /docs/*",
    "/docs/*, /mcp /docs/x/*, /docs/*",
    "/docs/*, /mcp /docs/*, /",
    "/docs/a/*, /mcp /docs/*, /",
    "/docs/a/*, /mcp /docs/*, /docs/a/b/*",
    "/docs/a/*, /mcp /docs/*, /docs/a",
    "/docs/*, /mcp /, /docs/a/*",
    "/docs/*, /mcp /, *.html",
    "/docs/*, /*, /docs/a/*",
    "/docs/*, /, *.html",
    "/docs, /mcp /docs/*, /",
    "/docs, /mcp /docs, /",
    "/docs/x, /mcp /docs/*, /",
    "/docs/x, /mcp /docs/x, /docs/*",
    "/docs/a.mcp, /mcp *.mcp, /",
    "/docs/a.mcp, /mcp *.mcp, /docs/a.mcp/b",
    "/health, /mcp /, /docs/*",
    "/health, /mcp /*, /docs/*",
    "/health, /, /docs/*",
    "/, /mcp '', /",
    "/, /mcp /, /docs/*",
  })
  void openPathThatLeadsToTheMcpServlet_isRefused(String open, String mcp, String other) {
    assertThatThrownBy(() -> require(open, mcp, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("The open path '" + open + "' leads to the MCP servlet 'mcp'");
  }

  @ParameterizedTest
  @CsvSource({
    "/docs/*, /mcp, /",
    "/docs/*, /mcp /docs, /",
    "/docs/*, /mcp *.mcp, /docs/*",
    "/docs/*, /mcp *.mcp, /*",
    "/docs/*, /mcp /, /docs/*",
    "/docs/*, /*, /docs/*",
    "/docs/*, /mcp /documents/*, /",
    "/docs/a/*, /mcp /docs/*, /docs/a/*",
    "/docs/*, /mcp /docs/mcp, /", // stays guarded by its end
    "/docs/*, /mcp '', /",
    "/docs, /mcp /docs/*, /docs",
    "/docs/a.mcp, /mcp *.mcp, /docs/*",
    "/docs/a.mcp, /mcp *.mcp, /docs/a.mcp",
    "/docs.mcp/a, /mcp *.mcp, /",
    "/health, /mcp /, /health",
    "/health, /mcp /*, /health",
    "/, /mcp, /",
    "/, /mcp /, ''",
    "/, /mcp, ''",
  })
  void openPathThatAnotherServletTakes_isLeftOpen(String open, String mcp, String other) {
    assertThatCode(() -> require(open, mcp, other)).doesNotThrowAnyException();
  }

  /** What takes more than the path of the resource is no MCP servlet where another is closer. */
  @ParameterizedTest
  @CsvSource({"/mcp, /*", "/mcp, /", "/mcp/*, /*", "/mcp/*, /"})
  void servletForAllTheRest_mayHaveOpenPaths(String mcp, String rest) {
    McpServlets servlets = new McpServlets(context(List.of(mcp), OWN, List.of(rest), OWN), "/mcp");
    assertThatCode(() -> servlets.requireBeside(open("/health", "/docs/*")))
        .doesNotThrowAnyException();
  }

  @Test
  void servletBelowThePathOfTheResource_isAnMcpServletToo() {
    ServletContext context =
        context(List.of("/mcp"), OWN, List.of("/mcp/messages", "/messages"), OWN);
    assertThatThrownBy(() -> new McpServlets(context, "/mcp").requireBeside(open("/messages")))
        .hasMessageContaining("leads to the MCP servlet 'other' by its mapping '/messages'");
  }

  @ParameterizedTest
  @CsvSource({
    FILES + ", /",
    NONE + ", /",
    "org.apache.catalina.servlets.DefaultServlet, /",
    "io.undertow.servlet.handlers.DefaultServlet, /",
    SPRING + ", /",
    SPRING + ", /*",
    "org.glassfish.jersey.servlet.ServletContainer, /*",
    "org.jboss.resteasy.plugins.server.servlet.HttpServletDispatcher, /",
  })
  void defaultServletAndDispatchers_areNoMcpServlets(String type, String mapping) {
    McpServlets servlets =
        new McpServlets(context(List.of(mapping), type, List.of("/x"), OWN), "/mcp");
    assertThatCode(() -> servlets.requireBeside(open("/health", "/docs/*")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "org.eclipse.jetty.ee10.proxy.ProxyServlet$Transparent, /",
    "org.eclipse.jetty.ee10.proxy.ProxyServlet$Transparent, /*",
    FILES + ", /*",
  })
  void otherServletOfTheContainer_isOne(String type, String mapping) {
    McpServlets servlets =
        new McpServlets(context(List.of(mapping), type, List.of("/x"), OWN), "/mcp");
    assertThatThrownBy(() -> servlets.requireBeside(open("/health")))
        .hasMessageContaining("by its mapping '" + mapping + "'");
  }

  /** Jetty tells of both where a servlet takes the place of the container's own. */
  @Test
  void mappingThatTwoHave_isThatOfTheMcpServlet() {
    ServletContext context = context(List.of("/"), OWN, List.of("/"), FILES);
    assertThatThrownBy(() -> new McpServlets(context, "/mcp").requireBeside(open("/health")))
        .hasMessageContaining("the MCP servlet 'mcp'");
  }

  @Test
  void resourceThatIsTheRoot_isTheServletOfTheRoot() {
    OpenPaths open = new OpenPaths(List.of("/docs/*"), "");
    ServletContext root = context(List.of("", "/docs/x"), OWN, List.of("/docs/*"), OWN);
    assertThatThrownBy(() -> new McpServlets(root, "/").requireBeside(open))
        .hasMessageContaining("the MCP servlet 'mcp' by its mapping '/docs/x'");
  }

  @Test
  void pathThatOnlyAProxyKnows_leavesNothingToCheck() {
    ServletContext context = context(List.of("/mcp", "*.mcp"), OWN, List.of("/"), FILES);
    assertThatCode(() -> new McpServlets(context, null).requireBeside(open("/docs/*")))
        .doesNotThrowAnyException();
    assertThat(open("/docs/*", "/health")).hasToString("[/health, /docs/*]");
  }

  private static void require(String open, String mcp, String other) {
    List<String> mappings =
        Arrays.stream(mcp.split(" ", -1)).map(m -> m.equals("''") ? "" : m).toList();
    new McpServlets(context(mappings, OWN, List.of(other), OWN), "/mcp").requireBeside(open(open));
  }

  private static OpenPaths open(String... paths) {
    return new OpenPaths(List.of(paths), "/mcp");
  }

  private static ServletContext context(
      List<String> mcp, String type, List<String> other, String otherType) {
    Map<String, ServletRegistration> servlets = new LinkedHashMap<>();
    servlets.put("mcp", registration(mcp, type));
    servlets.put("other", registration(other, otherType));
    return answering(ServletContext.class, Map.of("getServletRegistrations", servlets));
  }

  private static ServletRegistration registration(List<String> mappings, String type) {
    return answering(
        ServletRegistration.class, Map.of("getMappings", mappings, "getClassName", type));
  }

  private static <T> T answering(Class<T> type, Map<String, ?> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              @Nullable Object answer = answers.get(method.getName());
              assertThat(answer).as(method.getName()).isNotNull();
              return answer;
            }));
  }
}
