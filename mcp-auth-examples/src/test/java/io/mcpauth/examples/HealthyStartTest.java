package io.mcpauth.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mcpauth.examples.guard.GuardMain;
import io.mcpauth.examples.walkthrough.Walkthrough;
import io.mcpauth.testing.TestIssuer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever starts one of the programs for the first time reads nothing that looks like trouble. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HealthyStartTest {
  @Test
  void fileTools_startWithoutAnAlarm() throws Exception {
    Map<String, String> settings = Map.of("FILE_TOOLS_PORT", "0", "FILE_TOOLS_AS_PORT", "0");
    noAlarm(lines(Main.class, settings, line -> line.startsWith("ready ")), "ready ");
  }

  @Test
  void guard_startsWithoutAnAlarm() throws Exception {
    HttpServer target =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    target.start(); // or that it does not answer is a warning, which may come before the last line
    try (TestIssuer issuer = TestIssuer.start()) {
      Map<String, String> settings =
          Map.of(
              "TARGET_URL",
              "http://127.0.0.1:" + target.getAddress().getPort() + "/mcp",
              "MCP_AUTH_ISSUER",
              issuer.issuer(),
              "MCP_AUTH_REQUIRED_SCOPES",
              "mcp",
              "MCP_AUTH_RESOURCE",
              "http://localhost:3000/mcp",
              "PORT",
              "0");
      noAlarm(lines(GuardMain.class, settings, line -> line.startsWith("ready ")), "ready ");
    } finally {
      target.stop(0);
    }
  }

  @Test
  void walkThrough_hasNoAlarmBeforeItsFirstStep() throws Exception {
    noAlarm(lines(Walkthrough.class, Map.of(), line -> line.startsWith("1. ")), "1. ");
  }

  /** To the error output: what a command prints is for whoever reads it from a variable. */
  @ParameterizedTest
  @ValueSource(strings = {"run", "demo"})
  void profile_saysAtOnceThatItBuilds(String id) throws IOException {
    String pom = Files.readString(Path.of("..", "pom.xml"));
    String profile = pom.substring(pom.indexOf("<id>" + id + "</id>"));
    assertThat(profile.substring(0, profile.indexOf("</profile>")))
        .contains("System.err.println(\"${says.that.it.builds}\"); true");
    assertThat(pom).contains("<says.that.it.builds>Building mcp-auth: about a minute, ");
  }

  private static void noAlarm(List<String> lines, String last) {
    String all = String.join("\n", lines);
    assertThat(all)
        .contains(last)
        .doesNotContain("\n\n\n")
        .doesNotContainPattern("WARN|ERROR|SEVERE|SLF4J|Exception|[Dd]eprecat")
        .doesNotContainPattern("(?m)^\\s+at ");
  }

  /** What a program writes, on both outputs, until it is told enough. */
  private static List<String> lines(
      Class<?> main, Map<String, String> settings, Predicate<String> last) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName());
    // The settings of whoever runs this are not those of the run.
    builder.environment().keySet().removeIf(name -> name.matches("(MCP_AUTH|FILE_TOOLS|GUARD)_.*"));
    builder.environment().putAll(settings);
    Process process = builder.redirectErrorStream(true).start();
    try (BufferedReader out = process.inputReader(UTF_8)) {
      List<String> lines = new ArrayList<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (last.test(line)) {
          break;
        }
      }
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }
}
