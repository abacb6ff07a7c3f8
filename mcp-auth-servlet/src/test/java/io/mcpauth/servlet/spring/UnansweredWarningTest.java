package io.mcpauth.servlet.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/** What the start prints where the MCP server is elsewhere than its resource. */
class UnansweredWarningTest {
  private static @Nullable String warning(String resource, String within, String... routes) {
    try (ResourceServer server =
        ResourceServer.builder(
                resource,
                AuthorizationServer.of("https://login.example.com"),
                ToolPolicy.builder().tool("t", "a").build())
            .build()) {
      return UnansweredWarning.unanswered(server, within, Set.of(routes));
    }
  }

  @Test
  void routesElsewhere_areWarnedOf() {
    assertThat(warning("https://mcp.example.com/mcp", "", "/sse"))
        .contains("does not answer at '/mcp'")
        .contains("'https://mcp.example.com/mcp'; there are routes for [/sse]");
    assertThat(warning("https://mcp.example.com/mcp", "/app", "/mcp")).contains("[/app/mcp]");
    assertThat(warning("https://mcp.example.com/app/mcp", "", "/mcp")).contains("[/mcp]");
  }

  @Test
  void routeForTheResource_isNot() {
    assertThat(warning("https://mcp.example.com/mcp", "", "/sse", "/mcp")).isNull();
    assertThat(warning("https://mcp.example.com/app/mcp", "/app", "/mcp")).isNull();
    assertThat(warning("https://mcp.example.com/a/mcp", "", "/{tenant}/mcp")).isNull();
  }

  @Test
  void whatIsNotKnown_isNot() {
    assertThat(warning("https://mcp.example.com/mcp", "")).isNull();
    assertThat(warning("https://mcp.example.com/mcp", "", "/**")).isNull();
  }

  @Test
  void routes_areTheirPathsAndNestedOnesAny() {
    RouterFunction<ServerResponse> plain =
        RouterFunctions.route()
            .GET("/sse", request -> ServerResponse.ok().build())
            .POST("/mcp/message", request -> ServerResponse.ok().build())
            .build()
            .filter((request, next) -> next.handle(request));
    assertThat(paths(plain)).containsExactly("/mcp/message", "/sse");
    assertThat(paths(RouterFunctions.nest(RequestPredicates.path("/api"), plain))).contains("/**");
    assertThat(paths(request -> Optional.empty())).containsExactly("/**");
  }

  private static Set<String> paths(RouterFunction<ServerResponse> routes) {
    Set<String> paths = new TreeSet<>();
    UnansweredWarning.collect(routes, paths);
    return paths;
  }
}
