package io.mcpauth.examples.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client where the authorization server is as strict as some real ones. */
class StrictServersTest {
  @TempDir @Nullable Path root;

  /** How a run ended, and what it said. */
  private record Outcome(int status, String out, String err, List<String> pages) {}

  @BeforeEach
  void write() throws Exception {
    Files.writeString(Objects.requireNonNull(root).resolve("known.txt"), "known text");
  }

  /** Keycloak and oidc-provider: it registers without scopes, and may have all. */
  @Test
  void clientsHeldToTheirScopes_ourClientReadsAndWrites() {
    try (FileToolsServer server = start("FILE_TOOLS_REGISTERED_SCOPES_ONLY", "true")) {
      assertReads(server);
      Outcome written =
          run(server, List.of("URL", "write_file", "{\"path\":\"new.txt\",\"content\":\"x\"}"));
      assertThat(written.status()).as(written.err()).isZero();
      assertThat(Objects.requireNonNull(root).resolve("new.txt")).hasContent("x");
    }
  }

  @Test
  void noClientDocuments_ourClientRegistersThoughItHasOne() {
    try (FileToolsServer server = start("FILE_TOOLS_CLIENT_METADATA", "false")) {
      Outcome outcome =
          run(
              server,
              List.of(
                  "--client-metadata-url",
                  "https://client.invalid/client.json",
                  "URL",
                  "read_file",
                  "{\"path\":\"known.txt\"}"));
      assertThat(outcome.status()).as(outcome.err()).isZero();
      assertThat(outcome.out()).contains("known text");
    }
  }

  /** Keycloak with the audience mapper in each scope that the policy names. */
  @Test
  void audienceByAMapperInEachScope_ourClientReads() {
    try (FileToolsServer server =
        start("FILE_TOOLS_AUDIENCE_SCOPES", "files:list,files:read,files:write")) {
      assertReads(server);
    }
  }

  /** The mapper is in a scope that this client is not asked for: no login helps. */
  @Test
  void audienceByAMapperInAnotherScope_endsAfterOneLoginAndSaysSo() {
    try (FileToolsServer server = start("FILE_TOOLS_AUDIENCE_SCOPES", "files:write")) {
      Outcome outcome = run(server, List.of("URL", "read_file", "{\"path\":\"known.txt\"}"));
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.err()).contains("the server takes none of the tokens (401)");
      assertThat(outcome.pages()).hasSize(1);
    }
  }

  private static void assertReads(FileToolsServer server) {
    Outcome outcome = run(server, List.of("URL", "read_file", "{\"path\":\"known.txt\"}"));
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("known text");
    assertThat(outcome.pages()).hasSize(1).allMatch(page -> page.startsWith("Done."));
  }

  private FileToolsServer start(String name, String value) {
    Map<String, String> environment =
        new HashMap<>(Map.of("FILE_TOOLS_PORT", "0", "FILE_TOOLS_AS_PORT", "0"));
    environment.put("FILE_TOOLS_ROOT", Objects.requireNonNull(root).toString());
    environment.put(name, value);
    return FileToolsServer.start(FileToolsSettings.from(environment));
  }

  private static Outcome run(FileToolsServer server, List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    all.set(all.indexOf("URL"), server.url());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PersonAtBrowser person =
        new PersonAtBrowser(Objects.requireNonNull(server.login()).editor(), "allow");
    int status =
        ClientMain.run(
            all, Map.of(), new PrintStream(out, true, UTF_8), new PrintStream(person, true, UTF_8));
    return new Outcome(status, out.toString(UTF_8), person.text(), person.lastPages());
  }
}
