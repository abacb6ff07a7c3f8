package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.AddressPolicy.NAMED_BY_A_PUBLIC_SERVER;
import static io.mcpauth.internal.http.AddressPolicy.OPERATOR_CONFIGURED;
import static io.mcpauth.internal.http.AddressPolicy.PUBLIC_ONLY;
import static io.mcpauth.internal.http.OutboundException.Reason.ADDRESS_REFUSED;
import static io.mcpauth.internal.http.OutboundException.Reason.PROXY;
import static io.mcpauth.internal.http.OutboundException.Reason.SCHEME_REFUSED;
import static io.mcpauth.internal.http.OutboundException.Reason.TIMEOUT;
import static io.mcpauth.internal.http.OutboundException.Reason.TLS;
import static io.mcpauth.internal.http.OutboundException.Reason.TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.RecordedLog;
import io.mcpauth.outbound.EgressProxy;
import io.mcpauth.outbound.OutboundConnections;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One test changes system properties, so it runs alone. */
@Isolated
class OutboundProxyTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  @TempDir static Path directory;

  private static @Nullable PrivateAuthority authority;
  private final RecordedLog log = new RecordedLog();

  @BeforeAll
  static void makeCertificates() throws Exception {
    authority = PrivateAuthority.in(directory, "dns:right.example,ip:10.1.2.3");
  }

  // https://github.com/micronaut-projects/micronaut-security/issues/1048
  // https://github.com/spring-projects/spring-security/issues/10686
  // https://github.com/openai/codex/issues/22667
  @Test
  void operatorsHost_isReachedThroughTheProxyThatResolvesItsName() throws Exception {
    try (RawServer server = tls(OK);
        ProxyServer proxy = ProxyServer.to(server.port());
        OutboundHttp http = client(EgressProxy.at(proxy.url()))) {
      OutboundResponse response = http.get(right(), OPERATOR_CONFIGURED, Map.of("X-A", "b"));

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.remoteAddress()).isSameAs(AddressPolicy.BEYOND_A_PROXY);
      assertThat(proxy.requests())
          .containsExactly("CONNECT right.example:443 HTTP/1.1\r\nHost: right.example:443\r\n\r\n");
    }
  }

  @Test
  void credentials_areForTheProxyAlone() throws Exception {
    try (RawServer server = tls(OK);
        ProxyServer proxy = ProxyServer.withCredentials(server.port(), "me:s3cret:x");
        OutboundHttp http = client(EgressProxy.at(proxy.url()).withCredentials("me", "s3cret:x"))) {
      assertThat(http.get(right(), OPERATOR_CONFIGURED, Map.of()).status()).isEqualTo(200);
      assertThat(seen).doesNotContain("Proxy-Authorization").doesNotContain("s3cret");
    }
  }

  @Test
  void missingOrWrongCredentials_areToldApartAndNotShown() throws Exception {
    try (ProxyServer proxy = ProxyServer.withCredentials(1, "me:other");
        OutboundHttp none = client(EgressProxy.at(proxy.url()));
        OutboundHttp wrong = client(EgressProxy.at(proxy.url()).withCredentials("me", "s3cret"))) {
      OutboundException asked =
          Clients.failure(() -> none.get(right(), OPERATOR_CONFIGURED, Map.of()));
      assertThat(asked.reason()).isEqualTo(PROXY);
      assertThat(asked.inWords()).isEqualTo("PROXY: the proxy asks for credentials (407)");
      OutboundException refused =
          Clients.failure(() -> wrong.get(right(), OPERATOR_CONFIGURED, Map.of()));
      assertThat(refused.inWords()).contains("others than it was sent").doesNotContain("s3cret");
      assertThat(refused).message().doesNotContain("s3cret");
    }
  }

  @Test
  void proxyThatRefusesOrIsNone_isToldAsThat() throws Exception {
    for (String answer :
        List.of(
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 301 Moved\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
            "SSH-2.0-x\r\n\r\n")) {
      try (RawServer proxy = RawServer.answering(answer);
          OutboundHttp http = client(at(proxy))) {
        assertThat(Clients.reason(() -> http.get(right(), OPERATOR_CONFIGURED, Map.of())))
            .isEqualTo(PROXY);
      }
    }
  }

  @Test
  void proxyThatIsDown_isNotPassedBy() throws Exception {
    RawServer gone = RawServer.answering(OK);
    gone.close();
    try (OutboundHttp http = client(at(gone))) {
      OutboundException down =
          Clients.failure(() -> http.get(right(), OPERATOR_CONFIGURED, Map.of()));
      assertThat(down.reason()).isEqualTo(PROXY);
      assertThat(down.inWords()).isEqualTo("PROXY: the proxy cannot be reached");
      assertThat(down)
          .hasMessage("Request to right.example failed: PROXY, the proxy cannot be reached");
    }
  }

  @Test
  void proxyWhoseNameIsUnknown_isToldAsThat() throws Exception {
    Connector lost =
        new Connector(
            host -> {
              throw new UnknownHostException(host);
            },
            TrustedTls.context(List.of()),
            EgressProxy.at("http://proxy.example:3128"));
    try (OutboundHttp http =
        new OutboundHttp(new OutboundHttp.Limits(Clients.PATIENT, 1000, 4), lost)) {
      assertThat(Clients.failure(() -> http.get(right(), OPERATOR_CONFIGURED, Map.of())).inWords())
          .isEqualTo("PROXY: the proxy cannot be reached");
    }
  }

  /** Who runs the proxy may lead anywhere; the certificate has to name the host all the same. */
  @Test
  void certificateOfAnotherHost_isRefusedBehindTheProxyToo() throws Exception {
    try (RawServer server = tls(OK);
        ProxyServer proxy = ProxyServer.to(server.port());
        OutboundHttp http = client(EgressProxy.at(proxy.url()))) {
      assertThat(
              Clients.reason(
                  () ->
                      http.get(
                          URI.create("https://wrong.example/"), OPERATOR_CONFIGURED, Map.of())))
          .isEqualTo(TLS);
      assertThat(seen).isEmpty();
    }
  }

  @Test
  void deadlineAndLimit_holdBehindTheProxyToo() throws Exception {
    CompletableFuture<RawServer> self = new CompletableFuture<>();
    try (RawServer silent = new RawServer(socket -> self.get().hang());
        OutboundHttp http = client(at(silent), Clients.HASTY)) {
      self.complete(silent);
      assertThat(Clients.reason(() -> http.get(right(), OPERATOR_CONFIGURED, Map.of())))
          .isEqualTo(TIMEOUT);
    }
    try (RawServer server = tls("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n");
        ProxyServer proxy = ProxyServer.to(server.port());
        OutboundHttp http = client(EgressProxy.at(proxy.url()))) {
      assertThat(Clients.reason(() -> http.get(right(), OPERATOR_CONFIGURED, Map.of())))
          .isEqualTo(TOO_LARGE);
    }
    try (RawServer flood =
            new RawServer(
                socket -> {
                  RawServer.write(socket, "HTTP/1.1 200 OK\r\n");
                  while (true) {
                    RawServer.write(socket, "X-Y: " + "y".repeat(1000) + "\r\n");
                  }
                });
        OutboundHttp http = client(at(flood))) {
      assertThat(Clients.reason(() -> http.get(right(), OPERATOR_CONFIGURED, Map.of())))
          .isEqualTo(PROXY);
    }
  }

  @Test
  void whatAPublicServerNames_goesThroughTheProxyUnlessItIsWrittenAsAPrivateAddress()
      throws Exception {
    try (RawServer server = tls(OK);
        ProxyServer proxy = ProxyServer.to(server.port());
        OutboundHttp http = client(EgressProxy.at(proxy.url()))) {
      assertThat(http.get(right(), NAMED_BY_A_PUBLIC_SERVER, Map.of()).status()).isEqualTo(200);
      for (String inside :
          List.of("10.1.2.3", "169.254.169.254", "[fd00::1]", "[::ffff:10.1.2.3]")) {
        URI uri = URI.create("https://" + inside + "/");
        assertThat(Clients.reason(() -> http.get(uri, NAMED_BY_A_PUBLIC_SERVER, Map.of())))
            .isEqualTo(ADDRESS_REFUSED);
      }
      assertThat(proxy.requests()).hasSize(1);
      assertThat(http.get(URI.create("https://10.1.2.3/"), OPERATOR_CONFIGURED, Map.of()).status())
          .isEqualTo(200);
    }
  }

  @Test
  void whatAStrangerNames_doesNotGoThroughTheProxyAndIsAWarningOnce() throws Exception {
    try (ProxyServer proxy = ProxyServer.to(1);
        OutboundHttp http = client(EgressProxy.at(proxy.url()))) {
      for (int i = 0; i < 3; i++) {
        assertThat(Clients.failure(() -> http.get(right(), PUBLIC_ONLY, Map.of())).inWords())
            .isEqualTo("ADDRESS_REFUSED: nobody has said that the proxy refuses private addresses");
      }
      assertThat(proxy.requests()).isEmpty();
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().get(0))
          .startsWith("WARN right.example is named by a stranger")
          .contains("MCP_AUTH_PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF=true");
    }
  }

  @Test
  void whatAStrangerNames_goesThroughAProxyThatRefusesPrivateAddresses() throws Exception {
    try (RawServer server = tls(OK);
        ProxyServer proxy = ProxyServer.to(server.port());
        OutboundHttp http =
            client(EgressProxy.at(proxy.url()).refusingPrivateAddressesByItself())) {
      assertThat(http.get(right(), PUBLIC_ONLY, Map.of()).status()).isEqualTo(200);
      assertThat(
              Clients.reason(
                  () -> http.get(URI.create("https://10.1.2.3/"), PUBLIC_ONLY, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
      assertThat(log.lines()).isEmpty();
    }
  }

  /** Each of these is loopback or private to one resolver or another, and the proxy has its own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0177.0.0.1",
        "010.1.2.3",
        "127.0.0.01",
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0X7F000001",
        "localhost.",
        "LOCALHOST.",
        "a.localhost",
      })
  void addressInDisguise_isNotAskedForThroughAProxy(String host) throws Exception {
    URI uri = URI.create("https://" + host + "/");
    try (RawServer server = tls(OK);
        ProxyServer proxy = ProxyServer.to(server.port());
        OutboundHttp http =
            client(EgressProxy.at(proxy.url()).refusingPrivateAddressesByItself())) {
      assertThat(Clients.reason(() -> http.get(uri, NAMED_BY_A_PUBLIC_SERVER, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
      assertThat(Clients.reason(() -> http.get(uri, PUBLIC_ONLY, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
      assertThat(proxy.requests()).isEmpty();
    }
  }

  /** The forms that no URL of this library has a host in. */
  @ParameterizedTest
  @ValueSource(strings = {"127.1", "127.0.0.0x1", "127.0.0.1.", "256.0.0.1", "0x7f.1"})
  void addressThatIsNoHost_isRefused(String host) throws Exception {
    URI uri = URI.create("https://" + host + "/");
    try (ProxyServer proxy = ProxyServer.to(1);
        OutboundHttp http = client(EgressProxy.at(proxy.url()))) {
      assertThat(Clients.reason(() -> http.get(uri, OPERATOR_CONFIGURED, Map.of())))
          .isEqualTo(SCHEME_REFUSED);
      assertThat(proxy.requests()).isEmpty();
    }
  }

  @Test
  void hostWithoutProxy_keepsTheAddressPolicy() throws Exception {
    try (RawServer server = tls(OK);
        ProxyServer proxy = ProxyServer.to(server.port());
        OutboundHttp http = client(EgressProxy.at(proxy.url()).exceptFor(".example"))) {
      URI uri = URI.create("https://right.example:" + server.port() + "/");

      assertThat(http.get(uri, OPERATOR_CONFIGURED, Map.of()).status()).isEqualTo(200);
      assertThat(Clients.reason(() -> http.get(uri, PUBLIC_ONLY, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
      assertThat(Clients.reason(() -> http.get(uri, NAMED_BY_A_PUBLIC_SERVER, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
      assertThat(proxy.requests()).isEmpty();
    }
  }

  @Test
  void loopbackAndPlainHttp_neverGoThroughTheProxy() throws Exception {
    try (ProxyServer proxy = ProxyServer.to(1);
        RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        OutboundHttp http = client(EgressProxy.at(proxy.url()))) {
      assertThat(http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()).status()).isEqualTo(200);
      assertThat(
              Clients.reason(
                  () -> http.get(URI.create("https://localhost/"), PUBLIC_ONLY, Map.of())))
          .isEqualTo(ADDRESS_REFUSED);
      assertThat(proxy.requests()).isEmpty();
    }
  }

  /** What a proxy handed on counts as public: what it names may not lead inside. */
  @Test
  void whatCameThroughAProxy_countsAsPublic() {
    assertThat(AddressPolicy.ofWhatIsNamedAt(AddressPolicy.BEYOND_A_PROXY, false))
        .isEqualTo(NAMED_BY_A_PUBLIC_SERVER);
    assertThat(AddressPolicy.ofWhatIsNamedAt(AddressPolicy.BEYOND_A_PROXY, true))
        .isEqualTo(PUBLIC_ONLY);
    assertThat(AddressPolicy.isInside(InetAddress.getLoopbackAddress())).isTrue();
  }

  @Test
  void socksProperties_areIgnoredAndThoseForHttpsSpareLoopback() throws Exception {
    try (RawServer proxy = RawServer.answering("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
      String port = "" + proxy.port();
      Properties before = (Properties) System.getProperties().clone();
      for (String scheme : List.of("http.p", "https.p", "socksP")) {
        System.setProperty(scheme + "roxyHost", "127.0.0.1");
        System.setProperty(scheme + "roxyPort", port);
      }
      // The default spares loopback, which would let this test pass by itself.
      System.setProperty("http.nonProxyHosts", "");
      System.setProperty("socksNonProxyHosts", "");
      try (OutboundHttp http = new OutboundHttp(OutboundConnections.defaults(), 4)) {
        assertThat(http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()).status())
            .isEqualTo(200);
        assertThat(proxy.connections()).isZero();
        assertThat(Clients.reason(() -> http.get(right(), OPERATOR_CONFIGURED, Map.of())))
            .isEqualTo(PROXY);
        assertThat(proxy.connections()).isOne();
      } finally {
        System.setProperties(before);
      }
    }
  }

  private volatile String seen = "";

  private RawServer tls(String answer) throws Exception {
    return new RawServer(
        socket -> {
          SSLSocket tls =
              (SSLSocket)
                  known()
                      .server()
                      .getSocketFactory()
                      .createSocket(socket, (InputStream) null, /* autoClose= */ true);
          tls.startHandshake();
          seen = RawServer.readHeader(tls);
          RawServer.write(tls, answer);
        });
  }

  private static URI right() {
    return URI.create("https://right.example/");
  }

  private static EgressProxy at(RawServer server) {
    return EgressProxy.at("http://127.0.0.1:" + server.port());
  }

  private OutboundHttp client(EgressProxy proxy) {
    return client(proxy, Clients.PATIENT);
  }

  private OutboundHttp client(EgressProxy proxy, Duration deadline) {
    SSLContext trusting =
        TrustedTls.context(
            OutboundConnections.builder()
                .withoutProxy()
                .trustStore(known().pem(), null)
                .build()
                .trustedCertificates());
    return new OutboundHttp(
        new OutboundHttp.Limits(deadline, 1000, 4),
        new Connector(OutboundProxyTest::lookUp, trusting, proxy, log.logger()));
  }

  /** The names of servers are known to the proxy alone, but for one that is spared. */
  private static InetAddress[] lookUp(String host) throws UnknownHostException {
    return new InetAddress[] {InetAddress.getLoopbackAddress()};
  }

  private static PrivateAuthority known() {
    return Objects.requireNonNull(authority);
  }
}
