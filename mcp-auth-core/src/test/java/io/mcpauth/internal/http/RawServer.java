package io.mcpauth.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that speaks whatever bytes a test wants, on a free loopback port. */
final class RawServer implements AutoCloseable {
  /** What one connection does; it is closed afterwards. */
  interface Script {
    void play(Socket socket) throws Exception;
  }

  private final ServerSocket listener;
  private final Script script;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger connections = new AtomicInteger();

  RawServer(Script script) throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
  }

  RawServer(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
    start(this::accept);
  }

  /** Answers every request with {@code response}, once the request's header has come. */
  static RawServer answering(String response) throws IOException {
    return new RawServer(
        socket -> {
          readHeader(socket);
          write(socket, response);
        });
  }

  URI url(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  int port() {
    return listener.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** Waits until the server closes; a script that hangs ends then. */
  void hang() throws InterruptedException {
    closed.await();
  }

  /** Writes one byte at a time, for ever, with a little pause between. */
  void drip(Socket socket, String text) throws IOException, InterruptedException {
    for (int i = 0; !closed.await(10, TimeUnit.MILLISECONDS); i++) {
      write(socket, text.substring(i % text.length(), i % text.length() + 1));
    }
  }

  static String readHeader(Socket socket) throws IOException {
    StringBuilder header = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (header.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      header.append((char) next);
    }
    return header.toString();
  }

  static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    while (closed.getCount() > 0) {
      try {
        Socket socket = listener.accept();
        sockets.add(socket);
        connections.incrementAndGet();
        start(() -> play(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void play(Socket socket) {
    try (socket) {
      script.play(socket);
    } catch (Exception e) {
      // The client went away: the test looks at the client's side.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "raw-server");
    thread.setDaemon(true);
    thread.start();
  }
}
