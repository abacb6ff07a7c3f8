package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One end of an HTTP/1.1 connection, without a library that would make good what is wrong. */
final class Wire implements AutoCloseable {
  /**
   * The head of a message.
   *
   * @param start its first line
   * @param headers by name in lower case; the lines of one name joined by {@code " | "}
   */
  record Head(String start, Map<String, String> headers) {
    int status() {
      return Integer.parseInt(start.split(" ", 3)[1]);
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /** Long enough for any machine; nothing waits for it to pass. */
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;
  private boolean withinChunks;

  Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  Socket socket() {
    return socket;
  }

  void write(String text) throws IOException {
    write(text.getBytes(UTF_8));
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void chunk(String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    write(Integer.toHexString(bytes.length) + "\r\n" + text + "\r\n");
  }

  Head head() throws IOException {
    withinChunks = false;
    String start = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (first, next) -> first + " | " + next);
    }
    return new Head(start, headers);
  }

  /** The body that a head announces, whole. */
  byte[] body(Head head) throws IOException {
    if (head.header("transfer-encoding").equals("chunked")) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      for (byte[] chunk = chunk(); chunk.length > 0; chunk = chunk()) {
        body.write(chunk);
      }
      return body.toByteArray();
    }
    String length = head.header("content-length");
    byte[] body = in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
    if (!length.isEmpty() && body.length < Integer.parseInt(length)) {
      throw new EOFException("after " + body.length + " of " + length);
    }
    return body;
  }

  String text(Head head) throws IOException {
    return new String(body(head), UTF_8);
  }

  /** The next chunk; empty for the last. Jetty sends the end of one with the next. */
  byte[] chunk() throws IOException {
    if (withinChunks && !line().isEmpty()) {
      throw new EOFException("a chunk that is longer than it says");
    }
    int size = Integer.parseInt(line().strip(), 16);
    byte[] chunk = in.readNBytes(size);
    if (chunk.length < size) {
      throw new EOFException("within a chunk");
    }
    withinChunks = size > 0;
    if (!withinChunks && !line().isEmpty()) {
      throw new EOFException("a trailer");
    }
    return chunk;
  }

  /** Whether the other side closes or resets: waits for it, whatever comes before. */
  boolean isClosedByPeer() throws IOException {
    try {
      int octet = in.read();
      while (octet != -1) {
        octet = in.read();
      }
      return true;
    } catch (SocketException e) {
      return true;
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet == -1) {
        throw new EOFException("after '" + line.toString(UTF_8) + "'");
      }
      if (octet != '\r') {
        line.write(octet);
      }
    }
    return line.toString(ISO_8859_1);
  }

  /** A request of these lines, with a body where it is not empty. */
  static String request(String method, String body, String... headers) {
    List<String> lines = new ArrayList<>(List.of(method + " /mcp HTTP/1.1", "Host: localhost"));
    lines.addAll(List.of(headers));
    if (!body.isEmpty()) {
      lines.add("Content-Type: application/json");
      lines.add("Content-Length: " + body.getBytes(UTF_8).length);
    }
    return String.join("\r\n", lines) + "\r\n\r\n" + body;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
