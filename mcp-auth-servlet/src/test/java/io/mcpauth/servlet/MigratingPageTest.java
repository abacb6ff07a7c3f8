package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.RequiresScopes;
import io.mcpauth.testing.TestIssuer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs both filters of docs/migrating.md, and sends each request of its table to both. */
class MigratingPageTest {
  private static final Path PAGE = Path.of("..", "docs", "migrating.md");
  private static final Pattern CODE =
      Pattern.compile("```java (before|after|spring)\n(.*?)\n```", Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| ([^|]+) \\| (\\d{3})[^|]* \\| (\\d{3})([^|]*) \\| [^|]+ \\|$");
  private static final String RESOURCE = "https://mcp.example.com/mcp";

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void everyRequestOfTheTable_isAnsweredByBothAsItSays(@TempDir Path directory) throws Exception {
    TestIssuer issuer = TestIssuer.start();
    String down;
    try (TestIssuer other = TestIssuer.start()) {
      down = other.issuer(); // nobody listens there any more
    }
    try (issuer;
        URLClassLoader loader = compiled(directory)) {
      Class<?> before = loader.loadClass("TokenFilter");
      Class<?> after = loader.loadClass("Guarded");
      Server old = old(before, issuer.issuer(), issuer.jwksUri());
      Server oldAlone = old(before, down, down + "/jwks");
      Server now = now(after, issuer.issuer());
      Server nowAlone = now(after, down);
      try {
        List<MatchResult> rows = ROW.matcher(Files.readString(PAGE)).results().toList();
        assertThat(rows).hasSize(7);
        for (MatchResult row : rows) {
          String request = row.group(1);
          boolean alone = request.contains("issuer is down");
          String iss = alone ? down : issuer.issuer();
          assertThat(send(alone ? oldAlone : old, request, issuer, iss).statusCode())
              .as("before: %s", request)
              .hasToString(row.group(2));
          HttpResponse<String> answer = send(alone ? nowAlone : now, request, issuer, iss);
          assertThat(answer.statusCode()).as("after: %s", request).hasToString(row.group(3));
          assertThat(answer.headers().firstValue("Retry-After").isPresent())
              .as(request)
              .isEqualTo(row.group(4).contains("Retry-After"));
          assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
              .as(request)
              .contains(row.group(4).contains("challenge") ? "resource_metadata=" : "")
              .contains(row.group(4).contains("missing") ? "files:write" : "");
        }
      } finally {
        for (Server jetty : List.of(old, oldAlone, now, nowAlone)) {
          LifeCycle.stop(jetty);
        }
      }
    }
  }

  @Test
  void toolOfSpring_declaresItsScopes(@TempDir Path directory) throws Exception {
    try (URLClassLoader loader = compiled(directory)) {
      assertThat(loader.loadClass("Files").getMethods())
          .filteredOn(method -> method.isAnnotationPresent(RequiresScopes.class))
          .extracting(method -> List.of(method.getAnnotation(RequiresScopes.class).value()))
          .containsExactly(List.of("files:write"));
    }
  }

  private static URLClassLoader compiled(Path directory) throws IOException {
    Matcher code = CODE.matcher(Files.readString(PAGE));
    Map<String, String> names =
        Map.of("before", "TokenFilter", "after", "Guarded", "spring", "Files");
    int found = 0;
    while (code.find()) {
      Files.writeString(directory.resolve(names.get(code.group(1)) + ".java"), code.group(2));
      found++;
    }
    assertThat(found).isEqualTo(3);
    return ShownCode.compiled(
        directory,
        names.values().stream()
            .map(name -> directory.resolve(name + ".java"))
            .toArray(Path[]::new));
  }

  private static Server old(Class<?> type, String issuer, String keys) throws Exception {
    Filter filter =
        (Filter) type.getConstructor(String.class, String.class).newInstance(issuer, keys);
    return jetty(
        context ->
            context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST)));
  }

  private static Server now(Class<?> type, String issuer) throws Exception {
    return jetty(
        context ->
            context.addServletContainerInitializer(
                (classes, servlet) -> {
                  try {
                    ResourceServer server =
                        (ResourceServer)
                            type.getMethod("install", ServletContext.class, String.class)
                                .invoke(null, servlet, issuer);
                    assertThat(server).isNotNull();
                  } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                  }
                }));
  }

  private static Server jetty(java.util.function.Consumer<ServletContextHandler> more)
      throws Exception {
    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(new ServletHolder("mcp", new Tools()), "/mcp");
    more.accept(context);
    jetty.setHandler(context);
    jetty.start();
    return jetty;
  }

  /** Whoever gets here has passed. */
  private static final class Tools extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      response.setStatus(HttpServletResponse.SC_OK);
    }
  }

  private HttpResponse<String> send(Server jetty, String row, TestIssuer issuer, String iss)
      throws IOException, InterruptedException {
    int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
    String path = row.startsWith("`/") ? row.substring(1, row.length() - 1) : "/mcp";
    String tool = row.contains("write_file") ? "write_file" : "read_file";
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", "application/json");
    if (row.startsWith("an OPTIONS")) {
      request
          .header("Origin", "https://app.example.com")
          .header("Access-Control-Request-Method", "POST")
          .method("OPTIONS", HttpRequest.BodyPublishers.noBody());
    } else if (path.equals("/mcp")) {
      request.POST(HttpRequest.BodyPublishers.ofString(GuardedJetty.toolCall(tool)));
    }
    if (row.startsWith("a token")) {
      request.header(
          "Authorization",
          "Bearer "
              + issuer
                  .token(row.contains("another server") ? "https://other.example.com/" : RESOURCE)
                  .claim("iss", iss)
                  .scopes(row.contains("readonly") ? "files:readonly" : "files:read")
                  .mint());
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
