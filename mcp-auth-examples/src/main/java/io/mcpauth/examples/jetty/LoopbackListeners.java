package io.mcpauth.examples.jetty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The listening sockets: {@code 127.0.0.1} and, where it exists, {@code ::1}, on one port. */
public final class LoopbackListeners {
  private static final int ATTEMPTS = 10;

  /** {@code ::1}. */
  private static final byte[] IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private LoopbackListeners() {}

  /** Opens the sockets and returns their port. */
  public static int open(Server jetty, int wanted) throws IOException {
    boolean ipv6 = NetworkInterface.getByInetAddress(InetAddress.getByAddress(IPV6)) != null;
    for (int attempt = 1; ; attempt++) {
      ServerConnector ipv4Connector = connector(jetty, "127.0.0.1", wanted);
      ipv4Connector.open();
      int port = ipv4Connector.getLocalPort();
      try {
        if (ipv6) {
          // A browser may resolve localhost to ::1: whoever holds that port would be the issuer.
          ServerConnector ipv6Connector = connector(jetty, "::1", port);
          ipv6Connector.open();
          jetty.addConnector(ipv6Connector);
        }
        jetty.addConnector(ipv4Connector);
        return port;
      } catch (IOException e) {
        ipv4Connector.close();
        if (wanted != 0 || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Closes what {@link #open} opened, also when the server itself never started. */
  public static void close(Server jetty) {
    for (Connector connector : jetty.getConnectors()) {
      if (connector instanceof ServerConnector listener) {
        listener.close();
      }
    }
  }

  private static ServerConnector connector(Server jetty, String address, int port) {
    ServerConnector connector = new ServerConnector(jetty, 1, 1, HttpRules.http());
    connector.setHost(address);
    connector.setPort(port);
    connector.setIdleTimeout(HttpRules.IDLE_MILLIS);
    return connector;
  }
}
