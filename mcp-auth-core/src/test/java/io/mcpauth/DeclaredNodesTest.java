package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.LastingStore;
import io.mcpauth.store.Store;
import io.mcpauth.token.AuthorizationServer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is said at start where several nodes are declared. */
class DeclaredNodesTest {
  private static final String WARNING =
      "WARN 3 nodes are declared, and MCP sessions and rules of access are kept by each alone:"
          + " those of one node are unknown to the others, and, in memory, lost at its restart."
          + " Write MCP_AUTH_STORE_URL=jdbc:postgresql:..., or in code"
          + " ResourceServerBuilder.store(JdbcStore.of(dataSource)), with a database that all nodes"
          + " use.";

  @Test
  void oneNode_isNotWarnedOf() {
    assertThat(lines(b -> b)).isEmpty();
    assertThat(lines(b -> b.nodes(1))).isEmpty();
  }

  @Test
  void severalNodesWithSessionsInMemory_areOneWarning() {
    assertThat(lines(b -> b.nodes(3))).containsExactly(WARNING);
    assertThat(lines(b -> b.store(Store.inMemory()).nodes(3))).containsExactly(WARNING);
  }

  @Test
  void severalNodesWithSharedSessions_areNotWarnedOf() {
    assertThat(lines(b -> b.nodes(3).store(LastingStore.over(Store.inMemory()).node()))).isEmpty();
  }

  @Test
  void server_tellsTheNumberToOthers() {
    try (ResourceServer server = builder().nodes(2).build()) {
      assertThat(server.nodes().count()).isEqualTo(2);
    }
    try (ResourceServer server = builder().build()) {
      assertThat(server.nodes().count()).isEqualTo(1);
    }
  }

  private static List<String> lines(UnaryOperator<ResourceServerBuilder> settings) {
    RecordedLog log = new RecordedLog();
    settings.apply(builder()).build(log.logger()).close();
    return log.lines();
  }

  private static ResourceServerBuilder builder() {
    return ResourceServer.builder(
        "https://mcp.example.com/mcp",
        AuthorizationServer.of("https://login.example.com"),
        ToolPolicy.builder().tool("t", "s").build());
  }
}
