package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.io.File;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Core beside the annotations of an older Jackson 2, which an application of that age brings: the
 * databind of Jackson 3 cannot be loaded then.
 */
class OlderAnnotationsTest {
  private static final String ANNOTATIONS = "jackson-annotations";

  @Test
  @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void core_decidesBesideAnnotationsOfJackson219() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                classPath(),
                OlderAnnotationsTest.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said.lines())
        .as(said)
        .contains("databind cannot be loaded", "granted to [files:read]", "refused TOKEN_EXPIRED");
    assertThat(process.exitValue()).isZero();
  }

  private static String classPath() throws Exception {
    URL older =
        Objects.requireNonNull(
            OlderAnnotationsTest.class.getResource("/jackson-2.19/" + ANNOTATIONS + ".jar"),
            "Maven copies this jar in the phase generate-test-resources: run mvn test-compile");
    String rest =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains(ANNOTATIONS))
            .collect(Collectors.joining(File.pathSeparator));
    return Path.of(older.toURI()) + File.pathSeparator + rest;
  }

  /** What the process of the test does. */
  public static void main(String[] args) throws Exception {
    try {
      Class.forName("tools.jackson.databind.json.JsonMapper").getConstructor().newInstance();
    } catch (LinkageError | ReflectiveOperationException e) {
      System.out.println("databind cannot be loaded");
    }
    String resource = "https://mcp.example.com/mcp";
    try (TestIssuer issuer = TestIssuer.start();
        ResourceServer server =
            ResourceServer.builder(
                    resource,
                    AuthorizationServer.of(issuer.issuer()),
                    ToolPolicy.fromJson("{\"tools\":{\"read\":[\"files:read\"]}}"))
                .build()) {
      String good = issuer.token(resource).scopes("files:read").mint();
      String old = issuer.token(resource).scopes("files:read").claim("exp", 1).mint();
      for (String token : new String[] {good, old}) {
        AccessDecision decision =
            server.decide(
                RequestStub.post(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
                            + "\"params\":{\"name\":\"read\"}}")
                    .bearer(token));
        if (decision instanceof AccessDecision.Granted granted) {
          System.out.println("granted to " + Objects.requireNonNull(granted.principal()).scopes());
        } else if (decision instanceof AccessDecision.Refused refused) {
          System.out.println("refused " + refused.reason());
        }
      }
    }
  }
}
