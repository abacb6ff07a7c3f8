package io.mcpauth.examples.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import io.mcpauth.examples.authserver.Login;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against file tools that take no tokens but bound ones, and the embedded server. */
class DpopClientTest {
  private record Outcome(int status, String out, String err) {}

  private static FileToolsServer server(Path root, String... pairs) throws Exception {
    Files.writeString(root.resolve("known.txt"), "known text");
    Map<String, String> environment = new HashMap<>();
    environment.put("FILE_TOOLS_PORT", "0");
    environment.put("FILE_TOOLS_AS_PORT", "0");
    environment.put("FILE_TOOLS_ROOT", root.toString());
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return FileToolsServer.start(FileToolsSettings.from(environment));
  }

  private static Outcome call(FileToolsServer server, String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of(server.url(), "read_file", "{\"path\":\"known.txt\"}"));
    Login login = Objects.requireNonNull(server.login());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PersonAtBrowser person = new PersonAtBrowser(login.editor(), "allow");
    int status =
        ClientMain.run(
            all, Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(person, true, UTF_8));
    return new Outcome(status, out.toString(UTF_8), person.text());
  }

  private static void assertRead(Outcome outcome) {
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("known text");
    assertThat(outcome.err()).doesNotContain("eyJ");
  }

  /** The metadata say that nothing else is taken, so the client needs no option for it. */
  @Test
  void serverThatTakesBoundTokensAlone_getsThem(@TempDir Path root) throws Exception {
    try (FileToolsServer server = server(root, "MCP_AUTH_DPOP", "required")) {
      assertRead(call(server));
    }
  }

  @Test
  void nonceOfTheServer_isRepeated(@TempDir Path root) throws Exception {
    try (FileToolsServer server =
        server(root, "MCP_AUTH_DPOP", "required", "MCP_AUTH_DPOP_NONCE", "true")) {
      assertRead(call(server));
    }
  }

  @Test
  void serverThatTakesBoth_getsWhatTheClientLikes(@TempDir Path root) throws Exception {
    try (FileToolsServer server = server(root, "MCP_AUTH_DPOP", "accepted")) {
      assertRead(call(server));
      assertRead(call(server, "--dpop"));
    }
  }

  /** Where proofs are not accepted, a bound token is of no use, and no bearer token either. */
  @Test
  void boundTokenWhereNoneIsTaken_isRefused(@TempDir Path root) throws Exception {
    try (FileToolsServer server = server(root)) {
      Outcome outcome = call(server, "--dpop");
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.out()).isEmpty();
    }
  }
}
