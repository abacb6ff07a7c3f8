package io.mcpauth.servlet.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.AuthEvents;
import io.mcpauth.ResourceServer;
import io.mcpauth.ResourceServerBuilder;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthFilter;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.testing.TestIssuer;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.WebFilter;

/** Applications of Spring Boot with mcp-auth on the class path, on a real container. */
class AutoConfigurationTest {
  private static final TestIssuer ISSUER = TestIssuer.start();
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}";
  private static final String METADATA = "/.well-known/oauth-protected-resource/mcp";

  @TempDir private Path directory;

  @AfterAll
  static void stop() {
    ISSUER.close();
  }

  /** Says who calls. */
  static final class Says extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String who = request.getRemoteUser();
      response.getWriter().print("for " + (who == null ? "nobody" : who.replaceFirst(".*\\|", "")));
    }
  }

  /** An MCP server, and another page. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Plain {
    @Bean
    ServletRegistrationBean<Servlet> server() {
      ServletRegistrationBean<Servlet> server =
          new ServletRegistrationBean<>(new Says(), "/mcp", "/mcp/");
      server.setName("server");
      return server;
    }

    @Bean
    ServletRegistrationBean<Servlet> page() {
      ServletRegistrationBean<Servlet> page = new ServletRegistrationBean<>(new Says(), "/other");
      page.setName("page");
      return page;
    }
  }

  private static String token(String... scopes) {
    return ISSUER.token(RunningApplication.RESOURCE).scopes(scopes).mint();
  }

  @Test
  void threeSettings_guardTheApplication() throws Exception {
    Path policy =
        Files.writeString(directory.resolve("p.json"), "{\"tools\":{\"read\":[\"files:read\"]}}");
    Map<String, Object> settings = Map.of("mcp.auth.policy", policy.toString());
    try (RunningApplication application = RunningApplication.start(ISSUER, settings, Plain.class)) {
      assertThat(application.get(METADATA, null).body())
          .contains(ISSUER.issuer(), RunningApplication.RESOURCE, "files:read");
      var refused = application.post("/mcp", null, CALL.formatted("read"));
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
          .contains("resource_metadata=\"https://mcp.example.com" + METADATA);
      assertThat(application.post("/mcp", token("x"), CALL.formatted("read")).statusCode())
          .isEqualTo(403);
      assertThat(application.post("/mcp", token("files:read"), CALL.formatted("read")).body())
          .isEqualTo("for alice");
      assertThat(application.get("/other", null).statusCode()).isEqualTo(401);
      assertThat(application.context().getBean(ResourceServer.class).livePolicy().isWatched())
          .isTrue();
    }
  }

  /** Where servlets stand beside each other, too. */
  @Test
  void openTool_opensNoOtherServlet() throws Exception {
    Path policy =
        Files.writeString(directory.resolve("p.json"), "{\"tools\":{\"about\":\"anonymous\"}}");
    Map<String, Object> settings = Map.of("mcp.auth.policy", policy.toString());
    try (RunningApplication application = RunningApplication.start(ISSUER, settings, Plain.class)) {
      String about = CALL.formatted("about");
      assertThat(application.post("/mcp", null, about).body()).isEqualTo("for nobody");
      assertThat(application.post("/other", null, about).statusCode()).isEqualTo(401);
      assertThat(application.statusOfStream("/mcp")).isEqualTo(200);
      assertThat(application.statusOfStream("/other")).isEqualTo(401);
    }
  }

  @Test
  void settingsOfTheFilter_areReadToo() throws Exception {
    Map<String, Object> settings =
        Map.of(
            "mcp.auth.required-scopes", "mcp",
            "mcp.auth.open-paths", "/other",
            "mcp.auth.max-body-bytes", "100");
    try (RunningApplication application = RunningApplication.start(ISSUER, settings, Plain.class)) {
      assertThat(application.get("/other", null).body()).isEqualTo("for nobody");
      String body = CALL.formatted("x".repeat(100));
      assertThat(application.post("/mcp", token("mcp"), body).statusCode()).isEqualTo(413);
      assertThat(application.post("/mcp", token("mcp"), CALL.formatted("a")).statusCode())
          .isEqualTo(200);
    }
  }

  /** Guards one servlet itself, beside what the framework opens. */
  @Configuration(proxyBeanMethods = false)
  static class OneServlet {
    @Bean
    Consumer<McpAuthInstaller> oneServlet() {
      return installer -> installer.guardServlets("server");
    }
  }

  @Test
  void oneServletIsGuarded_otherPagesAreOpen() throws Exception {
    Map<String, Object> settings = Map.of("mcp.auth.required-scopes", "mcp");
    try (RunningApplication application =
        RunningApplication.start(ISSUER, settings, Plain.class, OneServlet.class)) {
      assertThat(application.get("/other", null).body()).isEqualTo("for nobody");
      assertThat(application.post("/mcp", null, CALL.formatted("a")).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void policyOnTheClassPath_isRead() throws Exception {
    Map<String, Object> settings =
        Map.of("mcp.auth.policy", "classpath:io/mcpauth/servlet/spring/policy.json");
    try (RunningApplication application = RunningApplication.start(ISSUER, settings, Plain.class)) {
      assertThat(application.post("/mcp", token("packaged"), CALL.formatted("t")).statusCode())
          .isEqualTo(200);
      assertThat(application.post("/mcp", token("x"), CALL.formatted("t")).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void missingPolicy_stopsTheStart() throws Exception {
    Map<String, Object> settings = Map.of("mcp.auth.policy", "classpath:no-such-policy.json");
    assertThatThrownBy(() -> RunningApplication.start(ISSUER, settings, Plain.class))
        .rootCause()
        .hasMessageContaining("mcp.auth.policy")
        .hasMessageContaining("does not exist. Write the path of the policy");
  }

  @Test
  void nothingSaid_nothingDone() throws Exception {
    try (RunningApplication application = RunningApplication.startWith(Map.of(), Plain.class)) {
      assertThat(application.context().getBeanNamesForType(ResourceServer.class)).isEmpty();
      assertThat(application.context().getBeanNamesForType(ServletInstallation.class)).isEmpty();
      assertThat(application.get("/other", null).body()).isEqualTo("for nobody");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mcp.auth.resource", "mcp.auth.resorce", "mcp.auth.realm"})
  void halfASetup_stopsTheStart(String only) {
    assertThatThrownBy(
            () ->
                RunningApplication.startWith(
                    Map.of(only, RunningApplication.RESOURCE), Plain.class))
        .rootCause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mcp.auth.");
  }

  /** With a resource server in code. */
  @Configuration(proxyBeanMethods = false)
  static class OwnServer {
    @Bean
    ResourceServer own() {
      return ResourceServer.builder(
              RunningApplication.RESOURCE,
              ISSUER.authorizationServer(),
              ToolPolicy.builder().tool("own", "own").build())
          .build();
    }
  }

  @Test
  void ownResourceServer_isInstalledInsteadOfThatOfTheSettings() throws Exception {
    try (RunningApplication application =
        RunningApplication.start(
            ISSUER, Map.of("mcp.auth.open-paths", "/other"), Plain.class, OwnServer.class)) {
      assertThat(application.context().getBeanNamesForType(ResourceServer.class))
          .containsExactly("own");
      assertThat(application.post("/mcp", token("own"), CALL.formatted("own")).statusCode())
          .isEqualTo(200);
      assertThat(application.post("/mcp", token("x"), CALL.formatted("own")).statusCode())
          .isEqualTo(403);
      assertThat(application.get("/other", null).statusCode()).isEqualTo(200);
    }
  }

  /** Installs its resource server itself. */
  @Configuration(proxyBeanMethods = false)
  static class OwnInstallation {
    @Bean
    ServletContextInitializer mcpAuth(ResourceServer server) {
      return context -> McpAuthInstaller.of(server).openPaths("/other").install(context);
    }
  }

  /** Registers the filter itself. */
  @Configuration(proxyBeanMethods = false)
  static class OwnFilter {
    @Bean
    FilterRegistrationBean<McpAuthFilter> mcpAuth(ResourceServer server) {
      return new FilterRegistrationBean<>(new McpAuthFilter(server));
    }
  }

  @ParameterizedTest
  @ValueSource(classes = {OwnInstallation.class, OwnFilter.class})
  void ownInstallation_isTheOnlyOne(Class<?> installation) throws Exception {
    try (RunningApplication application =
        RunningApplication.startWith(Map.of(), Plain.class, OwnServer.class, installation)) {
      assertThat(application.post("/mcp", null, CALL.formatted("own")).statusCode()).isEqualTo(401);
      assertThat(application.post("/mcp", token("own"), CALL.formatted("own")).statusCode())
          .isEqualTo(200);
      assertThat(application.get("/other", null).statusCode())
          .isEqualTo(installation == OwnInstallation.class ? 200 : 401);
    }
  }

  /** A servlet that asks the resource server something, such as what to list. */
  @Configuration(proxyBeanMethods = false)
  static class ServletThatAsks {
    @Bean
    ServletRegistrationBean<Servlet> asks(ResourceServer server) {
      return new ServletRegistrationBean<>(new Says(), "/asks");
    }
  }

  /** A filter that asks the resource server something, such as whether access is open. */
  @Configuration(proxyBeanMethods = false)
  static class FilterThatAsks {
    @Bean
    Filter asks(ResourceServer server) {
      return (request, response, chain) -> chain.doFilter(request, response);
    }
  }

  /** A filter that is there, and not registered. */
  @Configuration(proxyBeanMethods = false)
  static class DisabledFilter {
    @Bean
    FilterRegistrationBean<McpAuthFilter> disabled(ResourceServer server) {
      FilterRegistrationBean<McpAuthFilter> filter =
          new FilterRegistrationBean<>(new McpAuthFilter(server));
      filter.setEnabled(false);
      return filter;
    }
  }

  /** The same with the filter as a bean of its own. */
  @Configuration(proxyBeanMethods = false)
  static class DisabledFilterBean {
    @Bean
    McpAuthFilter filter(ResourceServer server) {
      return new McpAuthFilter(server);
    }

    @Bean
    FilterRegistrationBean<McpAuthFilter> disabled(McpAuthFilter filter) {
      FilterRegistrationBean<McpAuthFilter> registration = new FilterRegistrationBean<>(filter);
      registration.setEnabled(false);
      return registration;
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        ServletThatAsks.class,
        FilterThatAsks.class,
        DisabledFilter.class,
        DisabledFilterBean.class
      })
  void whatIsGivenTheServerAndInstallsNothing_leavesItGuarded(Class<?> given) throws Exception {
    try (RunningApplication application =
        RunningApplication.startWith(Map.of(), Plain.class, OwnServer.class, given)) {
      assertThat(application.post("/mcp", null, CALL.formatted("own")).statusCode()).isEqualTo(401);
      assertThat(application.get("/asks", null).statusCode()).isEqualTo(401);
    }
  }

  /** Has the server, and forgets to install it. */
  @Configuration(proxyBeanMethods = false)
  static class ForgottenInstallation {
    @Bean
    ServletContextInitializer forgets(ResourceServer server) {
      return context -> context.setInitParameter("resource", server.resource().value());
    }
  }

  @Test
  void initializerThatInstallsNothing_stopsTheStart() {
    assertThatThrownBy(
            () ->
                RunningApplication.startWith(
                    Map.of(), Plain.class, OwnServer.class, ForgottenInstallation.class))
        .rootCause()
        .hasMessageContaining("given to [forgets]")
        .hasMessageContaining("McpAuthInstaller.of(server).install(context)");
  }

  @Test
  void twoResourceServers_needAnInstallationOfOnesOwn() {
    assertThatThrownBy(
            () ->
                RunningApplication.startWith(
                    Map.of(), Plain.class, OwnServer.class, SecondServer.class))
        .rootCause()
        .hasMessageContaining("has 2 resource servers")
        .hasMessageContaining("guardServlets");
  }

  /** A second resource server. */
  @Configuration(proxyBeanMethods = false)
  static class SecondServer {
    @Bean
    ResourceServer second() {
      return new OwnServer().own();
    }
  }

  /** What code adds to the settings. */
  @Configuration(proxyBeanMethods = false)
  static class More {
    private final List<AuthEvents.Event> heard = new CopyOnWriteArrayList<>();

    @Bean
    TestIssuer issuer() {
      return TestIssuer.start();
    }

    @Bean
    AuthEvents listener() {
      return heard::add;
    }

    @Bean
    List<AuthEvents.Event> heardEvents() {
      return heard;
    }

    @Bean
    Consumer<ResourceServerBuilder> realm() {
      return builder -> builder.realm("tests");
    }

    @Bean
    Consumer<McpAuthInstaller> slash() {
      return McpAuthInstaller::serveTrailingSlash;
    }
  }

  @Test
  void beans_addToTheSettings() throws Exception {
    Map<String, Object> settings =
        Map.of(
            "mcp.auth.resource",
            RunningApplication.RESOURCE,
            "mcp.auth.issuer",
            "https://login.example.com",
            "mcp.auth.required-scopes",
            "mcp");
    try (RunningApplication application =
        RunningApplication.startWith(settings, Plain.class, More.class)) {
      var refused = application.post("/mcp", null, CALL.formatted("a"));
      assertThat(refused.headers().firstValue("WWW-Authenticate").orElseThrow())
          .contains("realm=\"tests\"");
      String token =
          application
              .context()
              .getBean(TestIssuer.class)
              .token(RunningApplication.RESOURCE)
              .scopes("mcp")
              .mint();
      assertThat(application.post("/mcp", token, CALL.formatted("a")).statusCode()).isEqualTo(200);
      assertThat(application.get("/mcp/", null).statusCode()).isEqualTo(401);
      List<?> heard = application.context().getBean("heardEvents", List.class);
      assertThat(heard).hasSize(3);
    }
  }

  @Test
  void reactiveApplication_isTold() {
    DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    new ReactiveRefusal(beans).afterSingletonsInstantiated(); // it has none to ask
    ResourceServer server = new OwnServer().own();
    try (server) {
      beans.registerSingleton("server", server);
      assertThatThrownBy(() -> new ReactiveRefusal(beans).afterSingletonsInstantiated())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("spring.main.web-application-type=servlet")
          .hasMessageContaining("WebFilter");
      beans.registerBeanDefinition("other", new RootBeanDefinition(Plain.class));
      beans.registerDependentBean("server", "other");
      assertThatThrownBy(() -> new ReactiveRefusal(beans).afterSingletonsInstantiated())
          .isInstanceOf(IllegalStateException.class);
      WebFilter adapter = (exchange, chain) -> chain.filter(exchange);
      beans.registerSingleton("adapter", requireNonNull(adapter));
      beans.registerDependentBean("server", "adapter");
      new ReactiveRefusal(beans).afterSingletonsInstantiated();
    }
  }
}
