package io.mcpauth.examples.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.examples.client.ClientSettings.Call;
import io.mcpauth.examples.client.ClientSettings.Grant;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private static final String URL = "https://mcp.example.com/mcp";
  private static final String JWT = "aaaa.bbbb.cccc";

  private static ClientSettings read(Map<String, String> environment, String... arguments) {
    return CommandLine.read(List.of(arguments), environment);
  }

  @Test
  void urlAlone_listsToolsForAUserWithTheRevisionOf2025() {
    ClientSettings settings = read(Map.of(), URL);
    assertThat(settings.url()).isEqualTo(URI.create(URL));
    assertThat(settings.call()).isNull();
    assertThat(settings.revision()).isEqualTo(Revision.R2025_11_25);
    assertThat(settings.grant()).isEqualTo(Grant.USER);
    assertThat(settings.redirectPort()).isZero();
    assertThat(settings.followRedirects()).isFalse();
    assertThat(settings.dpop()).isFalse();
    assertThat(settings.preRegistered()).isNull();
  }

  @Test
  void everyOption_isRead() {
    ClientSettings settings =
        read(
            Map.of(),
            "--revision",
            "2026-07-28",
            "--redirect-port",
            "8976",
            "--dpop",
            "--follow-redirects",
            "--without-resource",
            "--scopes-in-refresh",
            "--client-metadata-url",
            "https://app.example.com/client.json",
            URL,
            "read_file",
            "{\"path\":\"a\"}");
    assertThat(settings.revision()).isEqualTo(Revision.R2026_07_28);
    assertThat(settings.redirectPort()).isEqualTo(8976);
    assertThat(settings.dpop()).isTrue();
    assertThat(settings.provider()).isEqualTo(new ClientSettings.Provider(null, true, true));
    assertThat(settings.followRedirects()).isTrue();
    assertThat(settings.metadataUrl()).hasToString("https://app.example.com/client.json");
    assertThat(settings.call()).isEqualTo(new Call("read_file", "{\"path\":\"a\"}"));
  }

  @Test
  void toolNamedLikeAnOption_isATool() {
    assertThat(read(Map.of(), URL, "--dpop").call()).isEqualTo(new Call("--dpop", "{}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://mcp.example.com/mcp",
        "http:///mcp",
        "http://my_host/mcp",
        "ftp://mcp.example.com/mcp",
        "https://user:secret@mcp.example.com/mcp",
        "https://mcp.example.com/mcp#part",
        "file:///etc/passwd",
        "mcp.example.com",
        "https://",
        "no url"
      })
  void otherUrl_isRefusedWithoutRepeatingIt(String url) {
    assertThatThrownBy(() -> read(Map.of(), url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("https://mcp.example.com/mcp")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8080/mcp",
        "http://127.8.8.8/mcp",
        "http://[::1]:1/",
        "http://LOCALHOST/mcp"
      })
  void httpOnLoopback_isAccepted(String url) {
    assertThat(read(Map.of(), url).url()).isEqualTo(URI.create(url));
  }

  @ParameterizedTest
  @CsvSource({
    "--verbose, is unknown",
    "--revision|2024-11-05, is unknown",
    "--revision, needs a value",
    "--grant|password, is unknown",
    "--redirect-port|65536, is no port",
    "--redirect-port|-1, is no port",
    "--redirect-port|80a, is no port",
    "--dpop|--dpop, is there twice",
    "--client-metadata-url|http://app.example.com/c.json, is not https",
    "--client-metadata-url|https://app.example.com, has no path",
    "--grant|client-credentials, set MCP_CLIENT_ID",
    "--grant|enterprise, Set MCP_CLIENT_IDP_TOKEN_ENDPOINT",
    "--grant|workload, Set MCP_CLIENT_ASSERTION",
  })
  void mistakenOption_isRefusedWithTheFix(String options, String words) {
    String[] arguments =
        (options + (options.equals("--revision") ? "" : "|" + URL)).split("\\|", -1);
    assertThatThrownBy(() -> read(Map.of(), arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void nothing_isRefusedWithTheUsage() {
    assertThatThrownBy(() -> read(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(CommandLine.USAGE);
  }

  @Test
  void secretWithoutAnId_isRefused() {
    assertThatThrownBy(() -> read(Map.of("MCP_CLIENT_SECRET", "very-secret"), URL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("MCP_CLIENT_ID")
        .hasMessageNotContaining("very-secret");
  }

  @Test
  void wrongKeyAndWrongAssertion_areRefusedWithoutRepeatingThem() {
    Map<String, String> key = Map.of("MCP_CLIENT_ID", "me", "MCP_CLIENT_KEY", "very-secret");
    assertThatThrownBy(() -> read(key, URL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("very-secret");
    Map<String, String> assertion = Map.of("MCP_CLIENT_ASSERTION", "very-secret");
    assertThatThrownBy(() -> read(assertion, "--grant", "workload", URL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("very-secret");
  }

  @Test
  void credentials_areReadAndNotPrinted() {
    ClientSettings settings =
        read(
            Map.of(
                "MCP_CLIENT_ID", "me",
                "MCP_CLIENT_SECRET", "very-secret",
                "MCP_CLIENT_ISSUER", "https://login.example.com",
                "MCP_CLIENT_ID_TOKEN", JWT,
                "MCP_CLIENT_IDP_ISSUER", "https://idp.example.com",
                "MCP_CLIENT_IDP_CLIENT_ID", "me-there",
                "MCP_CLIENT_IDP_TOKEN_ENDPOINT", "https://idp.example.com/token"),
            "--grant",
            "enterprise",
            URL);
    ClientSettings.PreRegistered client = Objects.requireNonNull(settings.preRegistered());
    assertThat(client.secret()).isEqualTo("very-secret");
    assertThat(client.issuer()).isEqualTo("https://login.example.com");
    assertThat(settings.enterprise()).isNotNull();
    assertThat(settings + " " + client + " " + settings.enterprise())
        .doesNotContain("very-secret")
        .doesNotContain(JWT);
  }

  @Test
  void settingsOfAGuardInTheSameTerminal_areNoMistake() {
    Map<String, String> guard =
        Map.of(
            "MCP_AUTH_DEV", "true",
            "MCP_AUTH_POLICY_FILE", "policy.json",
            "GUARD_IDENTITY_HEADERS", "true",
            "TARGET_URL", "http://127.0.0.1:4000/mcp");
    assertThat(read(guard, URL).url()).isEqualTo(URI.create(URL));
  }
}
