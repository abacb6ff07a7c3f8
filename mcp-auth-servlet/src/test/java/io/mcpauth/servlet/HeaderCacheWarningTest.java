package io.mcpauth.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.ResourceServer;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.Test;

/** A Jetty that reads a token in another case as the one before it, and the word that says so. */
class HeaderCacheWarningTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";

  private final List<String> warnings = new CopyOnWriteArrayList<>();

  /** A guarded Jetty; the filter looks at its connectors. */
  private final class Guarded implements AutoCloseable {
    private final TestIssuer issuer = TestIssuer.start();
    private final Server jetty = new Server();
    private final ServerConnector connector;

    Guarded(HttpConfiguration http) throws IOException {
      connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(http)) {}; // a subtype
      connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
      connector.open();
      jetty.addConnector(connector);
      ResourceServer server =
          ResourceServer.builder(
                  RESOURCE,
                  AuthorizationServer.of(issuer.issuer()),
                  ToolPolicy.builder().initialScopes("mcp").baseScopes("mcp").build())
              .build();
      ServletContextHandler context = new ServletContextHandler();
      context.setContextPath("/");
      FilterHolder filter =
          new FilterHolder(
              new McpAuthFilter(Guarding.all(server), new HeaderCacheWarning(warnings::add)));
      filter.setAsyncSupported(true);
      context.addFilter(filter, "/*", EnumSet.allOf(DispatcherType.class));
      ContextJetty.servlet(context, "mcp", "/mcp");
      jetty.setHandler(context);
    }

    Server jetty() {
      return jetty;
    }

    /** Statuses of two requests on one connection: with a token, and with it in upper case. */
    List<String> statusesOfATokenInTwoCases() throws IOException {
      String token = issuer.token(RESOURCE).scopes("mcp").mint();
      String get = "GET /mcp HTTP/1.1\r\nHost: mcp.example.com\r\nAuthorization: Bearer ";
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
        socket.setSoTimeout(60_000);
        String requests =
            (get + token + "\r\n\r\n")
                + (get + token.toUpperCase(Locale.ROOT) + "\r\nConnection: close\r\n\r\n");
        socket.getOutputStream().write(requests.getBytes(StandardCharsets.ISO_8859_1));
        String answers =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return Pattern.compile("HTTP/1\\.1 (\\d+) ")
            .matcher(answers)
            .results()
            .map(answer -> answer.group(1))
            .toList();
      }
    }

    @Override
    public void close() {
      LifeCycle.stop(jetty);
      connector.close();
      issuer.close();
    }
  }

  private Guarded guarded(Consumer<HttpConfiguration> settings) throws Exception {
    HttpConfiguration http = new HttpConfiguration();
    settings.accept(http);
    return new Guarded(http);
  }

  @Test
  void cacheThatIgnoresCase_isAWarningAtTheStartAndTheTokenPasses() throws Exception {
    try (Guarded guarded = guarded(http -> {})) {
      guarded.jetty().start();
      assertThat(warnings).containsExactly(HeaderCacheWarning.TEXT);
      assertThat(guarded.statusesOfATokenInTwoCases()).containsExactly("200", "200");
      assertThat(warnings).hasSize(1);
    }
  }

  @Test
  void cacheThatHeedsCase_isNoWarningAndTheTokenIsRefused() throws Exception {
    try (Guarded guarded = guarded(http -> http.setHeaderCacheCaseSensitive(true))) {
      guarded.jetty().start();
      assertThat(guarded.statusesOfATokenInTwoCases()).containsExactly("200", "401");
      assertThat(warnings).isEmpty();
    }
  }

  @Test
  void noCache_isNoWarningAndTheTokenIsRefused() throws Exception {
    try (Guarded guarded = guarded(http -> http.setHeaderCacheSize(0))) {
      guarded.jetty().start();
      assertThat(guarded.statusesOfATokenInTwoCases()).containsExactly("200", "401");
      assertThat(warnings).isEmpty();
    }
  }

  /** Spring Boot adds the connectors when the application has started. */
  @Test
  void connectorsThatComeLater_areLookedAtWithTheFirstRequest() throws Exception {
    try (Guarded guarded = guarded(http -> {})) {
      Connector[] connectors = guarded.jetty().getConnectors();
      guarded.jetty().setConnectors(new Connector[0]);
      guarded.jetty().start();
      assertThat(warnings).isEmpty();
      guarded.jetty().setConnectors(connectors);
      connectors[0].start();
      assertThat(guarded.statusesOfATokenInTwoCases()).contains("200");
      assertThat(warnings).containsExactly(HeaderCacheWarning.TEXT);
    }
  }
}
