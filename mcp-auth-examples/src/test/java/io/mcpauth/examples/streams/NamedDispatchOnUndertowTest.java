package io.mcpauth.examples.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.servlet.McpAuthInstaller;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Undertow takes the asterisk in a mapping for the name of a servlet. */
class NamedDispatchOnUndertowTest {
  /** The MCP server. */
  private static final class Guarded extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().write("reached");
    }
  }

  /** A page that is open, and leads on to a servlet by its name. */
  private static final class Page extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      var mcp = getServletContext().getNamedDispatcher("mcp");
      if ("include".equals(request.getQueryString())) {
        mcp.include(request, response);
      } else {
        mcp.forward(request, response);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"forward", "include"})
  void openPageThatLeadsOn_doesNotLeadInUnguarded(String how) throws Exception {
    ResourceServer server =
        ResourceServer.builder(
                "https://mcp.example.com/mcp",
                AuthorizationServer.of("https://login.example.com"),
                ToolPolicy.builder().tool("t", "s").build())
            .build();
    try (UndertowDriver undertow =
        new UndertowDriver(
            new Guarded(),
            List.of(
                context -> context.addServlet("page", new Page()).addMapping("/page"),
                context -> McpAuthInstaller.of(server).openPaths("/page").install(context)))) {
      URI page = URI.create("http://127.0.0.1:" + undertow.port() + "/page?" + how);
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).doesNotContain("reached");
    }
  }
}
