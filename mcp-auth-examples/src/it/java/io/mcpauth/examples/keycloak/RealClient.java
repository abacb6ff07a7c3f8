package io.mcpauth.examples.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.FileToolsSettings;
import io.mcpauth.examples.client.ClientMain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The file-tools server with a realm of Keycloak as its issuer, and the command-line client. */
final class RealClient implements AutoCloseable {
  private final Keycloak keycloak;
  private final String realm;
  private final FileToolsServer server;

  /** How a run of the client ended, what it said, and where it sent its user. */
  record Outcome(int status, String out, String err, List<URI> requests) {}

  private RealClient(Keycloak keycloak, String realm, FileToolsServer server) {
    this.keycloak = keycloak;
    this.realm = realm;
    this.server = server;
  }

  /**
   * Starts the server.
   *
   * @param resource the URL that it has and is known by
   * @param policy the document
   */
  static RealClient at(Keycloak keycloak, String realm, URI resource, String policy, Path directory)
      throws IOException {
    Files.writeString(directory.resolve("known.txt"), "known text");
    Path file = Files.writeString(directory.resolve("policy.json"), policy);
    Map<String, String> environment =
        Map.of(
            "FILE_TOOLS_PORT", String.valueOf(resource.getPort()),
            "FILE_TOOLS_ROOT", directory.toString(),
            "MCP_AUTH_RESOURCE", resource.toString(),
            "MCP_AUTH_ISSUER", keycloak.issuer(realm),
            "MCP_AUTH_PROFILE", "keycloak",
            "MCP_AUTH_POLICY_FILE", file.toString());
    return new RealClient(
        keycloak, realm, FileToolsServer.start(FileToolsSettings.from(environment)));
  }

  /** A client that registers itself calls a tool. */
  Outcome call(String tool, String arguments) {
    return call(tool, arguments, null);
  }

  /**
   * A client calls a tool.
   *
   * @param scope the scopes that it registers with, as the TypeScript SDKs do with those of the
   *     first challenge; null for a client that registers without
   */
  Outcome call(String tool, String arguments, @Nullable String scope) {
    KeycloakUser user = new KeycloakUser(keycloak.password());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Map<String, String> identity =
        scope == null
            ? Map.of()
            : Map.of(
                "MCP_CLIENT_ID", keycloak.register(realm, KeycloakUser.REDIRECT_URI, scope),
                "MCP_CLIENT_ISSUER", keycloak.issuer(realm));
    int status =
        ClientMain.run(
            List.of(server.url(), tool, arguments),
            identity,
            user,
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8));
    return new Outcome(status, out.toString(UTF_8), err.toString(UTF_8), user.requests());
  }

  @Override
  public void close() {
    server.close();
  }
}
