package io.mcpauth.internal.http;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.mcpauth.internal.http.AddressPolicy.OPERATOR_CONFIGURED;
import static io.mcpauth.internal.http.OutboundException.Reason.TIMEOUT;
import static io.mcpauth.internal.http.OutboundException.Reason.TLS;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboundTlsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path directory;

  /** Its key is for right.example, and it trusts that key's certificate and no other. */
  private static SSLContext rightExample = SSLContexts.createDefault();

  @BeforeAll
  static void makeKey() throws Exception {
    Path file = directory.resolve("key.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "key",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=right.example",
                "-ext",
                "san=dns:right.example",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    rightExample = context(store);
  }

  @Test
  void certificateOfTheHost_isAcceptedAndTheHostIsSentAsSni() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (RawServer server = tlsServer(seen);
        OutboundHttp http = client(rightExample)) {
      OutboundResponse response =
          http.get(url("right.example", server), OPERATOR_CONFIGURED, Map.of());

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.remoteAddress()).isEqualTo(InetAddress.getLoopbackAddress());
      assertThat(seen.take()).contains("right.example");
      assertThat(seen.take()).contains("Host: right.example:" + server.port());
    }
  }

  @Test
  void certificateOfAnotherHost_isRefused() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (RawServer server = tlsServer(seen);
        OutboundHttp http = client(rightExample)) {
      for (String host : List.of("wrong.example", "127.0.0.1", "sub.right.example")) {
        assertThat(Clients.reason(() -> http.get(url(host, server), OPERATOR_CONFIGURED, Map.of())))
            .isEqualTo(TLS);
      }
    }
  }

  @Test
  void certificateNobodyVouchesFor_isRefusedAndTheMessageSaysWhy() throws Exception {
    try (RawServer server = tlsServer(new LinkedBlockingQueue<>());
        OutboundHttp http = client(SSLContexts.createDefault())) {
      OutboundException failure =
          Clients.failure(
              () -> http.get(url("right.example", server), OPERATOR_CONFIGURED, Map.of()));

      assertThat(failure.reason()).isEqualTo(TLS);
      assertThat(failure).message().contains("right.example", "SunCertPathBuilderException");
    }
  }

  @Test
  void selfSignedServerOfWireMock_isRefused() {
    WireMockServer server =
        new WireMockServer(
            wireMockConfig().dynamicPort().dynamicHttpsPort().bindAddress("127.0.0.1"));
    server.start();
    try (OutboundHttp http = Clients.patient()) {
      URI uri = URI.create("https://localhost:" + server.httpsPort() + "/");

      assertThat(Clients.reason(() -> http.get(uri, OPERATOR_CONFIGURED, Map.of()))).isEqualTo(TLS);
    } finally {
      server.stop();
    }
  }

  @Test
  void plainServerBehindHttps_isRefused() throws Exception {
    try (RawServer server =
            new RawServer(socket -> RawServer.write(socket, "HTTP/1.1 400 Bad Request\r\n\r\n"));
        OutboundHttp http = client(rightExample)) {
      assertThat(
              Clients.reason(
                  () -> http.get(url("right.example", server), OPERATOR_CONFIGURED, Map.of())))
          .isEqualTo(TLS);
    }
  }

  @Test
  void handshakeThatNeverComes_endsAtTheDeadline() throws Exception {
    assertTimeout(RawServer::hang, (server, socket) -> {});
  }

  @Test
  void bodyThatDripsThroughTls_endsAtTheDeadline() throws Exception {
    assertTimeout(
        server -> {},
        (server, socket) -> {
          SSLSocket tls = secured(socket);
          RawServer.readHeader(tls);
          RawServer.write(tls, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
          server.drip(tls, "x");
        });
  }

  private interface Before {
    void play(RawServer server) throws Exception;
  }

  private interface After {
    void play(RawServer server, Socket socket) throws Exception;
  }

  private static void assertTimeout(Before before, After after) throws Exception {
    CompletableFuture<RawServer> self = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(
                socket -> {
                  before.play(self.get());
                  after.play(self.get(), socket);
                });
        OutboundHttp http =
            new OutboundHttp(
                new OutboundHttp.Limits(Clients.HASTY, 1000, 4),
                host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
                rightExample)) {
      self.complete(server);
      assertThat(
              Clients.reason(
                  () -> http.get(url("right.example", server), OPERATOR_CONFIGURED, Map.of())))
          .isEqualTo(TIMEOUT);
    }
  }

  private static RawServer tlsServer(BlockingQueue<String> seen) throws Exception {
    return new RawServer(
        socket -> {
          SSLSocket tls = secured(socket);
          tls.startHandshake();
          ExtendedSSLSession session = (ExtendedSSLSession) tls.getSession();
          seen.add(session.getRequestedServerNames().toString());
          seen.add(RawServer.readHeader(tls));
          RawServer.write(tls, OK);
        });
  }

  private static SSLSocket secured(Socket socket) throws Exception {
    return (SSLSocket)
        rightExample
            .getSocketFactory()
            .createSocket(socket, (InputStream) null, /* autoClose= */ true);
  }

  private static URI url(String host, RawServer server) {
    return URI.create("https://" + host + ":" + server.port() + "/");
  }

  private static OutboundHttp client(SSLContext context) {
    return new OutboundHttp(
        new OutboundHttp.Limits(Clients.PATIENT, 1000, 4),
        host -> new InetAddress[] {InetAddress.getLoopbackAddress()},
        context);
  }

  private static SSLContext context(KeyStore store) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, null);
    anchors.setCertificateEntry("anchor", store.getCertificate("key"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
