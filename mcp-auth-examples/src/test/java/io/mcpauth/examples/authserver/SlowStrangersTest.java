package io.mcpauth.examples.authserver;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody without a credential takes of the threads and processors of this server. */
class SlowStrangersTest {
  /** More than the server has threads. */
  private static final int HELD = 100;

  @ParameterizedTest
  @ValueSource(strings = {Desk.REGISTER, Desk.TOKEN, Desk.LOGIN})
  void heldBodies_takeNoThread(String path) throws Exception {
    List<Socket> held = new ArrayList<>();
    try (Desk desk = new Desk(Desk.RESOURCE)) {
      URI issuer = desk.uri(path);
      String at = issuer.getPath();
      for (int i = 0; i < HELD; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), issuer.getPort());
        held.add(socket);
        String type = path.equals(Desk.REGISTER) ? "json" : "x-www-form-urlencoded";
        socket
            .getOutputStream()
            .write(
                ("POST "
                        + at
                        + " HTTP/1.1\r\nHost: "
                        + issuer.getAuthority()
                        + "\r\nContent-Type: application/"
                        + type
                        + "\r\nContent-Length: 4000\r\n\r\na")
                    .getBytes(US_ASCII));
      }

      assertThat(desk.publicClient("meanwhile")).isNotEmpty();
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }
}
