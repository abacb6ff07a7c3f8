package io.mcpauth.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.edge.RequestLimits;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that is refused while it still sends gets its answer. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RefusedBodyTest {
  private static final int PLACES = 2;
  private static final int LARGE = 600_000;

  private GuardedJetty jetty;

  @BeforeEach
  void start() throws Exception {
    jetty =
        GuardedJetty.inFrontOf(
            new EchoServlet(),
            ToolPolicy.builder().tool("read_file", "files:read").build(),
            RequestLimits.defaults().withAnonymousRequests(PLACES));
  }

  @AfterEach
  void stop() {
    jetty.close();
  }

  /** opensre#1983, geventhttpclient#234, softwaremill/tapir#5289: Python's clients write first. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void clientThatWrites600KilobytesBeforeItReads_getsThe401(boolean chunked) throws Exception {
    for (int i = 0; i < 5; i++) { // more than there are places at one time
      try (Socket socket = connect()) {
        OutputStream out = socket.getOutputStream();
        if (chunked) {
          out.write(head("Transfer-Encoding: chunked"));
          for (int sent = 0; sent < LARGE; sent += 6_000) {
            out.write(("1770\r\n" + "x".repeat(6_000) + "\r\n").getBytes(ISO_8859_1));
          }
          out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        } else {
          writeLarge(out, head("Content-Length: " + LARGE));
        }
        String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(answer)
            .startsWith("HTTP/1.1 401 ")
            .containsIgnoringCase("Connection: close")
            .contains("resource_metadata=");
      }
      awaitPlaces(jetty);
    }
  }

  /** The hint would be lost on the way as the challenge would. */
  @Test
  void clientThatWrites600KilobytesToAWrongPath_getsThe404() throws Exception {
    for (int i = 0; i < 5; i++) {
      try (Socket socket = connect()) {
        writeLarge(socket.getOutputStream(), head("/mcp/", "Content-Length: " + LARGE));
        assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
            .startsWith("HTTP/1.1 404 ")
            .containsIgnoringCase("Connection: close")
            .contains("without a slash at its end");
      }
      awaitPlaces(jetty);
    }
  }

  /** A login would let it pass, so it is as where nothing is open to everybody. */
  @Test
  void largeBodyWithoutALogin_isRefusedUnreadWhereAToolIsAnonymous() throws Exception {
    ToolPolicy policy = ToolPolicy.builder().tool("about", Access.anonymous()).build();
    RequestLimits limits = RequestLimits.defaults().withAnonymousRequests(PLACES);
    try (GuardedJetty open = GuardedJetty.inFrontOf(new EchoServlet(), policy, limits)) {
      for (int i = 0; i < 5; i++) {
        try (Socket socket = connect(open)) {
          writeLarge(socket.getOutputStream(), head("Content-Length: " + LARGE));
          assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
              .startsWith("HTTP/1.1 401 ")
              .contains("resource_metadata=");
        }
        awaitPlaces(open);
      }
      String expecting = "Content-Length: " + LARGE + "\r\nExpect: 100-continue";
      assertThat(open.raw(new String(head(expecting), ISO_8859_1)))
          .startsWith("HTTP/1.1 401 ")
          .doesNotContain("HTTP/1.1 100");
      assertThat(open.inUse().refusals()).isZero();
    }
  }

  /** It is answered at once, and left alone after a second. */
  @Test
  void clientThatSendsNoMore_hasItsAnswerAndIsCutOff() throws Exception {
    try (Socket silent = connect();
        Socket other = connect();
        Socket third = connect()) {
      for (Socket socket :
          new Socket[] {silent, other, third}) { // as many as there are places, and one more
        socket.getOutputStream().write(head("Content-Length: " + LARGE));
      }
      for (Socket socket : new Socket[] {silent, other, third}) {
        assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
            .startsWith("HTTP/1.1 401 ");
      }
    }
    assertThat(jetty.inUse().refusals()).isZero();
    awaitPlaces(jetty);
  }

  /** Writing the answer fails then, and there is nothing to read on. */
  @Test
  void clientThatResetsWhileItIsRefused_keepsNoPlace() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      try (Socket socket = connect()) {
        socket.setSoLinger(true, 0);
        socket.getOutputStream().write(head("Content-Length: " + LARGE));
        for (int spin = 0; spin < i * 20; spin++) {
          Thread.onSpinWait();
        }
      }
    }
    boolean readOn = false;
    while (!readOn) { // the last of them may be in its second; the test has a time limit
      try (Socket socket = connect()) {
        socket.getOutputStream().write(head("Content-Length: " + LARGE));
        socket.shutdownOutput();
        readOn =
            new String(socket.getInputStream().readAllBytes(), ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .contains("connection: close");
      }
    }
  }

  @Test
  void clientThatWaitsFor100_getsTheRefusalInstead() throws Exception {
    String answer =
        jetty.raw(new String(head("Content-Length: 10\r\nExpect: 100-continue"), ISO_8859_1));
    assertThat(answer).startsWith("HTTP/1.1 401 ").doesNotContain("HTTP/1.1 100");
    String known = "Authorization: Bearer " + jetty.token().mint() + "\r\nExpect: 100-continue\r\n";
    assertThat(jetty.raw(new String(head(known + "Content-Length: 1048577"), ISO_8859_1)))
        .startsWith("HTTP/1.1 413 ")
        .doesNotContain("HTTP/1.1 100");
  }

  /** What came as a whole costs no connection. */
  @Test
  void smallBodyThatIsThere_keepsTheConnection() throws Exception {
    String small = new String(head("Content-Length: 2"), ISO_8859_1) + "{}";
    String answer = jetty.raw(small + small.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
    assertThat(answer.split("HTTP/1.1 401 ", -1)).hasSize(3);
  }

  /** The client sees the end before the server has read the rest; the test has a time limit. */
  private static void awaitPlaces(GuardedJetty server) {
    while (server.inUse().requests() > 0 || !server.hasPlacesToReadOn(PLACES)) {
      Thread.onSpinWait();
    }
  }

  private static void writeLarge(OutputStream out, byte[] head) throws IOException {
    out.write(head);
    for (int sent = 0; sent < LARGE; sent += 6_000) {
      out.write("x".repeat(6_000).getBytes(ISO_8859_1));
    }
  }

  private Socket connect() throws IOException {
    return connect(jetty);
  }

  private static Socket connect(GuardedJetty jetty) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), jetty.port());
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static byte[] head(String lines) {
    return head("/mcp", lines);
  }

  private static byte[] head(String path, String lines) {
    return ("POST "
            + path
            + " HTTP/1.1\r\nHost: mcp.example.com\r\nContent-Type: application/json\r\n"
            + lines
            + "\r\n\r\n")
        .getBytes(ISO_8859_1);
  }
}
