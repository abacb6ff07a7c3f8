package io.mcpauth.examples.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from the environment, and what stops the start. */
class GuardSettingsTest {
  private static final Map<String, String> LEAST =
      Map.of(
          "TARGET_URL", "http://10.0.0.7:4000/mcp",
          "MCP_AUTH_ISSUER", "https://login.example.com",
          "MCP_AUTH_REQUIRED_SCOPES", "mcp");

  @TempDir Path directory;

  private static GuardSettings read(String... changes) {
    Map<String, String> environment = new HashMap<>(LEAST);
    for (int i = 0; i < changes.length; i += 2) {
      if (changes[i + 1].equals("-")) {
        environment.remove(changes[i]);
      } else {
        environment.put(changes[i], changes[i + 1]);
      }
    }
    return GuardSettings.from(environment);
  }

  @Test
  void leastSettings_haveDefaults() {
    GuardSettings settings = read("PATH", "/bin", "OTHER", "");
    assertThat(settings.port()).isEqualTo(3000);
    assertThat(settings.bind()).isEqualTo("loopback");
    assertThat(settings.targetTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(settings.identityHeaders()).isFalse();
    assertThat(settings.outgoing().kind()).isEqualTo(OutgoingSettings.Kind.NONE);
  }

  @Test
  void publicResource_isServedOnEveryAddress() {
    assertThat(read("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp").bind()).isEqualTo("all");
    assertThat(read("MCP_AUTH_RESOURCE", "http://127.0.0.1:3000/mcp").bind()).isEqualTo("loopback");
    assertThat(
            read("MCP_AUTH_RESOURCE", "https://mcp.example.com/mcp", "GUARD_BIND", "10.0.0.1")
                .bind())
        .isEqualTo("10.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://door.example.com", "https://door.example.com/"})
  void namesOfCasdoorsGuide_areEnoughWithTheScopes(String casdoor) {
    GuardSettings settings =
        GuardSettings.from(
            Map.of(
                "CASDOOR_URL", casdoor,
                "OAUTH_CLIENT_ID", "guard",
                "OAUTH_CLIENT_SECRET", "s",
                "OAUTH_SCOPES", "read:application write:application",
                "PORT", "8081",
                "MCP_AUTH_REQUIRED_SCOPES", "read:application"));
    assertThat(settings.target()).hasToString("https://door.example.com/api/mcp");
    assertThat(settings.issuers()).containsExactly("https://door.example.com");
    assertThat(settings.profile()).isEqualTo("casdoor");
    assertThat(settings.outgoing().kind()).isEqualTo(OutgoingSettings.Kind.CLIENT_CREDENTIALS);
    assertThat(settings.outgoing().scopes())
        .isEqualTo(List.of("read:application", "write:application"));
    assertThat(settings.toString() + settings.outgoing()).doesNotContain("clientSecret");
  }

  @Test
  void secretInAFile_isReadWithoutItsLineBreak() throws Exception {
    Path file = Files.writeString(directory.resolve("secret"), "from-file\n");
    GuardSettings settings =
        read("OAUTH_CLIENT_ID", "guard", "OAUTH_CLIENT_SECRET_FILE", file.toString());
    assertThat(settings.outgoing().clientSecret()).isEqualTo("from-file");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("TARGET_URL is not set", "TARGET_URL", "-"),
        mistake("TARGET_URL is no absolute http", "TARGET_URL", "localhost:4000"),
        mistake("TARGET_URL is no absolute http", "TARGET_URL", "ftp://host/mcp"),
        mistake("TARGET_URL has user-info", "TARGET_URL", "http://user:hidden@host/mcp"),
        mistake("TARGET_URL has user-info", "TARGET_URL", "http://host/mcp#part"),
        mistake("Neither MCP_AUTH_ISSUER nor CASDOOR_URL", "MCP_AUTH_ISSUER", "-"),
        mistake("Both MCP_AUTH_ISSUER and CASDOOR_URL", "CASDOOR_URL", "https://d.example"),
        mistake("Neither MCP_AUTH_POLICY_FILE", "MCP_AUTH_REQUIRED_SCOPES", "-"),
        mistake("Both MCP_AUTH_POLICY_FILE", "MCP_AUTH_POLICY_FILE", "policy.json"),
        mistake("MCP_AUTH_AUDIENC is not a setting", "MCP_AUTH_AUDIENC", "x"),
        mistake("GUARD_IDENTITY is not a setting", "GUARD_IDENTITY", "x"),
        mistake("PORT is empty", "PORT", " "),
        mistake("PORT is '70000'", "PORT", "70000"),
        mistake("GUARD_IDENTITY_HEADERS is 'yes'", "GUARD_IDENTITY_HEADERS", "yes"),
        mistake("GUARD_TARGET_TIMEOUT_SECONDS is '0'", "GUARD_TARGET_TIMEOUT_SECONDS", "0"),
        mistake("GUARD_CREDENTIAL is 'own'", "GUARD_CREDENTIAL", "own"),
        mistake("OAUTH_SCOPES means nothing", "OAUTH_SCOPES", "a b"),
        mistake("needs a client of its own", "GUARD_CREDENTIAL", "token_exchange"),
        mistake("needs a client of its own", "OAUTH_CLIENT_ID", "guard"),
        mistake(
            "OAUTH_CLIENT_ID means nothing", "OAUTH_CLIENT_ID", "x", "GUARD_CREDENTIAL", "none"),
        mistake(
            "OAUTH_CLIENT_SECRET and OAUTH_CLIENT_SECRET_FILE are both set",
            "OAUTH_CLIENT_SECRET",
            "hidden",
            "OAUTH_CLIENT_SECRET_FILE",
            "x"),
        mistake(
            "MCP_AUTH_PROFILE means nothing",
            "MCP_AUTH_ISSUER",
            "-",
            "CASDOOR_URL",
            "https://d.example",
            "MCP_AUTH_PROFILE",
            "keycloak"),
        mistake(
            "MCP_AUTH_ISSUER has several issuers",
            "MCP_AUTH_ISSUER",
            "https://a.example,https://b.example",
            "GUARD_CREDENTIAL",
            "token_exchange",
            "OAUTH_CLIENT_ID",
            "guard",
            "OAUTH_CLIENT_SECRET",
            "hidden"),
        mistake("OAUTH_CLIENT_SECRET_FILE is 'no-such'", "OAUTH_CLIENT_SECRET_FILE", "no-such"));
  }

  private static Arguments mistake(String message, String... changes) {
    return Arguments.of(message, changes);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistake_stopsTheStartAndSaysWhatToWrite(String message, String[] changes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(changes))
        .withMessageContaining(message)
        .withMessageMatching(".*(Write|Remove|Separate|Put) .*")
        .withMessageNotContaining("hidden");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Cookie", "X-API-Key", "X_Tenant", "X-Forwarded-For", "X-MCP-Auth-Subject"})
  void headerThatNoCallerMaySet_stopsTheStart(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RequestHeaders.with(List.of("X-Tenant", name)))
        .withMessageContaining("GUARD_PASS_HEADERS has '" + name + "'");
  }

  @Test
  void guardOfItself_stopsTheStart() {
    GuardSettings settings =
        read(
            "TARGET_URL", "http://localhost:1/mcp",
            "MCP_AUTH_RESOURCE", "http://localhost:1/mcp",
            "PORT", "0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GuardServer.start(settings))
        .withMessageContaining("would call itself");
  }
}
