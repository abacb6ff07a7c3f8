package io.mcpauth.containers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;

/**
 * A connection of HTTP/2 without TLS, by prior knowledge (RFC 9113 section 3.3), on which a test
 * sends the frames that it likes. Header fields are written as they are, without Huffman codes or
 * table; those of answers are read by Jetty's decoder.
 */
public final class Http2Wire implements AutoCloseable {
  private static final int LIMIT_MILLIS = 60_000;
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;
  private static final int PRIORITY = 0x20;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final HpackDecoder fields = new HpackDecoder(64 * 1024, System::nanoTime);
  private final Map<Integer, StringBuilder> bodies = new HashMap<>();
  private final Map<Integer, MetaData.Response> heads = new HashMap<>();
  private final Set<Integer> ended = new HashSet<>();
  private int lastStream = -1;

  /**
   * An answer, or that there was none.
   *
   * @param status 0 where the stream or the connection was ended without one
   * @param challenge the {@code WWW-Authenticate} field, empty where there is none
   * @param body the content, read as UTF-8
   */
  public record Response(int status, String challenge, String body) {}

  public Http2Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(LIMIT_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    out.write(PREFACE.getBytes(ISO_8859_1));
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  /**
   * Opens a stream with a request's header fields.
   *
   * @param ends whether nothing else comes
   * @param more names and values, in turn
   * @return the stream
   */
  public int headers(boolean ends, String method, String path, String... more) throws IOException {
    lastStream += 2;
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    field(block, ":method", method);
    field(block, ":scheme", "http");
    field(block, ":authority", "mcp.example.com");
    field(block, ":path", path);
    fields(block, more);
    frame(HEADERS, END_HEADERS | (ends ? END_STREAM : 0), lastStream, block.toByteArray());
    return lastStream;
  }

  /** The end of a stream with trailer fields (RFC 9113 section 8.1). */
  public void trailers(int stream, String... more) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    fields(block, more);
    frame(HEADERS, END_HEADERS | END_STREAM, stream, block.toByteArray());
  }

  public void data(int stream, boolean ends, String text) throws IOException {
    frame(DATA, ends ? END_STREAM : 0, stream, text.getBytes(UTF_8));
  }

  /** The answer on a stream, whole. */
  public Response response(int stream) throws IOException {
    try {
      while (!ended.contains(stream)) {
        next();
      }
    } catch (EOFException | SocketException e) {
      return new Response(0, "", "");
    }
    MetaData.Response head = heads.get(stream);
    if (head == null) {
      return new Response(0, "", "");
    }
    String challenge = head.getHttpFields().get("WWW-Authenticate");
    StringBuilder body = bodies.getOrDefault(stream, new StringBuilder());
    String text = new String(body.toString().getBytes(ISO_8859_1), UTF_8);
    return new Response(head.getStatus(), challenge == null ? "" : challenge, text);
  }

  /** Reads a frame. */
  private void next() throws IOException {
    int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & Integer.MAX_VALUE;
    byte[] payload = new byte[length];
    in.readFully(payload);
    switch (type) {
      case SETTINGS, PING -> {
        if ((flags & ACK) == 0) {
          frame(type, ACK, 0, type == PING ? payload : new byte[0]);
        }
      }
      case HEADERS -> head(stream, flags, payload);
      case DATA ->
          bodies
              .computeIfAbsent(stream, key -> new StringBuilder())
              .append(new String(payload, ISO_8859_1));
      case GOAWAY -> throw new EOFException();
      default -> {}
    }
    boolean last = (type == HEADERS || type == DATA) && (flags & END_STREAM) != 0;
    if (last || type == RST_STREAM) {
      ended.add(stream);
    }
  }

  private void head(int stream, int flags, byte[] payload) throws IOException {
    if ((flags & END_HEADERS) == 0 || (flags & (PADDED | PRIORITY)) != 0) {
      throw new IOException("a form of HEADERS that is not read here: " + flags);
    }
    try {
      if (fields.decode(ByteBuffer.wrap(payload)) instanceof MetaData.Response head) {
        heads.putIfAbsent(stream, head);
      }
    } catch (HpackException e) {
      throw new IOException(e);
    }
  }

  private static void fields(ByteArrayOutputStream block, String... more) {
    for (int i = 0; i < more.length; i += 2) {
      field(block, more[i], more[i + 1]);
    }
  }

  /** A literal that is not indexed, with a new name (RFC 7541 section 6.2.2). */
  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    text(block, name);
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    int length = bytes.length;
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127); // RFC 7541 section 5.1
      for (length -= 127; length >= 128; length /= 128) {
        block.write(length % 128 + 128);
      }
      block.write(length);
    }
    block.writeBytes(bytes);
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    try {
      out.write(frame.array());
      out.flush();
    } catch (SocketException e) {
      return; // closed already: its answer tells
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
