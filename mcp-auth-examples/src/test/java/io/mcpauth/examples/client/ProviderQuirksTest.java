package io.mcpauth.examples.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.examples.client.ScriptedServers.Reply;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client makes of authorization servers that lose it, limit it, or want it otherwise. */
class ProviderQuirksTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, UTF_8);
  private final List<String> registrations = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> environment = new HashMap<>();

  /** Refuses the token request of that number, by grant type, with that error. */
  private ScriptedServers refusing(
      ScriptedServers servers, String grant, int from, int to, String error) {
    return servers.with(
        (path, parameters) -> {
          if (path.equals("/register")) {
            registrations.add(parameters);
          }
          if (path.equals("/token") && parameters.contains("grant_type=" + grant)) {
            asked.add(parameters);
            return asked.size() >= from && asked.size() <= to
                ? new Reply(401, "{\"error\":\"" + error + "\"}")
                : null;
          }
          return null;
        });
  }

  // cloudflare/workers-oauth-provider#201, openai/codex#29630.
  @Test
  void registrationThatTheServerLost_isMadeAnewOnce() {
    try (ScriptedServers servers = scripted()) {
      refusing(servers, "authorization_code", 1, 1, "invalid_client");
      assertThat(run(servers)).as(bytes.toString(UTF_8)).isZero();
      assertThat(registrations).hasSize(2);
      assertThat(servers.log)
          .filteredOn(line -> line.startsWith("authorize"))
          .containsExactly("authorize s", "authorize s");
    }
  }

  @Test
  void clientThatIsNeverKnown_isGivenUpAfterTheSecond() {
    try (ScriptedServers servers = scripted()) {
      refusing(servers, "authorization_code", 1, 99, "invalid_client");
      assertThat(run(servers)).isEqualTo(1);
      assertThat(bytes.toString(UTF_8)).contains("invalid_client");
      assertThat(registrations).hasSize(2);
    }
  }

  @Test
  void registrationThatIsLostBeforeARefresh_isMadeAnewWithALogin() {
    try (ScriptedServers servers =
        new ScriptedServers(
            (token, call) -> (token.equals("t1") && call == 2) || token.equals("t2") ? 200 : 401,
            true)) {
      refusing(servers, "refresh_token", 1, 99, "invalid_client");
      assertThat(run(servers)).as(bytes.toString(UTF_8)).isZero();
      assertThat(registrations).hasSize(2);
      assertThat(asked).hasSize(1);
    }
  }

  @Test
  void clientThatWasRegisteredByHand_isNeverRegisteredAnew() {
    environment.put("MCP_CLIENT_ID", "by-hand");
    try (ScriptedServers servers = scripted()) {
      refusing(servers, "authorization_code", 1, 99, "invalid_client");
      assertThat(run(servers)).isEqualTo(1);
      assertThat(registrations).isEmpty();
      assertThat(asked).hasSize(1);
    }
  }

  /** Keycloak and oidc-provider, where they hold a client to what it registered with. */
  @Test
  void serverThatHoldsTheClientToItsScopes_getsThemAllInAnotherRegistration() {
    try (ScriptedServers servers =
        new ScriptedServers(
            (token, call) -> call == 1 ? 401 : token.equals("t1") && call == 3 ? 403 : 200, true)) {
      limiting(servers);
      assertThat(run(servers)).as(bytes.toString(UTF_8)).isZero();
      assertThat(registrations).hasSize(2);
      assertThat(registrations.get(0)).doesNotContain("\"scope\"");
      assertThat(registrations.get(1)).contains("\"scope\":\"s more\"");
      assertThat(servers.log)
          .containsSubsequence("authorize s", "/authorize 302", "authorize s more", "tools/list");
    }
  }

  @Test
  void scopeThatNoRegistrationGets_isGivenUpAfterTheSecond() {
    try (ScriptedServers servers = scripted()) {
      servers.with(
          (path, parameters) -> {
            if (path.equals("/register")) {
              registrations.add(parameters);
            }
            return path.equals("/authorize") ? new Reply(302, "error=invalid_scope") : null;
          });
      assertThat(run(servers)).isEqualTo(1);
      assertThat(bytes.toString(UTF_8)).contains("invalid_scope");
      assertThat(registrations).hasSize(2);
    }
  }

  /** Whoever wrote down the issuer need not be told it by a server that says nothing. */
  @ParameterizedTest
  @ValueSource(strings = {"2025-03-26", "2025-11-25", "2026-07-28"})
  void configuredIssuer_isEnoughWhereTheServerHasNoMetadata(String revision) {
    try (ScriptedServers servers = scripted()) {
      environment.put("MCP_CLIENT_ISSUER", servers.origin());
      withoutMetadata(servers, 404);
      assertThat(run(servers, "--revision", revision)).as(bytes.toString(UTF_8)).isZero();
      assertThat(asked).isNotEmpty().allMatch(form -> form.contains("resource=" + servers.url()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 500, 503})
  void metadataThatCannotBeHad_areNotReplacedByTheConfiguredIssuer(int status) {
    try (ScriptedServers servers = scripted()) {
      environment.put("MCP_CLIENT_ISSUER", servers.origin());
      withoutMetadata(servers, status);
      assertThat(run(servers)).isEqualTo(1);
      assertThat(bytes.toString(UTF_8)).contains("RESOURCE_METADATA_UNAVAILABLE");
      assertThat(asked).isEmpty();
    }
  }

  @Test
  void noMetadataAndNoIssuer_isTheEnd() {
    try (ScriptedServers servers = scripted()) {
      withoutMetadata(servers, 404);
      assertThat(run(servers)).isEqualTo(1);
      assertThat(bytes.toString(UTF_8)).contains("RESOURCE_METADATA_ABSENT");
    }
  }

  // dust-tt/dust#22773, geelen/mcp-remote#357 (Entra).
  @Test
  void serverThatRefusesResourceAndWantsScopes_isAskedSo() {
    try (ScriptedServers servers =
        new ScriptedServers(
            (token, call) -> (token.equals("t1") && call == 2) || token.equals("t2") ? 200 : 401,
            true)) {
      servers.with(
          (path, parameters) -> {
            if (path.equals("/token") || path.equals("/authorize")) {
              asked.add(parameters);
            }
            return null;
          });
      assertThat(run(servers, "--without-resource", "--scopes-in-refresh"))
          .as(bytes.toString(UTF_8))
          .isZero();
      assertThat(asked).hasSize(3).noneMatch(parameters -> parameters.contains("resource="));
      assertThat(asked.get(2)).contains("grant_type=refresh_token").contains("scope=s");
    }
  }

  private static ScriptedServers scripted() {
    return new ScriptedServers((token, call) -> call > 1 ? 200 : 401, true);
  }

  /** Gives a client what it registered with, and one without scopes the first of them. */
  private void limiting(ScriptedServers servers) {
    servers.with(
        (path, parameters) -> {
          if (path.equals("/register")) {
            registrations.add(parameters);
          }
          boolean more = path.equals("/authorize") && parameters.contains("scope=s more");
          return more && !registrations.get(registrations.size() - 1).contains("more")
              ? new Reply(302, "error=invalid_scope")
              : null;
        });
  }

  private void withoutMetadata(ScriptedServers servers, int status) {
    servers.with(
        (path, parameters) -> {
          if (path.equals("/token")) {
            asked.add(parameters);
          }
          return path.startsWith("/.well-known/oauth-protected-resource")
              ? new Reply(status, "{}")
              : null;
        });
  }

  private int run(ScriptedServers servers, String... options) {
    List<String> arguments = new ArrayList<>(List.of(options));
    if (!arguments.contains("--revision")) {
      arguments.addAll(List.of("--revision", "2026-07-28"));
    }
    arguments.addAll(List.of("--follow-redirects", servers.url()));
    return ClientMain.run(arguments, environment, err, err);
  }
}
