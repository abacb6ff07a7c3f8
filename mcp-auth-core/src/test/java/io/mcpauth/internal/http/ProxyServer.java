package io.mcpauth.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An egress proxy that opens tunnels to one port of this machine, whatever host is asked for. */
public final class ProxyServer implements AutoCloseable {
  private final RawServer server;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private ProxyServer(int target, String credentials) throws IOException {
    server = new RawServer(socket -> tunnel(socket, target, credentials));
  }

  /** A proxy for everybody. */
  public static ProxyServer to(int target) throws IOException {
    return new ProxyServer(target, "");
  }

  /** A proxy for whoever has these, as {@code user:password}. */
  public static ProxyServer withCredentials(int target, String credentials) throws IOException {
    return new ProxyServer(target, credentials);
  }

  /** Its address. */
  public String url() {
    return "http://127.0.0.1:" + server.port();
  }

  /** What it was asked, header and all. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void tunnel(Socket socket, int target, String credentials) throws Exception {
    String header = RawServer.readHeader(socket);
    requests.add(header);
    String expected =
        Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    if (!credentials.isEmpty() && !header.contains("\r\nProxy-Authorization: Basic " + expected)) {
      RawServer.write(
          socket,
          "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n"
              + "Proxy-Authenticate: Basic realm=\"p\"\r\n\r\n");
      return;
    }
    try (Socket out = new Socket(InetAddress.getLoopbackAddress(), target)) {
      RawServer.write(socket, "HTTP/1.1 200 Connection established\r\n\r\n");
      Thread back = new Thread(() -> copy(out, socket), "proxy-back");
      back.setDaemon(true);
      back.start();
      copy(socket, out);
      back.join();
    }
  }

  private static void copy(Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        out.flush();
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // One of both has gone.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
