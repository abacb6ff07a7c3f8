package io.mcpauth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ConnectHandler;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * A web server whose certificate nobody knows, at {@code localhost}, and an egress proxy that leads
 * to it whatever host is asked for.
 */
public final class PrivateNetwork implements AutoCloseable {
  private static final String PASSWORD = "changeit";

  private final Path directory;
  private final HttpsServer web;
  private final Server proxy =
      new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  private final Map<String, UnaryOperator<String>> answers = new ConcurrentHashMap<>();
  private final List<String> tunnels = new CopyOnWriteArrayList<>();

  /** Starts both. The name of the web server behind the proxy is {@code app.example}. */
  public PrivateNetwork(Path directory) throws Exception {
    this.directory = directory;
    keytool(
        ("-genkeypair -alias server -keyalg EC -groupname secp256r1 -dname CN=server -validity 2"
                + " -ext san=dns:localhost,dns:app.example")
            .split(" "));
    keytool("-exportcert", "-alias", "server", "-rfc", "-file", "ca.pem");
    web = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.setHttpsConfigurator(new HttpsConfigurator(tls()));
    web.createContext(
        "/",
        exchange -> {
          String asked =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          UnaryOperator<String> answer = answers.get(exchange.getRequestURI().getPath());
          byte[] body =
              (answer == null ? "{}" : answer.apply(asked)).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    web.start();
    proxy.setHandler(
        new ConnectHandler() {
          @Override
          protected InetSocketAddress newConnectAddress(String host, int port) {
            tunnels.add(host + ":" + port);
            return web.getAddress();
          }
        });
    proxy.start();
  }

  /** Answers at a path, given the body of the request. */
  public void answer(String path, UnaryOperator<String> answer) {
    answers.put(path, answer);
  }

  /** The origin without the proxy. */
  public String origin() {
    return "https://localhost:" + web.getAddress().getPort();
  }

  /** The origin behind the proxy. */
  public String originBehindTheProxy() {
    return "https://app.example";
  }

  /** The certificate in PEM. */
  public String trustStore() {
    return directory.resolve("ca.pem").toString();
  }

  /** The proxy's URL. */
  public String proxy() {
    return "http://127.0.0.1:" + ((ServerConnector) proxy.getConnectors()[0]).getLocalPort();
  }

  /** What the proxy was asked for, as host and port. */
  public List<String> tunnels() {
    return List.copyOf(tunnels);
  }

  private SSLContext tls() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve("server.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", "server.p12", "-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Override
  public void close() {
    web.stop(0);
    LifeCycle.stop(proxy);
    proxy.destroy();
  }
}
