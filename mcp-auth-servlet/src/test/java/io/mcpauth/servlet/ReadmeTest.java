package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.testing.TestIssuer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the README's code as it stands, and compares the answers that it promises. */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final String ISSUER_IN_README = "https://login.example.com";

  @Test
  void codeOfTheReadme_givesTheAnswersOfTheReadme(@TempDir Path directory) throws Exception {
    try (TestIssuer issuer = TestIssuer.start()) {
      String code = blocks("java").get(0).replace(ISSUER_IN_README, issuer.issuer());
      ServletContextListener quickStart = compiled(directory, code);
      Server jetty =
          start(context -> quickStart.contextInitialized(new ServletContextEvent(context)));
      try {
        String token = issuer.token("https://mcp.example.com/mcp").scopes("files:read").mint();
        assertThat(answer(call(jetty, "read_file"))).isEqualTo(blocks("http").get(0));
        assertThat(answer(call(jetty, "write_file", "Authorization", "Bearer " + token)))
            .isEqualTo(blocks("http").get(1));
        assertThat(call(jetty, "read_file", "Authorization", "Bearer " + token).statusCode())
            .isEqualTo(200);
      } finally {
        LifeCycle.stop(jetty);
      }
    }
  }

  private static List<String> blocks(String language) throws IOException {
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)\n```", Pattern.DOTALL)
            .matcher(Files.readString(README));
    List<String> blocks = new ArrayList<>();
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }

  private static ServletContextListener compiled(Path directory, String code) throws Exception {
    Path source = directory.resolve("Protection.java");
    Files.writeString(source, code);
    URLClassLoader loader = ShownCode.compiled(directory, source);
    return (ServletContextListener)
        loader.loadClass("Protection").getDeclaredConstructor().newInstance();
  }

  private static Server start(java.util.function.Consumer<ServletContext> quickStart)
      throws Exception {
    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty, 1, 1);
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    jetty.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(new ServletHolder("mcp", new EchoServlet()), "/mcp");
    context.addServletContainerInitializer((classes, servlet) -> quickStart.accept(servlet));
    jetty.setHandler(context);
    jetty.start();
    return jetty;
  }

  private static HttpResponse<String> call(Server jetty, String tool, String... headers)
      throws IOException, InterruptedException {
    int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/mcp"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(GuardedJetty.toolCall(tool)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String answer(HttpResponse<String> response) {
    String reason = response.statusCode() == 401 ? "Unauthorized" : "Forbidden";
    return "HTTP/1.1 "
        + response.statusCode()
        + " "
        + reason
        + "\nWWW-Authenticate: "
        + response.headers().firstValue("WWW-Authenticate").orElse("")
        + "\n\n"
        + response.body();
  }
}
