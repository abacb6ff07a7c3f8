package io.mcpauth.examples.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** An HTTP/1.1 connection that is kept open, and sees how each answer ends. */
final class Connection implements AutoCloseable {
  /**
   * An answer.
   *
   * @param whole whether it ended as HTTP wants it (RFC 9112 section 6.3)
   */
  record Answer(int status, Map<String, String> headers, Body body, boolean whole) {}

  private final Socket socket;
  private final InputStream in;
  private Runnable opened = () -> {};

  Connection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(60_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Done once, when the head of the next answer is there. */
  void whenOpened(Runnable action) {
    opened = action;
  }

  Answer get(String... headers) throws IOException {
    return send("GET", "", headers);
  }

  Answer post(String body, String... headers) throws IOException {
    return send("POST", body, headers);
  }

  private Answer send(String method, String body, String... headers) throws IOException {
    StringBuilder request = new StringBuilder(method + " /mcp HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    if (method.equals("POST")) {
      request.append("Content-Type: application/json\r\nContent-Length: ");
      request.append(body.getBytes(UTF_8).length).append("\r\n");
    }
    socket.getOutputStream().write((request + "\r\n" + body).getBytes(UTF_8));
    return read();
  }

  private Answer read() throws IOException {
    int status = Integer.parseInt(line().split(" ", 3)[1]);
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    opened.run();
    opened = () -> {};
    Body body = new Body();
    boolean whole = true;
    if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
      whole = chunks(body);
    } else {
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      byte[] bytes = in.readNBytes(length);
      body.add(bytes);
      whole = bytes.length == length;
    }
    return new Answer(status, headers, body, whole);
  }

  private boolean chunks(Body body) throws IOException {
    try {
      while (true) {
        int size = Integer.parseInt(line().strip(), 16);
        byte[] chunk = in.readNBytes(size);
        body.add(chunk);
        if (chunk.length < size || !line().isEmpty()) {
          return false;
        }
        if (size == 0) {
          return true;
        }
      }
    } catch (EOFException e) {
      return false;
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
    return line.toString(UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
