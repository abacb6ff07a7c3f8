package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.session.SessionStore;
import io.mcpauth.token.AuthorizationServer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is said at start where several nodes are declared. */
class DeclaredNodesTest {
  private static final String WARNING =
      "WARN 3 nodes are declared, and MCP sessions are kept in the memory of each: those of one"
          + " node are unknown to the others, and lost at its restart. Write a SessionStore that"
          + " they share with ResourceServerBuilder.sessions(...), one whose isShared() is true; or"
          + " have each session sent to the same node.";

  @Test
  void oneNode_isNotWarnedOf() {
    assertThat(lines(b -> b)).isEmpty();
    assertThat(lines(b -> b.nodes(1))).isEmpty();
  }

  @Test
  void severalNodesWithSessionsInMemory_areOneWarning() {
    assertThat(lines(b -> b.nodes(3))).containsExactly(WARNING);
    assertThat(lines(b -> b.sessions(SessionStore.inMemory()).nodes(3))).containsExactly(WARNING);
  }

  @Test
  void severalNodesWithSharedSessions_areNotWarnedOf() {
    assertThat(lines(b -> b.nodes(3).sessions(new SharedSessions()))).isEmpty();
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

  private static final class SharedSessions implements SessionStore {
    private final SessionStore delegate = SessionStore.inMemory();

    @Override
    public boolean isShared() {
      return true;
    }

    @Override
    public void put(String key, String owner) {
      delegate.put(key, owner);
    }

    @Override
    public @Nullable String owner(String key) {
      return delegate.owner(key);
    }

    @Override
    public boolean replaceOwner(String key, String expected, String owner) {
      return delegate.replaceOwner(key, expected, owner);
    }

    @Override
    public void remove(String key) {
      delegate.remove(key);
    }
  }
}
