package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.ClientCertificates;
import io.mcpauth.token.ClientCertificates.HeaderFormat;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two clients with certificates of their own at a container that ends TLS. */
class MutualTlsOnTheWireTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String PASSWORD = "changeit";
  private static final String HEADER = "Client-Cert";
  @TempDir static Path keys;
  private static TestIssuer issuer;

  /** Tells what it sees of the request. */
  private static final class Seen extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      boolean certificate =
          request.getHeader("client-cert") != null
              || request.getHeader("CLIENT_CERT") != null
              || request.getHeaders(HEADER).hasMoreElements()
              || Collections.list(request.getHeaderNames()).stream()
                  .anyMatch(name -> name.replace('_', '-').equalsIgnoreCase(HEADER));
      response.getWriter().write(request.getAuthType() + (certificate ? ", header" : ""));
    }
  }

  @BeforeAll
  static void makeKeys() throws Exception {
    issuer = TestIssuer.start();
    keytool("server", "-ext", "san=ip:127.0.0.1,ip:::1");
    keytool("one");
    keytool("two");
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  @Test
  void certificate_hasToBeThatOfTheToken() throws Exception {
    try (Running running = new Running(ClientCertificates.fromContainer())) {
      HttpResponse<String> right = running.get("one", boundTo("one"));
      assertThat(right.statusCode()).isEqualTo(200);
      assertThat(right.body()).isEqualTo("MutualTLS");

      assertRefused(running.get("two", boundTo("one")), "bound to another client certificate");
      assertRefused(running.get(null, boundTo("one")), "needs a proof of possession");
      assertThat(running.get("one", boundTo("one")).statusCode()).isEqualTo(200);

      HttpResponse<String> plain = running.get("two", token().mint());
      assertThat(plain.body()).isEqualTo("Bearer");
    }
  }

  @Test
  void requestsOfOneConnection_areHeldToTheTokenOfEach() throws Exception {
    try (Running running = new Running(ClientCertificates.fromContainer())) {
      HttpClient one = client("one");
      assertThat(running.send(one, boundTo("one")).statusCode()).isEqualTo(200);
      assertRefused(running.send(one, boundTo("two")), "bound to another client certificate");
      assertThat(running.send(one, boundTo("one")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void plainTokenWhereItIsRequired_is401() throws Exception {
    try (Running running = new Running(ClientCertificates.fromContainer().required())) {
      assertRefused(running.get("one", token().mint()), "needs a proof of possession");
      assertThat(running.get("one", boundTo("one")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void headerOfTheProxy_isTheCertificate() throws Exception {
    try (Running running = new Running(fromHeader("127.0.0.1", "::1"))) {
      String[] header = {HEADER, headerOf("one")};
      HttpResponse<String> right = running.get(null, boundTo("one"), header);
      assertThat(right.statusCode()).isEqualTo(200);
      assertThat(right.body()).as("the server behind").isEqualTo("MutualTLS");
      assertRefused(
          running.get(null, boundTo("two"), header), "bound to another client certificate");
      assertRefused(running.get("one", boundTo("one")), "needs a proof of possession");
      assertRefused(
          running.get(null, boundTo("one"), HEADER, headerOf("one"), HEADER, headerOf("one")),
          "needs a proof of possession");
      assertRefused(
          running.get(null, boundTo("one"), "Client_Cert", headerOf("one")),
          "needs a proof of possession");
      // Of the token of another scheme, too: the header reaches nobody behind.
      assertThat(running.get(null, token().mint(), "CLIENT_CERT", headerOf("one")).body())
          .isEqualTo("Bearer");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X-Forwarded-For: 10.0.0.7", "Forwarded: for=10.0.0.7", "X-Real-IP: 10.0.0.7"})
  void headerOfAnybody_isNoCertificate(String claim) throws Exception {
    String[] claimed = claim.split(": ", 2);
    try (Running running = new Running(fromHeader("10.0.0.0/8"))) {
      assertRefused(
          running.get("one", boundTo("one"), HEADER, headerOf("one"), claimed[0], claimed[1]),
          "needs a proof of possession");
      assertThat(running.get(null, token().mint(), HEADER, headerOf("one")).body())
          .isEqualTo("Bearer");
    }
  }

  private static ClientCertificates fromHeader(String... proxies) {
    return ClientCertificates.fromHeader(HEADER, HeaderFormat.RFC_9440, proxies);
  }

  private static void assertRefused(HttpResponse<String> answer, String why) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Bearer error=\"invalid_token\", ")
        .contains(why);
  }

  private static TestIssuer.Token token() {
    return issuer.token(RESOURCE).scopes("files:read");
  }

  private static String boundTo(String alias) throws Exception {
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(certificate(alias).getEncoded());
    return token()
        .claim(
            "cnf",
            Map.of("x5t#S256", Base64.getUrlEncoder().withoutPadding().encodeToString(sha256)))
        .mint();
  }

  private static String headerOf(String alias) throws Exception {
    return ":" + Base64.getEncoder().encodeToString(certificate(alias).getEncoded()) + ":";
  }

  private static Certificate certificate(String alias) throws Exception {
    return store(alias).getCertificate(alias);
  }

  private static KeyStore store(String alias) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys.resolve(alias + ".p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static KeyStore trusting(String... aliases) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    for (String alias : aliases) {
      trusted.setCertificateEntry(alias, certificate(alias));
    }
    return trusted;
  }

  private static HttpClient client(@Nullable String alias) throws Exception {
    KeyManager[] own = null;
    if (alias != null) {
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store(alias), PASSWORD.toCharArray());
      own = managers.getKeyManagers();
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusting("server"));
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls).build();
  }

  private static void keytool(String alias, String... more) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of(
            ("-genkeypair -alias "
                    + alias
                    + " -keyalg EC -groupname secp256r1 -validity 2 -dname CN="
                    + alias
                    + " -storetype PKCS12 -keystore "
                    + alias
                    + ".p12 -storepass "
                    + PASSWORD)
                .split(" ")));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command).directory(keys.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  /** A Jetty that ends TLS, and asks clients for one of two certificates. */
  private static final class Running implements AutoCloseable {
    private final Server jetty = new Server();
    private final ResourceServer server;

    Running(ClientCertificates certificates) throws Exception {
      server =
          ResourceServer.builder(
                  RESOURCE,
                  AuthorizationServer.of(issuer.issuer()),
                  ToolPolicy.builder().tool("read_file", "files:read").build())
              .accept(certificates)
              .build();
      SslContextFactory.Server tls = new SslContextFactory.Server();
      tls.setKeyStorePath(keys.resolve("server.p12").toString());
      tls.setKeyStorePassword(PASSWORD);
      tls.setWantClientAuth(true);
      tls.setTrustStore(trusting("one", "two"));
      HttpConfiguration https = new HttpConfiguration();
      https.addCustomizer(new SecureRequestCustomizer(false));
      ServerConnector connector = new ServerConnector(jetty, tls, new HttpConnectionFactory(https));
      connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
      jetty.addConnector(connector);
      ServletContextHandler context = new ServletContextHandler();
      context.setContextPath("/");
      ServletHolder holder = new ServletHolder("mcp", new Seen());
      holder.setAsyncSupported(true);
      context.addServlet(holder, "/mcp");
      McpAuthInstaller installer = McpAuthInstaller.of(server);
      context.addServletContainerInitializer((classes, servlet) -> installer.install(servlet));
      jetty.setHandler(context);
      jetty.start();
    }

    HttpResponse<String> get(@Nullable String alias, String token, String... headers)
        throws Exception {
      return send(client(alias), token, headers);
    }

    HttpResponse<String> send(HttpClient client, String token, String... headers) throws Exception {
      int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/mcp"))
              .header("Authorization", "Bearer " + token)
              .header("Accept", "text/event-stream");
      for (int i = 0; i < headers.length; i += 2) {
        request.header(headers[i], headers[i + 1]);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
      LifeCycle.stop(jetty);
      server.close();
    }
  }
}
