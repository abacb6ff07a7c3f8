package io.mcpauth.examples.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import io.mcpauth.examples.authserver.Login;
import io.mcpauth.examples.foreign.SpringProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The client and the file tools with an authorization server that is not the library's. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ForeignProviderTest {
  private static final Login.Account EDITOR = new Login.Account("ada", "correct horse", false);
  private static final Login.Account GUEST = new Login.Account("bob", "correct horse", false);

  @TempDir @Nullable Path root;

  private int port;
  private @Nullable SpringProvider provider;

  private record Outcome(int status, String out, String err) {}

  @BeforeEach
  void start() throws Exception {
    Files.writeString(Objects.requireNonNull(root).resolve("known.txt"), "known text");
    // Each has to know the URL of the other before it starts.
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Map<String, String> scopes = new LinkedHashMap<>();
    scopes.put("files:list", "See names");
    scopes.put("files:read", "Read");
    scopes.put("files:write", "Write");
    provider =
        SpringProvider.start(
            new SpringProvider.Settings(
                0,
                List.of(
                    new SpringProvider.Account(EDITOR.user(), EDITOR.password(), Set.of("editor")),
                    new SpringProvider.Account(GUEST.user(), GUEST.password(), Set.of())),
                scopes,
                Set.of("http://localhost:" + port + "/mcp"),
                Duration.ofMinutes(5)));
  }

  @AfterEach
  void stop() {
    Objects.requireNonNull(provider).close();
  }

  private FileToolsServer server(String... pairs) {
    Map<String, String> environment = new HashMap<>();
    environment.put("FILE_TOOLS_PORT", Integer.toString(port));
    environment.put("FILE_TOOLS_ROOT", Objects.requireNonNull(root).toString());
    environment.put("MCP_AUTH_ISSUER", Objects.requireNonNull(provider).issuer());
    for (int i = 0; i < pairs.length; i += 2) {
      environment.put(pairs[i], pairs[i + 1]);
    }
    return FileToolsServer.start(FileToolsSettings.from(environment));
  }

  private static Outcome call(FileToolsServer server, Login.Account account, String... call) {
    List<String> all = new ArrayList<>(List.of(server.url()));
    all.addAll(List.of(call));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PersonAtBrowser person = new PersonAtBrowser(account, "allow");
    int status =
        ClientMain.run(
            all, Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(person, true, UTF_8));
    return new Outcome(status, out.toString(UTF_8), person.text());
  }

  @Test
  void clientThatRegisters_readsAndWrites() {
    try (FileToolsServer server = server()) {
      Outcome read = call(server, EDITOR, "read_file", "{\"path\":\"known.txt\"}");
      assertThat(read.status()).as(read.err()).isZero();
      assertThat(read.out()).contains("known text");
      Outcome written =
          call(server, EDITOR, "write_file", "{\"path\":\"new.txt\",\"content\":\"x\"}");
      assertThat(written.status()).as(written.err()).isZero();
      assertThat(Objects.requireNonNull(root).resolve("new.txt")).hasContent("x");
    }
  }

  @Test
  void userWithoutTheRole_isRefused() {
    try (FileToolsServer server = server()) {
      Outcome refused = call(server, GUEST, "delete_file", "{\"path\":\"known.txt\"}");
      assertThat(refused.status()).isEqualTo(1);
      assertThat(Objects.requireNonNull(root).resolve("known.txt")).exists();
    }
  }

  @Test
  void boundTokens_areTakenWithTheirProofs() {
    try (FileToolsServer server = server("MCP_AUTH_DPOP", "required")) {
      Outcome read = call(server, EDITOR, "read_file", "{\"path\":\"known.txt\"}");
      assertThat(read.status()).as(read.err()).isZero();
      assertThat(read.out()).contains("known text");
    }
  }
}
