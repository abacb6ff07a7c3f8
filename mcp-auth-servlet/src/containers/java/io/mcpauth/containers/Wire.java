package io.mcpauth.containers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A connection on which the very bytes are sent, and each answer is read to its own end. */
final class Wire implements AutoCloseable {
  /** For the first request a container may have to load much, on a machine that is busy. */
  private static final int LIMIT_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;
  private boolean withinChunks;

  Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(LIMIT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** One request, one answer, on a connection of its own. */
  static Answer exchange(int port, String request) throws IOException {
    try (Wire wire = new Wire(port)) {
      wire.send(request);
      return wire.answer(request.startsWith("HEAD "));
    }
  }

  /** Each character is a byte. A server that has closed already does not get what is left. */
  void send(String text) throws IOException {
    try {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    } catch (SocketException e) {
      return; // its answer tells
    }
  }

  void finishSending() throws IOException {
    socket.shutdownOutput();
  }

  Answer answer() throws IOException {
    return answer(false);
  }

  /** The next final answer. Interim ones (RFC 9110 section 15.2) are passed over. */
  Answer answer(boolean toHead) throws IOException {
    try {
      Answer head = head();
      while (head.status() >= 100 && head.status() < 200) {
        head = head();
      }
      boolean bodiless = toHead || head.status() == 204 || head.status() == 304;
      return bodiless ? head : new Answer(head.status(), head.headers(), body(head));
    } catch (EOFException | SocketException e) {
      return Answer.CLOSED; // closed, or reset over what it had not read
    }
  }

  /** All answers until the server closes, or has nothing more to say to a finished client. */
  List<Answer> answers() throws IOException {
    List<Answer> answers = new ArrayList<>();
    for (Answer next = answer(); next.status() != 0; next = answer()) {
      answers.add(next);
    }
    return answers;
  }

  /** All that comes, as it is, until the server closes. */
  String everything() throws IOException {
    try {
      return new String(in.readAllBytes(), ISO_8859_1);
    } catch (SocketException e) {
      return "";
    }
  }

  /** The status and the headers of an answer; interim ones too. */
  Answer head() throws IOException {
    String[] status = line().split(" ", 3);
    if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
      throw new IOException("no answer but '" + String.join(" ", status) + "'");
    }
    Map<String, List<String>> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers
          .computeIfAbsent(
              line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    return new Answer(Integer.parseInt(status[1]), headers, "");
  }

  private String body(Answer head) throws IOException {
    if (!head.header("Transfer-Encoding").isEmpty()) {
      StringBuilder body = new StringBuilder();
      for (String chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
        body.append(chunk);
      }
      return body.toString();
    }
    List<String> length = head.header("Content-Length");
    byte[] body =
        length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length.get(0)));
    return new String(body, ISO_8859_1);
  }

  /**
   * The next chunk, empty at the end. The line end behind a chunk is read with the one after it:
   * Jetty sends it only then.
   */
  String chunk() throws IOException {
    String size = line();
    if (withinChunks) {
      size = size.isEmpty() ? line() : "no line end";
    }
    byte[] chunk = in.readNBytes(Integer.parseInt(size.strip(), 16));
    withinChunks = chunk.length > 0;
    if (!withinChunks && !line().isEmpty()) {
      throw new IOException("a trailer");
    }
    return new String(chunk, ISO_8859_1);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet == -1) {
        throw new EOFException();
      }
      if (octet != '\r') {
        line.write(octet);
      }
    }
    return line.toString(ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
