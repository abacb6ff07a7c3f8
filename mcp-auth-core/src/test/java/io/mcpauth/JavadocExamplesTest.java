package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles every example of the Javadoc as it stands, and runs what can be run. An example may use
 * {@code builder}, {@code server}, {@code caller} and {@code logins} without saying where they come
 * from.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavadocExamplesTest {
  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\n(.*?)\n *\\* \\}</pre>", Pattern.DOTALL);
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String ISSUER = "https://login.example.com";

  private Class<?> examples;

  @BeforeAll
  void compile(@TempDir Path directory) throws Exception {
    Map<String, String> found = examples();
    assertThat(found).containsKeys("ResourceServerBuilder1", "ToolPolicy1", "TokenVerifier1");
    StringBuilder source =
        new StringBuilder(
            """
            import io.mcpauth.*;
            import io.mcpauth.error.*;
            import io.mcpauth.policy.*;
            import io.mcpauth.token.*;
            import java.nio.file.Path;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.concurrent.atomic.*;
            public class Examples {
              public static ResourceServerBuilder builder;
              public static McpPrincipal caller;
              public static Map<String, Map<String, Object>> logins = new HashMap<>();
              public static Object result;
            """);
    found.forEach(
        (name, code) -> {
          source.append("  public static void ").append(name).append("() {\n").append(code);
          result(code).forEach(last -> source.append("\n    result = ").append(last).append(";\n"));
          source.append("\n  }\n");
        });
    Path file = Files.writeString(directory.resolve("Examples.java"), source.append("}\n"));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString(),
                file.toString());
    assertThat(status).as("exit code of javac").isZero();
    URL[] compiled = {directory.toUri().toURL()};
    examples = new URLClassLoader(compiled, getClass().getClassLoader()).loadClass("Examples");
  }

  /** The variable that an example declares last, which is what it is about. */
  private static Stream<String> result(String code) {
    Matcher declared = Pattern.compile("(?m)^[A-Z][\\w<>, ]* (\\w+) =").matcher(code);
    String last = null;
    while (declared.find()) {
      last = declared.group(1);
    }
    return Stream.ofNullable(last);
  }

  /** By the type whose source has them, and their place in it. */
  private static Map<String, String> examples() throws IOException {
    Map<String, String> examples = new LinkedHashMap<>();
    List<Path> sources;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      sources = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
    for (Path file : sources) {
      String type = file.getFileName().toString().replace(".java", "");
      Matcher example = EXAMPLE.matcher(Files.readString(file));
      for (int i = 1; example.find(); i++) {
        examples.put(
            type + i,
            example
                .group(1)
                .lines()
                .map(line -> line.replaceFirst("^ *\\* ?", ""))
                .collect(Collectors.joining("\n")));
      }
    }
    return examples;
  }

  private @Nullable Object run(String name) throws Exception {
    examples.getMethod(name).invoke(null);
    return examples.getField("result").get(null);
  }

  private void set(String field, Object value) throws Exception {
    examples.getField(field).set(null, value);
  }

  private String exampleWith(String text) throws IOException {
    return examples().entrySet().stream()
        .filter(example -> example.getValue().contains(text))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** One after the other: they share their variables. */
  @Test
  void examples_doWhatTheySay() throws Exception {
    policyInTheProgram_isThePolicy();
    listener_countsRefusals();
    exposedClaim_isTheCallers();
    verifier_vouchesForWhoIsLoggedIn();
  }

  private void policyInTheProgram_isThePolicy() throws Exception {
    ToolPolicy policy = (ToolPolicy) run(exampleWith("ToolPolicy.fromJson(\n"));
    assertThat(policy).isNotNull();
    assertThat(policy.scopes()).containsExactly("files:read", "files:write");
  }

  private void listener_countsRefusals() throws Exception {
    try (TestIssuer issuer = TestIssuer.start()) {
      ResourceServerBuilder builder = builder(AuthorizationServer.of(issuer.issuer()));
      set("builder", builder);
      Object refusals = run(exampleWith("builder.events("));
      try (ResourceServer server = builder.build()) {
        server.decide(RequestStub.of("GET"));
        server.decide(RequestStub.of("GET").bearer(issuer.token(RESOURCE).scopes("mcp").mint()));
      }
      assertThat(refusals).hasToString("{CREDENTIAL_MISSING=1}");
    }
  }

  private void exposedClaim_isTheCallers() throws Exception {
    try (TestIssuer issuer = TestIssuer.start()) {
      McpPrincipal caller = issuer.token(RESOURCE).claim("tenant", "acme").principal("tenant");
      set("caller", caller);
      set("builder", builder(AuthorizationServer.of(issuer.issuer())));
      assertThat(run(exampleWith("builder.exposeClaims("))).isEqualTo("acme");
    }
  }

  private void verifier_vouchesForWhoIsLoggedIn() throws Exception {
    long ends = Instant.now().plusSeconds(600).getEpochSecond();
    set("logins", Map.of("good", Map.of("user", "ann", "scope", "mcp", "ends", ends)));
    AuthorizationServer verified = (AuthorizationServer) run(exampleWith("verifiedBy(verifier)"));
    assertThat(verified).isNotNull();
    assertThat(verified.issuer()).isEqualTo(ISSUER);
    try (ResourceServer server = builder(verified).build()) {
      assertThat(server.decide(RequestStub.of("GET").bearer("good")))
          .isInstanceOfSatisfying(
              AccessDecision.Granted.class,
              granted -> assertThat(granted.principal()).extracting("subject").isEqualTo("ann"));
      assertThat(server.decide(RequestStub.of("GET").bearer("other")))
          .isInstanceOf(AccessDecision.Refused.class);
    }
  }

  private static ResourceServerBuilder builder(AuthorizationServer server) {
    return ResourceServer.builder(RESOURCE, server, ToolPolicy.builder().baseScopes("mcp").build());
  }
}
