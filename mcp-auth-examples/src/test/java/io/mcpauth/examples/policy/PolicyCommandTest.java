package io.mcpauth.examples.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.Main;
import io.mcpauth.examples.access.AccessCommand;
import io.mcpauth.examples.access.ClientsCommand;
import io.mcpauth.examples.access.Commands;
import io.mcpauth.examples.access.GrantsCommand;
import io.mcpauth.examples.access.KeysCommand;
import io.mcpauth.examples.guard.GuardMain;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code policy check FILE}, as a process of its own with the main class of each jar. */
class PolicyCommandTest {
  private static final String ISSUER = "https://login.example.com";
  private static final String OF_A_CLIENT =
      "{\"tools\":{\"t\":[\"s\"]},\"clients\":[{\"issuer\":\""
          + ISSUER
          + "\",\"clientId\":\"c\",\"maxScopes\":[\"s\"]}]}";

  @TempDir private Path directory;

  private record Ended(int code, String out, String err) {}

  @ParameterizedTest
  @ValueSource(classes = {Main.class, GuardMain.class})
  void goodPolicy_isToldInOneLine(Class<?> main) throws Exception {
    Path file = write("{\"tools\":{\"about\":\"anonymous\",\"read_*\":[\"files:read\"]}}");
    assertThat(check(main, Map.of(), file))
        .isEqualTo(new Ended(0, file + ": good, no warnings\n", ""));
  }

  @ParameterizedTest
  @ValueSource(classes = {Main.class, GuardMain.class})
  void mistake_isToldWithLineAndColumn(Class<?> main) throws Exception {
    Path file = write("{\n  \"tools\": {\n    \"t\": \"open\"\n  }\n}");
    Ended ended = check(main, Map.of(), file);
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).startsWith(file + ", line 3, column 10: tools.t is the string 'open';");
  }

  @Test
  void surprises_areWarnings() throws Exception {
    Path file =
        write(
            "{\"tools\":{\"admin_*\":[\"files:write\"],\"*_report\":[\"files:read\"],"
                + "\"*_status\":\"anonymous\"}}");
    Ended ended = check(GuardMain.class, Map.of(), file);
    assertThat(ended.code()).isZero();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out().lines())
        .hasSize(4)
        .allMatch(line -> line.startsWith(file + ": "))
        .anyMatch(line -> line.contains("warning: tools.*_status is open to everybody"))
        .anyMatch(line -> line.contains("as for 'admin_report', which needs what each of them"))
        .anyMatch(line -> line.contains("as for 'admin_status', which is then not open"))
        .last()
        .isEqualTo(file + ": good, 3 warnings");
  }

  @Test
  void schemeThatNobodyCanHave_isAMistake() throws Exception {
    Path file = write("{\"tools\":{\"t\":{\"schemes\":[\"Bearer\",\"DPoP\"]}}}");
    Ended ended = check(GuardMain.class, Map.of(), file);
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err())
        .startsWith(file + ": Rule 'tools.t' asks for the scheme 'DPoP'")
        .contains("this server accepts [Bearer]");
  }

  /** What the settings do not say is not held against the policy. */
  @Test
  void issuerOfAClient_isHeldToTheSettings() throws Exception {
    Path file = write(OF_A_CLIENT);
    assertThat(check(GuardMain.class, Map.of(), file).code()).isZero();
    Ended other = check(GuardMain.class, Map.of("MCP_AUTH_ISSUER", ISSUER + "/"), file);
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("names the issuer '" + ISSUER + "', but the tokens accepted");
    assertThat(check(GuardMain.class, Map.of("MCP_AUTH_ISUER", ISSUER), file))
        .satisfies(ended -> assertThat(ended.code()).isEqualTo(1))
        .satisfies(ended -> assertThat(ended.err()).contains("MCP_AUTH_ISUER"));
  }

  @Test
  void groupsOfSeveralIssuers_areAWarningUnlessTheyAreNamed() throws Exception {
    Map<String, String> two =
        Map.of("MCP_AUTH_ISSUER", ISSUER, "MCP_AUTH_ACCEPTED_ISSUERS", ISSUER + ",https://b.test");
    String groups = "{\"tools\":{\"t\":[\"s\"]},\"groupScopes\":{\"g\":[\"s\"]}";
    assertThat(check(GuardMain.class, two, write(groups + "}")).out())
        .contains("warning: roles and groups give scopes whoever issued the token")
        .endsWith(": good, 1 warning\n");
    String ours = ",\"givenByIssuers\":[\"" + ISSUER + "\"]}";
    assertThat(check(GuardMain.class, two, write(groups + ours)).out())
        .endsWith(": good, no warnings\n");
    assertThat(check(GuardMain.class, Map.of(), write(groups + ours)).out())
        .endsWith(": good, no warnings\n");
    String strangers = ",\"givenByIssuers\":[\"https://c.test\"]}";
    assertThat(check(GuardMain.class, two, write(groups + strangers)).err())
        .contains("givenByIssuers has the issuer 'https://c.test'");
  }

  @Test
  void scopeThatNobodyCanHave_isAWarning() throws Exception {
    Path file = write(OF_A_CLIENT);
    Map<String, String> prefixed =
        Map.of("MCP_AUTH_ISSUER", ISSUER, "MCP_AUTH_SCOPE_PREFIX", "api://files/");
    assertThat(check(GuardMain.class, prefixed, file).out())
        .contains("warning: nobody can have the scope 's', which does not begin with")
        .endsWith(": good, 1 warning\n");
    Map<String, String> prefixAlone = Map.of("MCP_AUTH_SCOPE_PREFIX", "api://files/");
    assertThat(check(GuardMain.class, prefixAlone, file).out())
        .contains("warning: nobody can have the scope 's', which does not begin with");
    assertThat(check(Main.class, Map.of(), file).out())
        .contains("'s', which the embedded authorization server does not know; set MCP_AUTH_ISSUER")
        .endsWith(": good, 1 warning\n");
    assertThat(check(Main.class, Map.of("MCP_AUTH_ISSUER", ISSUER), file).out())
        .isEqualTo(file + ": good, no warnings\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "policy",
        "policy check",
        "policy chek a.json",
        "check a.json",
        "policy check a b"
      })
  void otherArguments_areRefusedWithTheUsage(String arguments) {
    Ended ended = run(arguments);
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("Usage: java -jar mcp-guard.jar");
    assertThat(ended.out()).isEmpty();
  }

  @Test
  void help_isThere() {
    Ended ended = run("policy check --help");
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).startsWith("Usage: java -jar mcp-guard.jar policy check [-h] FILE");
    assertThat(ended.err()).isEmpty();
  }

  private static Ended run(String arguments) {
    Commands commands =
        new Commands(
            "mcp-guard.jar",
            new PolicyCommand(
                file -> {
                  throw unasked();
                }),
            new AccessCommand(
                () -> {
                  throw unasked();
                },
                settings -> {
                  throw unasked();
                }),
            new KeysCommand(
                () -> {
                  throw unasked();
                },
                settings -> {
                  throw unasked();
                },
                settings -> {
                  throw unasked();
                }),
            new ClientsCommand(
                () -> {
                  throw unasked();
                },
                settings -> {
                  throw unasked();
                }),
            new GrantsCommand(
                () -> {
                  throw unasked();
                }));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        commands.run(
            arguments.split(" ", -1),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    return new Ended(code, out.toString(UTF_8), err.toString(UTF_8));
  }

  private static AssertionError unasked() {
    return new AssertionError("asked for what the arguments do not need");
  }

  /** A server that starts with it says the same. */
  @Test
  void startOfAServer_logsTheWarnings() throws Exception {
    Path file = write("{\"tools\":{\"a_*\":[\"s\"],\"*_z\":[\"t\"]}}");
    Map<String, String> settings =
        Map.of(
            "MCP_AUTH_ISSUER", "http://127.0.0.1:9",
            "MCP_AUTH_POLICY_FILE", file.toString(),
            "TARGET_URL", "http://127.0.0.1:9/mcp",
            "PORT", "0");
    Path err = directory.resolve("err");
    Process process =
        builder(GuardMain.class, settings, List.of()).redirectError(err.toFile()).start();
    try (BufferedReader out = process.inputReader(UTF_8)) {
      assertThat(out.lines().anyMatch(line -> line.startsWith("ready "))).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(err, UTF_8))
        .contains("WARN LivePolicy - policy: tools.a_* and tools.*_z both apply");
  }

  private Path write(String document) throws IOException {
    return Files.writeString(directory.resolve("policy.json"), document);
  }

  private Ended check(Class<?> main, Map<String, String> settings, Path file)
      throws IOException, InterruptedException {
    return run(main, settings, List.of("policy", "check", file.toString()));
  }

  private Ended run(Class<?> main, Map<String, String> settings, List<String> arguments)
      throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    Process process =
        builder(main, settings, arguments)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(
        process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  private static ProcessBuilder builder(
      Class<?> main, Map<String, String> settings, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("MCP_AUTH_"));
    builder.environment().putAll(settings);
    return builder;
  }
}
