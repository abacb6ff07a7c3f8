package io.mcpauth.token;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.ClientCredentials;
import io.mcpauth.client.TokenClient;
import io.mcpauth.client.TokenEndpoint;
import io.mcpauth.client.TokenTarget;
import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.BearerChallenge;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.discovery.DiscoveredResource;
import io.mcpauth.discovery.ProtectedResourceDiscovery;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.AddressPolicy;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.PrivateAuthority;
import io.mcpauth.internal.http.ProxyServer;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.outbound.EgressProxy;
import io.mcpauth.outbound.OutboundConnections;
import io.mcpauth.store.Store;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider with a certificate of a private authority, at this machine or behind a proxy. */
class ReachingTest {
  private static final String NAME = "login.right.example";
  private static final String TOKEN = "{\"access_token\":\"t0ken\",\"token_type\":\"Bearer\"}";

  @TempDir static Path directory;

  private static PrivateAuthority authority; // a process for each step: made once
  private HttpsServer provider;

  @BeforeAll
  static void makeAuthority() throws Exception {
    authority = PrivateAuthority.in(directory, "dns:" + NAME + ",dns:localhost,dns:mcp.invalid");
  }

  @BeforeEach
  void start() throws Exception {
    provider = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    provider.setHttpsConfigurator(new HttpsConfigurator(authority.server()));
    provider.start();
  }

  @AfterEach
  void stop() {
    provider.stop(0);
  }

  @Test
  void issuerOfAPrivateAuthority_isTrustedThroughTheTrustStore() throws Exception {
    String issuer = "https://localhost:" + provider.getAddress().getPort();
    serve(issuer);
    for (OutboundConnections trusting :
        List.of(
            direct().trustStore(authority.pem(), null).build(),
            direct().trustStore(authority.store(), authority.password()).build())) {
      assertThat(keys(issuer, trusting)).hasSize(1);
    }
  }

  /** Reported of self-signed and private authorities in many projects. */
  @Test
  void issuerOfAnUnknownAuthority_isToldAsThatWithTheSetting() throws Exception {
    String issuer = "https://localhost:" + provider.getAddress().getPort();
    serve(issuer);

    AuthException refusal =
        catchThrowableOfType(AuthException.class, () -> keys(issuer, direct().build()));
    assertThat(refusal.facts().values())
        .isNotEmpty()
        .allMatch(fact -> fact.startsWith("TLS (SunCertPathBuilderException)"))
        .allMatch(fact -> fact.endsWith("set MCP_AUTH_TRUST_STORE"));
    assertThat(firstWarning(issuer, direct().build()))
        .contains("trust its authority with MCP_AUTH_TRUST_STORE")
        .doesNotContain("letter by letter");
  }

  // https://github.com/micronaut-projects/micronaut-security/issues/1048
  // https://github.com/spring-projects/spring-security/issues/10686
  // https://github.com/openai/codex/issues/22667
  @Test
  void providerBehindAnEgressProxy_isReachedForMetadataKeysAndTokensAlike() throws Exception {
    String issuer = "https://" + NAME;
    serve(issuer);
    try (ProxyServer proxy =
        ProxyServer.withCredentials(provider.getAddress().getPort(), "me:s3cret")) {
      OutboundConnections through =
          OutboundConnections.builder()
              .proxy(EgressProxy.at(proxy.url()).withCredentials("me", "s3cret"))
              .trustStore(authority.pem(), null)
              .build();
      assertThat(keys(issuer, through)).hasSize(1);
      try (ClientCredentials own =
          new ClientCredentials(
              TokenEndpoint.discovered(issuer, ClientAuthentication.secretBasic("c", "s"), through),
              TokenTarget.unnamed())) {
        assertThat(own.token().value()).isEqualTo("t0ken");
      }
      assertThat(proxy.requests())
          .hasSize(4)
          .allMatch(request -> request.startsWith("CONNECT " + NAME + ":443 HTTP/1.1\r\n"));
    }
  }

  /** CVE-2026-45609: whoever runs an MCP server would have the proxy reach what it likes. */
  @Test
  void whatAnMcpServerNames_goesThroughAProxyOnlyWhereThatRefusesPrivateAddresses()
      throws Exception {
    String issuer = "https://" + NAME;
    serve(issuer);
    DiscoveredResource resource = naming(issuer, "https://m.test", "8.8.8.8");
    try (ProxyServer proxy = ProxyServer.to(provider.getAddress().getPort());
        AuthorizationServerDiscovery open = discovery(EgressProxy.at(proxy.url()));
        AuthorizationServerDiscovery closed =
            discovery(EgressProxy.at(proxy.url()).refusingPrivateAddressesByItself())) {
      assertThat(
              catchThrowableOfType(
                  ClientException.class, () -> open.fetchNamedBy(resource, issuer)))
          .hasMessageContaining("ADDRESS_REFUSED");
      assertThat(proxy.requests()).isEmpty();
      assertThat(open.fetch(issuer).steered()).isFalse();

      DiscoveredMetadata found = closed.fetchNamedBy(resource, issuer);
      assertThat(found.steered()).isTrue();
      assertThat(open.fetchAtOriginOf(URI.create(issuer + "/mcp")).steered()).isTrue();
      int before = proxy.requests().size();
      try (TokenClient client = client(found, proxy)) {
        assertThat(
                catchThrowableOfType(
                    ClientException.class, () -> client.clientCredentials(TokenTarget.unnamed())))
            .hasMessageContaining("ADDRESS_REFUSED");
      }
      assertThat(proxy.requests()).hasSize(before);
    }
  }

  /** Who runs it runs the inside as well, or is the user. */
  @Test
  void whatAnMcpServerInsideNames_goesThroughAnyProxy() throws Exception {
    String issuer = "https://" + NAME;
    serve(issuer);
    for (DiscoveredResource resource :
        List.of(
            naming(issuer, "https://m.test", "10.1.2.3"),
            naming(issuer, "http://localhost:8080", "127.0.0.1"))) {
      try (ProxyServer proxy = ProxyServer.to(provider.getAddress().getPort());
          AuthorizationServerDiscovery open = discovery(EgressProxy.at(proxy.url()));
          TokenClient client = client(open.fetchNamedBy(resource, issuer), proxy)) {
        assertThat(client.clientCredentials(TokenTarget.unnamed()).accessToken().value())
            .isEqualTo("t0ken");
        assertThat(proxy.requests()).hasSize(2);
      }
    }
  }

  /** The name is known to the proxy alone. */
  @Test
  void fallbackOf20250326_isThereBehindAProxyToo() throws Exception {
    answer("/token", TOKEN); // and a 404 wherever metadata are looked for
    try (ProxyServer proxy = ProxyServer.to(provider.getAddress().getPort());
        AuthorizationServerDiscovery open = discovery(EgressProxy.at(proxy.url()))) {
      DiscoveredMetadata found = open.fetchAtOriginOf(URI.create("https://mcp.invalid/mcp"));
      assertThat(found.address()).isSameAs(AddressPolicy.BEYOND_A_PROXY);
      try (TokenClient client = client(found, proxy)) {
        assertThat(client.clientCredentials(TokenTarget.unnamed()).accessToken().value())
            .isEqualTo("t0ken");
      }
      assertThat(proxy.requests())
          .hasSize(3)
          .allMatch(request -> request.startsWith("CONNECT mcp.invalid:443 "));
    }
  }

  @Test
  void metadataThatAnMcpServerNames_isNotAskedForThroughAProxyThatReachesTheInside()
      throws Exception {
    BearerChallenge challenge =
        BearerChallenge.of(List.of("Bearer resource_metadata=\"https://intranet.right.example/x\""))
            .orElseThrow();
    URI mcp = URI.create("https://mcp.right.example/mcp");
    try (ProxyServer proxy = ProxyServer.to(1);
        ProtectedResourceDiscovery discovery =
            ProtectedResourceDiscovery.create(
                OutboundConnections.builder().proxy(EgressProxy.at(proxy.url())).build())) {
      assertThat(catchThrowableOfType(ClientException.class, () -> discovery.fetch(mcp, challenge)))
          .hasMessageContaining("ADDRESS_REFUSED");
      assertThat(proxy.requests())
          .hasSize(2)
          .allMatch(request -> request.startsWith("CONNECT mcp.right.example:443 "));
    }
    try (ProxyServer proxy = ProxyServer.to(1);
        ProtectedResourceDiscovery mixed =
            ProtectedResourceDiscovery.allowingServersToNamePrivateAddresses(
                OutboundConnections.builder().proxy(EgressProxy.at(proxy.url())).build())) {
      assertThat(catchThrowableOfType(ClientException.class, () -> mixed.fetch(mcp, challenge)))
          .hasMessageNotContaining("ADDRESS_REFUSED");
      assertThat(proxy.requests().get(0)).startsWith("CONNECT intranet.right.example:443 ");
    }
  }

  private static DiscoveredResource naming(String issuer, String mcp, String address)
      throws Exception {
    return new DiscoveredResource(
        URI.create(mcp + "/mcp"),
        URI.create(mcp + "/mcp"),
        List.of(issuer),
        null,
        false,
        URI.create(mcp + "/.well-known/oauth-protected-resource/mcp"),
        InetAddress.getByName(address),
        false);
  }

  private TokenClient client(DiscoveredMetadata server, ProxyServer proxy) throws Exception {
    OutboundConnections through =
        OutboundConnections.builder()
            .proxy(EgressProxy.at(proxy.url()))
            .trustStore(authority.pem(), null)
            .build();
    return TokenClient.of(
        server, ClientAuthentication.secretBasic("c", "s"), null, Clock.systemUTC(), through);
  }

  private AuthorizationServerDiscovery discovery(EgressProxy proxy) {
    return new AuthorizationServerDiscovery(
        OutboundConnections.builder().proxy(proxy).trustStore(authority.pem(), null).build());
  }

  @Test
  void proxyThatAsksForCredentials_isToldAsThat() throws Exception {
    try (ProxyServer proxy = ProxyServer.withCredentials(1, "me:s3cret")) {
      OutboundConnections through =
          OutboundConnections.builder().proxy(EgressProxy.at(proxy.url())).build();
      assertThat(firstWarning("https://" + NAME, through))
          .contains("PROXY: the proxy asks for credentials (407)", "MCP_AUTH_PROXY")
          .doesNotContain("letter by letter");
      ClientException refusal =
          catchThrowableOfType(
              ClientException.class,
              () -> {
                try (AuthorizationServerDiscovery discovery =
                    new AuthorizationServerDiscovery(through)) {
                  discovery.fetch("https://" + NAME);
                }
              });
      assertThat(refusal).hasMessageContaining("407");
    }
  }

  @Test
  void proxyThatIsDown_isToldAsThatAndNotAsAnIssuer() throws Exception {
    OutboundConnections through =
        OutboundConnections.builder().proxy(EgressProxy.at("http://127.0.0.1:1")).build();
    assertThat(firstWarning("https://" + NAME, through))
        .contains("PROXY: the proxy cannot be reached", "MCP_AUTH_PROXY", "HTTPS_PROXY")
        .doesNotContain("letter by letter");
  }

  // https://github.com/spring-projects/spring-security/issues/19456
  @Test
  void slowKeySet_isWaitedForAsLongAsConfigured() throws Exception {
    String key = new RSAKeyGenerator(2048).keyID("k").generate().toPublicJWK().toJSONString();
    try (WebServer web = new WebServer()) {
      web.answer("/jwks", aResponse().withBody("{\"keys\":[" + key + "]}").withFixedDelay(1500));
      AuthorizationServer server =
          AuthorizationServer.of(web.origin()).withJwksUri(web.origin() + "/jwks");

      assertThat(keys(server, direct().timeout(Duration.ofSeconds(60)).build())).hasSize(1);
      AuthException refusal =
          catchThrowableOfType(
              AuthException.class,
              () -> keys(server, direct().timeout(Duration.ofSeconds(1)).build()));
      assertThat(refusal.facts().get("problem"))
          .isEqualTo("TIMEOUT: MCP_AUTH_OUTBOUND_TIMEOUT_SECONDS allows more");
    }
  }

  private static OutboundConnections.Builder direct() {
    return OutboundConnections.builder().withoutProxy();
  }

  private void serve(String issuer) throws Exception {
    String key = new RSAKeyGenerator(2048).keyID("k").generate().toPublicJWK().toJSONString();
    answer(
        "/.well-known/oauth-authorization-server",
        "{\"issuer\":\"I\",\"jwks_uri\":\"I/jwks\",\"token_endpoint\":\"I/token\"}"
            .replace("\"I", "\"" + issuer));
    answer("/jwks", "{\"keys\":[" + key + "]}");
    answer("/token", TOKEN);
  }

  private void answer(String path, String body) {
    provider.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  private static List<?> keys(String issuer, OutboundConnections connections) {
    return keys(AuthorizationServer.of(issuer), connections);
  }

  private static List<?> keys(AuthorizationServer server, OutboundConnections connections) {
    try (OutboundHttp http = new OutboundHttp(connections, 4);
        AuthorizationServerDiscovery discovery = new AuthorizationServerDiscovery(connections)) {
      return new KeysFetch(server, http, discovery).get();
    }
  }

  private static String firstWarning(String issuer, OutboundConnections connections)
      throws InterruptedException {
    BlockingQueue<Authenticator.SetupNote> notes = new LinkedBlockingQueue<>();
    try (Authenticator authenticator =
        new Authenticator(
            new Authenticator.Expectations(
                List.of(AuthorizationServer.of(issuer)),
                ResourceIdentifier.of("https://mcp.example.com/mcp"),
                ResourceIdentifier.of("https://mcp.example.com/mcp"),
                Duration.ofSeconds(60),
                Duration.ofDays(30),
                1_000_000,
                connections,
                List.of(),
                Store.inMemory()),
            Clock.systemUTC())) {
      authenticator.checkSetup(notes::add);
      return Stream.generate(() -> next(notes))
          .filter(Authenticator.SetupNote::warning)
          .findFirst()
          .orElseThrow()
          .text();
    }
  }

  private static Authenticator.SetupNote next(BlockingQueue<Authenticator.SetupNote> notes) {
    try {
      Authenticator.SetupNote note = notes.poll(60, TimeUnit.SECONDS);
      assertThat(note).isNotNull();
      return note;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
