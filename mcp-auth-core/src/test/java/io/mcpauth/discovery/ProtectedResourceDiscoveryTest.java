package io.mcpauth.discovery;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.mcpauth.error.ClientException;
import io.mcpauth.error.ClientException.Reason;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ProtectedResourceDiscoveryTest {
  private static final String INSERTED = "/.well-known/oauth-protected-resource/mcp";
  private static final String ROOT = "/.well-known/oauth-protected-resource";

  private final WireMockServer web =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));
  private final ProtectedResourceDiscovery discovery = ProtectedResourceDiscovery.create();
  private final AuthorizationServerDiscovery servers = new AuthorizationServerDiscovery();

  @BeforeEach
  void start() {
    web.start();
  }

  @AfterEach
  void stop() {
    servers.close();
    discovery.close();
    web.stop();
  }

  @Test
  void challengeUrl_isAskedFirstAndAlone() throws ClientException {
    serve("/elsewhere", document(mcp()));

    DiscoveredResource found = discovery.fetch(mcp(), challenge(origin() + "/elsewhere"));

    assertThat(found.resource()).isEqualTo(mcp());
    assertThat(found.authorizationServers()).containsExactly(origin() + "/as");
    assertThat(found.scopesSupported()).containsExactly("a", "b");
    assertThat(asked()).containsExactly("/elsewhere");
  }

  /** RFC 9728 section 2. */
  @Test
  void serverThatTakesBoundTokensAlone_saysSo() throws ClientException {
    serve(INSERTED, document(mcp()));
    assertThat(discovery.fetch(mcp(), null).dpopRequired()).isFalse();
    String bound = "\"dpop_bound_access_tokens_required\":";
    serve(INSERTED, document(mcp()).replaceFirst("\\{", "{" + bound + "true,"));
    assertThat(discovery.fetch(mcp(), null).dpopRequired()).isTrue();
    serve(INSERTED, document(mcp()).replaceFirst("\\{", "{" + bound + "\"true\","));
    assertThat(discovery.fetch(mcp(), null).dpopRequired()).isFalse();
  }

  @Test
  void withoutChallenge_pathComesBeforeRoot() throws ClientException {
    serve(ROOT, document(URI.create(origin())));

    assertThat(discovery.fetch(mcp(), null).resource()).hasToString(origin());
    assertThat(asked()).containsExactly(INSERTED, ROOT);
  }

  @Test
  void documentAtThePath_isEnough() throws ClientException {
    serve(INSERTED, document(mcp()));
    serve(ROOT, document(URI.create(origin())));

    assertThat(discovery.fetch(mcp(), null).resource()).isEqualTo(mcp());
    assertThat(asked()).containsExactly(INSERTED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example.com/mcp",
        "ORIGIN/mcp-evil",
        "ORIGIN/mc",
        "ORIGIN/mcp/deeper",
        "ORIGIN/mcp#x",
        "ORIGIN/mcp?x=1",
        "ORIGIN/MCP",
        "ORIGIN/mcp/../other",
        "http://user@HOST/mcp",
        "mcp",
        "urn:mcp",
      })
  void otherResource_isRefusedAndNoOtherPlaceAsked(String resource) {
    String named = resource.replace("ORIGIN", origin()).replace("HOST", "127.0.0.1:" + web.port());
    serve(INSERTED, "{\"resource\":\"" + named + "\",\"authorization_servers\":[\"x\"]}");

    assertThat(refused(null).reason()).isEqualTo(Reason.RESOURCE_MISMATCH);
    assertThat(asked()).containsExactly(INSERTED);
  }

  @Test
  void resourceAbove_isAccepted() {
    for (String above : List.of("https://M.test:443", "https://m.test/", "https://m.test/mcp/")) {
      assertThat(ResourceMatch.of(URI.create("https://m.test/mcp"), above)).hasToString(above);
    }
    assertThat(ResourceMatch.of(URI.create("https://m.test/mcp"), "http://m.test/mcp")).isNull();
    assertThat(ResourceMatch.of(URI.create("https://m.test/mcp"), null)).isNull();
  }

  @Test
  void nothingButA404_isAbsent() {
    assertThat(refused(null).reason()).isEqualTo(Reason.RESOURCE_METADATA_ABSENT);
  }

  @Test
  void outage_isNotAbsent() {
    List<ResponseDefinitionBuilder> answers =
        List.of(
            aResponse().withStatus(500),
            aResponse().withStatus(302).withHeader("Location", origin() + ROOT),
            aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
            aResponse().withBody("<html>"),
            aResponse().withBody("{\"resource\":1,\"resource\":2}"),
            aResponse().withBody(" ".repeat(51 * 1024)));
    for (ResponseDefinitionBuilder answer : answers) {
      web.stubFor(get(urlEqualTo(INSERTED)).willReturn(answer));
      assertThat(refused(null).reason()).isEqualTo(Reason.RESOURCE_METADATA_UNAVAILABLE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "\"https://i.test\"", "[1]"})
  void noAuthorizationServer_isRefused(String servers) {
    serve(INSERTED, "{\"resource\":\"" + mcp() + "\",\"authorization_servers\":" + servers + "}");

    assertThat(refused(null).reason()).isEqualTo(Reason.AUTHORIZATION_SERVER_UNNAMED);
  }

  /** CVE-2025-6514 and CVE-2026-45609: a public server names it. */
  @ParameterizedTest
  @CsvSource({
    "file:///etc/passwd, URL_NOT_ACCEPTED",
    "http://127.0.0.1:1/x, URL_NOT_ACCEPTED",
    "http://m.test/x, URL_NOT_ACCEPTED",
    "gopher://m.test/x, URL_NOT_ACCEPTED",
  })
  void challengeUrlOfAPublicServer_mayNotLeadElsewhere(String url, Reason reason) {
    ClientException refusal =
        catchThrowableOfType(
            ClientException.class,
            () -> discovery.fetch(URI.create("https://m.test/mcp"), challenge(url)));

    assertThat(refusal.reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://127.0.0.1:PORT/x", "https://localhost:PORT/x", "https://169.254.169.254"})
  void privateAddressNamedByAPublicServer_isNotConnected(String url) {
    URI named = URI.create(url.replace("PORT", String.valueOf(web.port())));

    ClientException refusal =
        catchThrowableOfType(
            ClientException.class,
            () ->
                discovery.fetch(
                    URI.create("https://mcp.invalid/mcp"), challenge(named.toString())));

    assertThat(refusal.reason()).isEqualTo(Reason.RESOURCE_METADATA_UNAVAILABLE);
    assertThat(refusal).hasMessageContaining("ADDRESS_REFUSED");
  }

  /** It is connected, and speaks no TLS. */
  @Test
  void privateAddressNamedByAPublicServer_isConnectedWhereTheOperatorSaysSo() {
    String url = "https://127.0.0.1:" + web.port() + "/x";
    try (ProtectedResourceDiscovery mixed =
        ProtectedResourceDiscovery.allowingServersToNamePrivateAddresses()) {
      ClientException refusal =
          catchThrowableOfType(
              ClientException.class,
              () -> mixed.fetch(URI.create("https://mcp.invalid/mcp"), challenge(url)));

      assertThat(refusal).hasMessageContaining("TLS").hasMessageNotContaining("ADDRESS_REFUSED");
    }
  }

  @Test
  void authorizationServerInsideOfAPublicServer_isNotConnected() throws Exception {
    String issuer = "https://127.0.0.1:" + web.port();
    DiscoveredResource resource =
        new DiscoveredResource(
            URI.create("https://m.test/mcp"),
            URI.create("https://m.test/mcp"),
            List.of(issuer),
            null,
            false,
            URI.create("https://m.test" + INSERTED),
            InetAddress.getByName("8.8.8.8"),
            false);

    ClientException refusal =
        catchThrowableOfType(ClientException.class, () -> servers.fetchNamedBy(resource, issuer));

    assertThat(refusal.reason()).isEqualTo(Reason.AUTHORIZATION_SERVER_UNAVAILABLE);
    assertThat(refusal).hasMessageContaining("ADDRESS_REFUSED");
  }

  @Test
  void namedAuthorizationServer_isFoundWithItsIssuerOnly() throws ClientException {
    serve(INSERTED, document(mcp()));
    DiscoveredResource resource = discovery.fetch(mcp(), null);
    String place = "/.well-known/oauth-authorization-server/as";
    serve(place, "{\"issuer\":\"https://attacker.example.com\"}");

    assertThat(refusedServer(resource, origin() + "/as"))
        .isEqualTo(Reason.AUTHORIZATION_SERVER_UNAVAILABLE);
    assertThat(refusedServer(resource, origin() + "/as/"))
        .isEqualTo(Reason.AUTHORIZATION_SERVER_UNNAMED);

    serve(place, "{\"issuer\":\"" + origin() + "/as\"}");
    assertThat(servers.fetchNamedBy(resource, origin() + "/as").metadata().issuer())
        .isEqualTo(origin() + "/as");
  }

  @Test
  void fallbackOf20250326_takesTheOriginsMetadataOrTheDefaults() throws ClientException {
    AuthorizationServerMetadata defaults = servers.fetchAtOriginOf(mcp()).metadata();
    assertThat(defaults.authorizationEndpoint()).isEqualTo(origin() + "/authorize");
    assertThat(defaults.tokenEndpoint()).isEqualTo(origin() + "/token");
    assertThat(defaults.registrationEndpoint()).isEqualTo(origin() + "/register");
    ClientReadiness.requireForAuthorizationCode(defaults);

    serve(
        "/.well-known/oauth-authorization-server",
        "{\"issuer\":\"" + origin() + "\",\"token_endpoint\":\"" + origin() + "/t\"}");
    assertThat(servers.fetchAtOriginOf(mcp()).metadata().tokenEndpoint())
        .isEqualTo(origin() + "/t");
  }

  @Test
  void fallbackOf20250326_isNotForAServerThatIsDownOrLies() {
    web.stubFor(
        get(urlEqualTo("/.well-known/oauth-authorization-server"))
            .willReturn(aResponse().withStatus(503)));
    assertThat(fallbackRefused()).isEqualTo(Reason.AUTHORIZATION_SERVER_UNAVAILABLE);

    serve("/.well-known/oauth-authorization-server", "{\"issuer\":\"https://other.test\"}");
    assertThat(fallbackRefused()).isEqualTo(Reason.AUTHORIZATION_SERVER_UNAVAILABLE);
  }

  private Reason fallbackRefused() {
    return catchThrowableOfType(ClientException.class, () -> servers.fetchAtOriginOf(mcp()))
        .reason();
  }

  private Reason refusedServer(DiscoveredResource resource, String issuer) {
    return catchThrowableOfType(ClientException.class, () -> servers.fetchNamedBy(resource, issuer))
        .reason();
  }

  private ClientException refused(@Nullable BearerChallenge challenge) {
    return catchThrowableOfType(ClientException.class, () -> discovery.fetch(mcp(), challenge));
  }

  private void serve(String path, String json) {
    web.stubFor(get(urlEqualTo(path)).willReturn(okJson(json)));
  }

  private String document(URI resource) {
    return "{\"resource\":\""
        + resource
        + "\",\"authorization_servers\":[\""
        + origin()
        + "/as\"],\"scopes_supported\":[\"a\",\"b\"]}";
  }

  private List<String> asked() {
    return web.getAllServeEvents().stream()
        .map(event -> event.getRequest().getUrl())
        .sorted((a, b) -> Integer.compare(b.length(), a.length()))
        .toList();
  }

  private static BearerChallenge challenge(String url) {
    return BearerChallenge.of(List.of("Bearer resource_metadata=\"" + url + "\"")).orElseThrow();
  }

  private String origin() {
    return "http://127.0.0.1:" + web.port();
  }

  private URI mcp() {
    return URI.create(origin() + "/mcp");
  }
}
