package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.Scheme;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What principals share, and what each of them is charged with. */
class CommonPartsTest {
  private final CommonParts common = new CommonParts();

  @Test
  void issuerClientAndScopes_areInMemoryOnce() {
    McpPrincipal first = shared("alice", "client", Map.of(), "a", "b").principal();
    McpPrincipal second = shared("bob", "client", Map.of(), "a", "b").principal();

    assertThat(second.issuer()).isSameAs(first.issuer());
    assertThat(second.clientId()).isSameAs(first.clientId());
    assertThat(second.scopes()).isSameAs(first.scopes());
    assertThat(second.getName()).endsWith("|bob");
  }

  @Test
  void orderOfScopes_isKept() {
    shared("alice", "client", Map.of(), "a", "b");

    assertThat(shared("bob", "client", Map.of(), "b", "a").principal().scopes())
        .containsExactly("b", "a");
  }

  @Test
  void partThatIsNew_isChargedAndOneThatIsSharedIsNot() {
    String[] scopes = {"a".repeat(100), "b".repeat(100)};
    int first = shared("alice", "c".repeat(50), Map.of(), scopes).ownBytes();
    int second = shared("bobby", "c".repeat(50), Map.of(), scopes).ownBytes();

    assertThat(first - second).isGreaterThan(250);
    assertThat(second).isBetween(400, 600);
  }

  @Test
  void claimsThatAreKept_areCharged() {
    int without = shared("alice", null, Map.of()).ownBytes();
    int with =
        shared("alice", null, Map.of("groups", List.of("x".repeat(1000), Map.of("k", 1L))))
            .ownBytes();

    assertThat(with - without).isBetween(1100, 2000);
  }

  private CommonParts.Shared shared(
      String subject, @Nullable String client, Map<String, Object> claims, String... scopes) {
    // New objects, as they come out of a token.
    Set<String> held = new LinkedHashSet<>();
    for (String scope : scopes) {
      held.add(String.valueOf(scope.toCharArray()));
    }
    return common.share(
        new McpPrincipal(
            String.valueOf("https://login.example.com".toCharArray()),
            subject,
            client == null ? null : String.valueOf(client.toCharArray()),
            held,
            Scheme.BEARER,
            Instant.MAX,
            claims));
  }
}
