package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.metadata.ResourceIdentifier;
import jakarta.servlet.ServletContext;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.DefaultServlet;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the start tells of a resource at whose path nothing answers. */
class PlacementTest {
  private static final ResourceIdentifier RESOURCE =
      ResourceIdentifier.of("https://mcp.example.com/api/mcp");

  private static @Nullable String warning(
      String contextPath, ServletHolder servlet, String mapping, Set<String> guarded)
      throws Exception {
    ServletContext[] started = new ServletContext[1];
    ContextJetty jetty =
        new ContextJetty(
            contextPath,
            context -> {
              context.addServlet(servlet, mapping);
              ContextJetty.servlet(context, "health", "/health");
              started[0] = context.getServletContext();
            });
    try {
      return Placement.unanswered(started[0], RESOURCE, RESOURCE.path(), guarded);
    } finally {
      jetty.close();
    }
  }

  private static ServletHolder mcp() {
    return new ServletHolder("mcp", new EchoServlet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/mcp", "/api/mcp/*", "/api/*", "/*", "/"})
  void mappingToThePath_isNoWarning(String mapping) throws Exception {
    assertThat(warning("/", mcp(), mapping, Set.of())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mcp", "/api", "/api/mcp/v1", "/ap/*", "*.mcp"})
  void mappingToAnotherPath_isAWarningWithBoth(String mapping) throws Exception {
    assertThat(warning("/", mcp(), mapping, Set.of()))
        .contains("no servlet is mapped to '/api/mcp'", "'https://mcp.example.com/api/mcp'")
        .contains(mapping, "/health", "Map the MCP servlet to it");
  }

  @Test
  void defaultServletOfTheContainer_answersNothing() throws Exception {
    ServletHolder files = new ServletHolder("default", DefaultServlet.class);
    assertThat(warning("/", files, "/", Set.of())).contains("the mappings are [/health]");
  }

  @Test
  void servletThatIsNotGuarded_doesNotCount() throws Exception {
    assertThat(warning("/", mcp(), "/api/mcp", Set.of("health"))).contains("[/health]");
    assertThat(warning("/", mcp(), "/api/mcp", Set.of("mcp"))).isNull();
  }

  @ParameterizedTest
  @CsvSource({"/api, /mcp, true", "/api, /api/mcp, false", "/elsewhere, /other, true"})
  void contextPath_isTakenOffAndAnotherOneIsForAProxy(
      String contextPath, String mapping, boolean silent) throws Exception {
    assertThat(warning(contextPath, mcp(), mapping, Set.of()) == null).isEqualTo(silent);
  }
}
