package io.mcpauth.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way to a local port that can be cut, or swallow everything. */
final class CutLine implements AutoCloseable {
  private enum State {
    OPEN,
    SILENT,
    CUT
  }

  private final ServerSocket listener;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile State state = State.OPEN;

  CutLine(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Nothing comes through any more, and nobody is told. */
  void silence() {
    state = State.SILENT;
  }

  /** Connections break, new ones too. */
  void cut() {
    state = State.CUT;
    sockets.forEach(CutLine::closeQuietly);
  }

  void restore() {
    state = State.OPEN;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cut();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        sockets.add(near);
        if (state == State.CUT) {
          near.close();
        } else {
          Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
          sockets.add(far);
          daemon(() -> copy(near, far));
          daemon(() -> copy(far, near));
        }
      } catch (IOException e) {
        sockets.removeIf(Socket::isClosed); // closed, or a client that is gone
      }
    }
  }

  private void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] bytes = new byte[8192];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (state == State.OPEN) {
          out.write(bytes, 0, n);
        }
      }
    } catch (IOException e) {
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return; // it is closed
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "cut-line");
    thread.setDaemon(true);
    thread.start();
  }
}
