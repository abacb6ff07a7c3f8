package io.mcpauth.examples.guard;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A target that answers each call as a test says, byte by byte. */
final class RawTarget implements AutoCloseable {
  /** Answers a call; the connection is closed when it returns. */
  interface Script {
    void run(Call call) throws Exception;
  }

  /**
   * A call.
   *
   * @param number the first is 1
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Call(int number, Wire.Head head, byte[] body, Wire wire) {
    void answer(String status, String body, String... headers) throws IOException {
      wire.write(
          "HTTP/1.1 "
              + status
              + "\r\n"
              + String.join("\r\n", headers)
              + (headers.length == 0 ? "" : "\r\n")
              + "Connection: close\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
    }

    void stream() throws IOException {
      wire.write(
          "HTTP/1.1 200 OK\r\n"
              + "Content-Type: text/event-stream\r\n"
              + "Connection: close\r\n" // as it is: else the guard sends the next call into the end
              + "Transfer-Encoding: chunked\r\n\r\n");
    }
  }

  private final ServerSocket listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger calls = new AtomicInteger();

  RawTarget(Script script) throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(() -> accept(script));
  }

  String url() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/there";
  }

  int calls() {
    return calls.get();
  }

  private void accept(Script script) {
    try {
      while (true) {
        Socket socket = listener.accept();
        open.add(socket);
        threads.execute(() -> serve(socket, script));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket, Script script) {
    try (socket) {
      Wire wire = new Wire(socket);
      Wire.Head head = wire.head();
      byte[] body = wire.body(head);
      script.run(new Call(calls.incrementAndGet(), head, body, wire));
    } catch (Exception e) {
      // the guard sees a connection that breaks
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
