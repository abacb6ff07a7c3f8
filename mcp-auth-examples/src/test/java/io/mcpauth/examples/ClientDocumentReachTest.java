package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.examples.authserver.Browser;
import io.mcpauth.examples.authserver.Login;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the embedded authorization server of the file tools gets at the documents of clients. */
class ClientDocumentReachTest {
  private static final String PATH = "/client.json";
  private static final String REDIRECT = "http://localhost:7777/callback";

  @TempDir Path directory;

  private PrivateNetwork network;

  @BeforeEach
  void start() throws Exception {
    network = new PrivateNetwork(directory);
  }

  @AfterEach
  void stop() throws Exception {
    network.close();
  }

  @Test
  void documentOfAPrivateAuthority_isFetchedWithTheTrustStoreAlone() {
    String client = publishedAt(network.origin());
    assertThat(opened(client, "MCP_AUTH_PROXY", "none").body()).contains("cannot be had");
    HttpResponse<String> page =
        opened(client, "MCP_AUTH_PROXY", "none", "MCP_AUTH_TRUST_STORE", network.trustStore());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<strong id=\"client-name\"><bdi>Published</bdi></strong>");
  }

  @Test
  void documentBehindAProxyThatRefusesPrivateAddresses_isFetchedThroughIt() {
    HttpResponse<String> page =
        opened(
            publishedAt(network.originBehindTheProxy()),
            "MCP_AUTH_PROXY",
            network.proxy(),
            "MCP_AUTH_PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF",
            "true",
            "MCP_AUTH_TRUST_STORE",
            network.trustStore());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<strong id=\"client-host\">app.example</strong>");
    assertThat(network.tunnels()).containsOnly("app.example:443");
  }

  @Test
  void documentBehindAProxyOfWhichNothingIsSaid_isNotAskedFor() {
    HttpResponse<String> page =
        opened(
            publishedAt(network.originBehindTheProxy()),
            "MCP_AUTH_PROXY",
            network.proxy(),
            "MCP_AUTH_TRUST_STORE",
            network.trustStore());
    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(network.tunnels()).isEmpty();
  }

  @Test
  void wrongSettingOfTheConnections_stopsTheStartWithItsName() {
    assertThatThrownBy(() -> started("MCP_AUTH_PROXY", "proxy.example.com").close())
        .hasMessageStartingWith("MCP_AUTH_PROXY (environment): ");
  }

  private String publishedAt(String origin) {
    String client = origin + PATH;
    network.answer(
        PATH,
        asked ->
            """
            {"client_id":"%s","client_name":"Published","redirect_uris":["%s"]}
            """
                .formatted(client, REDIRECT));
    return client;
  }

  /** The page that a user gets who has logged in: for consent, or for what is wrong. */
  private static HttpResponse<String> opened(String client, String... settings) {
    try (FileToolsServer server = started(settings)) {
      Login login = Objects.requireNonNull(server.login());
      String query =
          "?response_type=code&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
              + "&code_challenge_method=S256&scope=files:list&state=s&client_id="
              + encoded(client)
              + "&redirect_uri="
              + encoded(REDIRECT)
              + "&resource="
              + encoded(server.url());
      return new Browser()
          .open(
              URI.create(login.issuer() + "/oauth/authorize" + query),
              login.editor().user(),
              login.editor().password());
    }
  }

  private static FileToolsServer started(String... settings) {
    Map<String, String> environment =
        new HashMap<>(Map.of("FILE_TOOLS_PORT", "0", "FILE_TOOLS_AS_PORT", "0"));
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    return FileToolsServer.start(FileToolsSettings.from(environment));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
