package io.mcpauth.examples.authserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.examples.jetty.LoopbackListeners;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleTest {
  private static final Map<String, String> SCOPES = Map.of("files:list", "See file names");

  @Test
  void everySocket_isOnLoopback() throws Exception {
    Server jetty = new Server();
    try {
      int port = LoopbackListeners.open(jetty, 0);
      List<InetAddress> bound = new ArrayList<>();
      for (var connector : jetty.getConnectors()) {
        var channel = (ServerSocketChannel) ((ServerConnector) connector).getTransport();
        var address = (InetSocketAddress) channel.getLocalAddress();
        assertThat(address.getPort()).isEqualTo(port);
        bound.add(address.getAddress());
      }
      assertThat(bound).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
    } finally {
      LoopbackListeners.close(jetty);
    }
  }

  @Test
  void addressesOfTheMachine_areNotListenedOn() throws Exception {
    try (Desk desk = new Desk(Desk.RESOURCE)) {
      assertThat(connects(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), desk.server.port()))
          .isTrue();
      for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(network.getInetAddresses())) {
          if (!address.isLoopbackAddress()) {
            assertThat(connects(address, desk.server.port())).as(address.toString()).isFalse();
          }
        }
      }
    }
  }

  @Test
  void closed_stopsListeningAndMayBeClosedAgain() throws Exception {
    EmbeddedAuthorizationServer server =
        EmbeddedAuthorizationServer.start(Desk.settings(0, Set.of(Desk.RESOURCE)));
    server.close();
    server.close();
    assertThat(connects(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), server.port()))
        .isFalse();
  }

  @Test
  void everyThread_isADaemon() {
    try (Desk desk = new Desk(Desk.RESOURCE)) {
      assertThat(desk.get(Desk.METADATA).statusCode()).isEqualTo(200);
      List<Thread> threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(
                  thread ->
                      thread.getName().startsWith("dev-authorization-server")
                          || thread.getName().startsWith("mcp-auth"))
              .toList();
      assertThat(threads).isNotEmpty().allMatch(Thread::isDaemon);
    }
  }

  @Test
  void settings_keepThePasswordToThemselves() {
    assertThat(Desk.settings(0, Set.of(Desk.RESOURCE)).toString())
        .contains(Desk.USER, Desk.RESOURCE)
        .doesNotContain(Desk.PASSWORD);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, u, p, http://localhost/, 60, port -1",
    "65536, u, p, http://localhost/, 60, port 65536",
    "0, ' ', p, http://localhost/, 60, user name",
    "0, u, ' ', http://localhost/, 60, password",
    "0, u, p, /mcp, 60, '''/mcp'''",
    "0, u, p, http://localhost/#x, 60, 'http://localhost/#x'",
    "0, u, p, http://local host/, 60, 'local host'",
    "0, u, p, http://localhost/, 0, PT0S"
  })
  void badSetting_stopsTheStart(
      int port, String user, String password, String resource, int seconds, String message) {
    assertThatThrownBy(
            () ->
                new EmbeddedAuthorizationServer.Settings(
                    port,
                    accounts(user, password),
                    SCOPES,
                    Set.of(resource),
                    Duration.ofSeconds(seconds)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("write");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\"b", "a\\b", "\u00e9"})
  void badScope_stopsTheStart(String scope) {
    assertThatThrownBy(() -> withScopes(Map.of(scope, "words")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + scope + "'");
  }

  @Test
  void longPassword_stopsTheStartWithoutBeingShown() {
    String password = "secret".repeat(167);
    assertThatThrownBy(
            () ->
                new EmbeddedAuthorizationServer.Settings(
                    0, accounts("u", password), SCOPES, Set.of("http://a/"), Duration.ofMinutes(1)))
        .hasMessageContaining("1,000 characters")
        .message()
        .doesNotContain("secret");
  }

  @Test
  void twoAccountsOfOneName_stopTheStart() {
    List<EmbeddedAuthorizationServer.Account> accounts = new ArrayList<>(accounts("u", "p"));
    accounts.addAll(accounts("u", "q"));
    assertThatThrownBy(
            () ->
                new EmbeddedAuthorizationServer.Settings(
                    0, accounts, SCOPES, Set.of("http://a/"), Duration.ofMinutes(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two accounts have one name; write different names");
  }

  private static List<EmbeddedAuthorizationServer.Account> accounts(String user, String password) {
    return List.of(new EmbeddedAuthorizationServer.Account(user, password, Set.of()));
  }

  private static EmbeddedAuthorizationServer.Settings withScopes(Map<String, String> scopes) {
    return new EmbeddedAuthorizationServer.Settings(
        0, accounts("u", "p"), scopes, Set.of("http://a/"), Duration.ofMinutes(1));
  }

  private static boolean connects(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
