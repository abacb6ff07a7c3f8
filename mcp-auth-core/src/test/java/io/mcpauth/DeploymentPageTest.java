package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the code of {@code docs/deployment.md} as it stands. */
class DeploymentPageTest {
  private static final Path PAGE = Path.of("..", "docs", "deployment.md");
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)\n```", Pattern.DOTALL);
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final AuthorizationServer LOGIN =
      AuthorizationServer.of("https://login.example.com");
  private static final ToolPolicy POLICY = ToolPolicy.builder().baseScopes("mcp").build();

  @TempDir private Path directory;

  @Test
  void proxyOfThePage_isTheOnlyCredential() throws Exception {
    try (ResourceServer guarded =
        (ResourceServer)
            page()
                .getMethod("guarded", String.class, AuthorizationServer.class, ToolPolicy.class)
                .invoke(null, RESOURCE, LOGIN, POLICY)) {
      assertThat(guarded.schemes()).containsExactly(Scheme.PROXY);
      assertThat(guarded.credentialHeaders()).contains("cf-access-jwt-assertion");
    }
  }

  @Test
  void listenerOfThePage_countsAndKeepsRefusals() throws Exception {
    ResourceServerBuilder builder = ResourceServer.builder(RESOURCE, LOGIN, POLICY);
    List<?> kept =
        (List<?>) page().getMethod("watched", ResourceServerBuilder.class).invoke(null, builder);
    try (ResourceServer server = builder.build()) {
      AccessDecision unused = server.decide(RequestStub.of("GET"));
    }
    assertThat(kept).first().hasToString("{CREDENTIAL_MISSING=1}");
    assertThat((Iterable<?>) kept.get(1)).hasSize(1);
  }

  private Class<?> page() throws Exception {
    List<String> blocks =
        CODE.matcher(Files.readString(PAGE)).results().map(block -> block.group(1)).toList();
    assertThat(blocks).hasSize(2);
    Path source =
        Files.writeString(
            directory.resolve("Page.java"),
            """
            import io.mcpauth.*;
            import io.mcpauth.error.*;
            import io.mcpauth.policy.*;
            import io.mcpauth.token.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.atomic.*;
            public class Page {
              public static ResourceServer guarded(
                  String resource, AuthorizationServer server, ToolPolicy policy) {
                %s
                return guarded;
              }
              public static List<Object> watched(ResourceServerBuilder builder) {
                %s
                return List.of(refusals, audit);
              }
            }
            """
                .formatted(blocks.get(0), blocks.get(1)));
    return ShownCode.compiled(directory, source).loadClass("Page");
  }
}
