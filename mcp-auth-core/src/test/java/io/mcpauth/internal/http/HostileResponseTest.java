package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.AddressPolicy.OPERATOR_CONFIGURED;
import static io.mcpauth.internal.http.OutboundException.Reason.CONNECT;
import static io.mcpauth.internal.http.OutboundException.Reason.IO;
import static io.mcpauth.internal.http.OutboundException.Reason.TIMEOUT;
import static io.mcpauth.internal.http.OutboundException.Reason.TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileResponseTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  @Test
  void bodyOfExactlyTheLimit_isReturned() throws Exception {
    String body = "x".repeat(1000);
    try (RawServer server = RawServer.answering(OK + "Content-Length: 1000\r\n\r\n" + body);
        OutboundHttp http = Clients.patient()) {
      assertThat(http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()).body()).hasSize(1000);
    }
  }

  @Test
  void noContent_isAnEmptyBody() throws Exception {
    try (RawServer server = RawServer.answering("HTTP/1.1 204 No Content\r\n\r\n");
        OutboundHttp http = Clients.patient()) {
      assertThat(http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()).body()).isEmpty();
    }
  }

  @Test
  void declaredLengthOverTheLimit_isRefusedBeforeTheBodyComes() throws Exception {
    // No byte of the body ever comes, so an answer proves that none was waited for.
    assertReason(TOO_LARGE, OK + "Content-Length: 1001\r\n\r\n");
  }

  @Test
  void endlessBodyWithoutLength_isCutAtTheLimit() throws Exception {
    assertReason(TOO_LARGE, OK + "\r\n" + "x".repeat(100_000));
  }

  @Test
  void chunkedBodyOverTheLimit_isCutAtTheLimit() throws Exception {
    assertReason(
        TOO_LARGE,
        OK
            + "Transfer-Encoding: chunked\r\n\r\n"
            + ("64\r\n" + "x".repeat(100) + "\r\n").repeat(11));
  }

  @Test
  void bodyShorterThanDeclared_isRefused() throws Exception {
    try (RawServer server = RawServer.answering(OK + "Content-Length: 10\r\n\r\nshort");
        OutboundHttp http = Clients.patient()) {
      assertThat(reason(http, server)).isEqualTo(IO);
    }
  }

  @Test
  void bodyLongerThanDeclared_endsWhereDeclared() throws Exception {
    try (RawServer server =
            RawServer.answering(OK + "Content-Length: 2\r\n\r\n{}" + "x".repeat(5000));
        OutboundHttp http = Clients.patient()) {
      assertThat(http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()).body()).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Encoding: gzip\r\n",
        "Content-Encoding: identity, br\r\n",
        "Content-Encoding: identity\r\nContent-Encoding: deflate\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: many\r\n"
      })
  void headerThatChangesTheBody_isRefused(String header) throws Exception {
    assertReason(IO, OK + header + "\r\n");
  }

  @Test
  void headerLineOverTheLimit_isRefused() throws Exception {
    assertReason(TOO_LARGE, OK + "X: " + "x".repeat(10_000));
  }

  @Test
  void headersOverTheCount_areRefused() throws Exception {
    assertReason(TOO_LARGE, OK + "X: y\r\n".repeat(101));
  }

  @Test
  void headersThatAreTooLarge_areToldWithoutTheLimitOfBodies() throws Exception {
    try (RawServer server = RawServer.answering(OK + "X: y\r\n".repeat(101) + "\r\n");
        OutboundHttp http = Clients.patient()) {
      assertThat(
              Clients.failure(() -> http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()))
                  .inWords())
          .isEqualTo("TOO_LARGE: the headers are too large");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\n\r\n", "SSH-2.0-OpenSSH_9\r\n", "HTTP/9.9 200 OK\r\n\r\n"})
  void notHttp_isRefused(String answer) throws Exception {
    try (RawServer server = RawServer.answering(answer);
        OutboundHttp http = Clients.patient()) {
      assertThat(reason(http, server)).isEqualTo(IO);
      assertThat(server.connections()).as("not retried").isEqualTo(1);
    }
  }

  @Test
  void connectionReset_isRefusedAndNotRetried() throws Exception {
    try (RawServer server =
            new RawServer(
                socket -> {
                  RawServer.readHeader(socket);
                  socket.setSoLinger(true, 0);
                });
        OutboundHttp http = Clients.patient()) {
      assertThat(reason(http, server)).isEqualTo(IO);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void closedPort_isRefused() throws Exception {
    RawServer server = RawServer.answering("");
    server.close();
    try (OutboundHttp http = Clients.patient()) {
      assertThat(reason(http, server)).isEqualTo(CONNECT);
    }
  }

  @Test
  void silence_endsAtTheDeadline() throws Exception {
    assertTimeout((server, socket) -> server.hang());
  }

  @Test
  void drippingHeader_endsAtTheDeadline() throws Exception {
    assertTimeout(
        (server, socket) -> {
          RawServer.write(socket, OK);
          server.drip(socket, "X: y\r\n");
        });
  }

  @Test
  void endlessInterimResponses_endAtTheDeadline() throws Exception {
    assertTimeout((server, socket) -> server.drip(socket, "HTTP/1.1 103 Early Hints\r\n\r\n"));
  }

  @Test
  void drippingBody_endsAtTheDeadline() throws Exception {
    assertTimeout(
        (server, socket) -> {
          RawServer.write(socket, OK + "Content-Length: 1000\r\n\r\n");
          server.drip(socket, "x");
        });
  }

  @Test
  void drippingChunkExtension_endsAtTheDeadline() throws Exception {
    assertTimeout(
        (server, socket) -> {
          RawServer.write(socket, OK + "Transfer-Encoding: chunked\r\n\r\n1;");
          server.drip(socket, "x");
        });
  }

  @Test
  void peerThatReadsNothing_endsAtTheDeadline() throws Exception {
    CompletableFuture<RawServer> self = new CompletableFuture<>();
    try (RawServer server = new RawServer(socket -> self.get().hang());
        OutboundHttp http = Clients.hasty()) {
      self.complete(server);
      byte[] big = new byte[32 * 1024 * 1024];
      assertThat(
              Clients.reason(
                  () ->
                      http.post(server.url("/"), OPERATOR_CONFIGURED, Map.of(), big, "text/plain")))
          .isEqualTo(TIMEOUT);
    }
  }

  private interface Torment {
    void play(RawServer server, Socket socket) throws Exception;
  }

  private static void assertTimeout(Torment torment) throws Exception {
    CompletableFuture<RawServer> self = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(
                socket -> {
                  RawServer.readHeader(socket);
                  torment.play(self.get(), socket);
                });
        OutboundHttp http = Clients.hasty()) {
      self.complete(server);
      assertThat(reason(http, server)).isEqualTo(TIMEOUT);
    }
  }

  /** The connection stays open after {@code answer}: only what came may decide. */
  private static void assertReason(OutboundException.Reason expected, String answer)
      throws IOException {
    CompletableFuture<RawServer> self = new CompletableFuture<>();
    try (RawServer server =
            new RawServer(
                socket -> {
                  RawServer.readHeader(socket);
                  RawServer.write(socket, answer);
                  self.get().hang();
                });
        OutboundHttp http = Clients.patient()) {
      self.complete(server);
      assertThat(reason(http, server)).isEqualTo(expected);
    }
  }

  private static OutboundException.Reason reason(OutboundHttp http, RawServer server) {
    return Clients.reason(() -> http.get(server.url("/"), OPERATOR_CONFIGURED, Map.of()));
  }
}
