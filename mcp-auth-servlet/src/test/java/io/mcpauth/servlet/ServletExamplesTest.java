package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.issuer.Login;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.BrowserSessions;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.mock.web.MockServletContext;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;

/**
 * Compiles every example of the Javadoc as it stands, and runs them. An example may use variables
 * without saying where they come from.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.SAME_THREAD) // the examples share their variables
class ServletExamplesTest {
  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\n(.*?)\n *\\* \\}</pre>", Pattern.DOTALL);
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final ToolPolicy POLICY =
      ToolPolicy.builder().tool("read_file", "notes:read").tool("write_file", "s").build();

  private static final String IMPORTS =
      """
      import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
      import io.mcpauth.*;
      import io.mcpauth.edge.*;
      import io.mcpauth.issuer.*;
      import io.mcpauth.policy.*;
      import io.mcpauth.servlet.*;
      import io.mcpauth.servlet.spring.*;
      import io.mcpauth.store.*;
      import io.mcpauth.testing.*;
      import io.mcpauth.token.*;
      import jakarta.servlet.*;
      import jakarta.servlet.annotation.*;
      import jakarta.servlet.http.*;
      import java.util.*;
      import org.springframework.http.MediaType;
      import org.springframework.test.web.servlet.*;
      import org.springframework.test.web.servlet.setup.*;
      import org.springframework.web.context.*;
      """;

  private static final String VARIABLES =
      """
      public static ResourceServer server;
      public static Store store;
      public static Login login;
      public static ToolPolicy policy;
      public static TestIssuer issuer;
      public static String resource;
      public static String call;
      public static ServletContext servletContext;
      public static WebApplicationContext application;
      static ServletContext getServletContext() {
        return servletContext;
      }
      """;

  private final Map<String, String> found = new LinkedHashMap<>();
  private URLClassLoader loader;
  private Class<?> examples;

  /** What a test of an application has. */
  @RestController
  @EnableWebMvc
  static class Application {
    @PostMapping("/mcp")
    String call() {
      return "served";
    }
  }

  @BeforeAll
  void compile(@TempDir Path directory) throws Exception {
    find();
    StringBuilder source = new StringBuilder(IMPORTS + "public class Examples {\n" + VARIABLES);
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> example : found.entrySet()) {
      String code = example.getValue();
      if (code.contains("\npublic class Protection ")) {
        Path file = directory.resolve("Protection.java");
        files.add(Files.writeString(file, IMPORTS + code));
      } else {
        String context = code.contains("MockMvc") ? "application" : "servletContext";
        source.append("public static Object ").append(example.getKey());
        source.append("() throws Exception {\n  var context = ").append(context).append(";\n");
        source.append(code.replace("mvc.perform(", "return mvc.perform("));
        source.append(code.contains("MockMvc") ? "\n}\n" : "\nreturn null;\n}\n");
      }
    }
    Path file = directory.resolve("Examples.java");
    files.add(Files.writeString(file, source + "}\n"));
    loader = ShownCode.compiled(directory, files.toArray(Path[]::new));
    examples = loader.loadClass("Examples");
    set("policy", POLICY);
    set("store", Store.inMemory());
    set("resource", RESOURCE);
    set("call", GuardedJetty.toolCall("read_file"));
  }

  @AfterAll
  void close() throws IOException {
    loader.close();
  }

  /** By the type whose source has them, and their place in it. */
  private void find() throws IOException {
    List<Path> sources;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      sources = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
    for (Path file : sources) {
      String type = file.getFileName().toString().replace(".java", "");
      Matcher example = EXAMPLE.matcher(Files.readString(file));
      for (int i = 1; example.find(); i++) {
        Stream<String> lines = example.group(1).lines();
        found.put(
            type + i,
            lines.map(line -> line.replaceFirst("^ *\\* ?", "")).collect(Collectors.joining("\n")));
      }
    }
  }

  private void set(String field, @Nullable Object value) throws ReflectiveOperationException {
    examples.getField(field).set(null, value);
  }

  private @Nullable Object run(String name) {
    try {
      return examples.getMethod(name).invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyMainType_hasAnExample() {
    assertThat(found)
        .containsKeys("McpAuthInstaller1", "McpAuthFilter1", "AuthorizationServerInstaller1")
        .containsKeys("ContainerUsers1", "SessionLogin1", "GuardedMockMvc1");
  }

  @Test
  void listener_guardsItsContext() throws Exception {
    ServletContextListener listener =
        (ServletContextListener)
            loader.loadClass("Protection").getDeclaredConstructor().newInstance();
    assertThat(
            unauthenticated(
                context -> listener.contextInitialized(new ServletContextEvent(context))))
        .contains("HTTP/1.1 401 ");
  }

  @Test
  void filterThatIsMapped_guardsItsContext() throws Exception {
    set("server", server(AuthorizationServer.of("https://login.example.com")));
    assertThat(unauthenticated(context -> run("McpAuthFilter1"))).contains("HTTP/1.1 401 ");
  }

  /** Within a context that an installer has put a server into. */
  @Test
  void serverOfTheContext_isFound() throws Exception {
    ResourceServer server = server(AuthorizationServer.of("https://login.example.com"));
    try (ContextJetty jetty =
        context(
            context -> {
              McpAuthInstaller.of(server).install(context);
              run("McpAuthFilter2");
            })) {
      assertThat(jetty.send("GET", "/mcp")).contains("HTTP/1.1 401 ");
    }
    assertThat(server.policy().toolsWithoutRule(List.of("read_file"))).isEmpty();
  }

  @Test
  void sessionOfTheApplication_isAsked() throws Exception {
    try (ResourceServer server =
        ResourceServer.builder(
                RESOURCE, AuthorizationServer.of("https://login.example.com"), POLICY)
            .accept(BrowserSessions.ofTheAdapter())
            .build()) {
      set("server", server);
      assertThat(unauthenticated(context -> run("SessionLogin1"))).contains("HTTP/1.1 401 ");
    }
  }

  @Test
  void loginOfItsOwn_isServed() throws Exception {
    set("login", (Login) request -> new Login.LoginResult.Answered());
    try (ContextJetty jetty = context(context -> run("AuthorizationServerInstaller1"))) {
      assertThat(jetty.send("GET", "/.well-known/oauth-authorization-server"))
          .contains("HTTP/1.1 200 ", "\"issuer\":\"https://login.example.com\"");
    }
    assertThat(run("ContainerUsers1")).isNull();
  }

  @Test
  void mockMvc_isGuarded() throws Exception {
    try (TestIssuer issuer = TestIssuer.start();
        ResourceServer server = server(issuer.authorizationServer());
        AnnotationConfigWebApplicationContext application =
            new AnnotationConfigWebApplicationContext()) {
      application.setServletContext(new MockServletContext());
      application.register(Application.class);
      application.addBeanFactoryPostProcessor(beans -> beans.registerSingleton("server", server));
      application.refresh();
      set("application", application);
      set("issuer", issuer);
      assertThat(run("GuardedMockMvc1"))
          .isInstanceOfSatisfying(
              ResultActions.class,
              done -> assertThat(done.andReturn().getResponse().getStatus()).isEqualTo(200));
    }
  }

  private static ResourceServer server(AuthorizationServer login) {
    return ResourceServer.builder(RESOURCE, login, POLICY).build();
  }

  private ContextJetty context(Consumer<ServletContext> setUp) throws Exception {
    return new ContextJetty(
        "/",
        context -> {
          ContextJetty.servlet(context, "mcp", "/mcp");
          context.addServletContainerInitializer(
              (classes, servletContext) -> {
                try {
                  set("servletContext", servletContext);
                } catch (ReflectiveOperationException e) {
                  throw new IllegalStateException(e);
                }
                setUp.accept(servletContext);
              });
        });
  }

  private String unauthenticated(Consumer<ServletContext> setUp) throws Exception {
    try (ContextJetty jetty = context(setUp)) {
      return jetty.send("GET", "/mcp");
    }
  }
}
