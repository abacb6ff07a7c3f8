package io.mcpauth.examples;

import io.mcpauth.examples.jetty.HttpRules;
import io.mcpauth.examples.jetty.LoopbackListeners;
import java.io.IOException;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Opens the listening sockets before the server starts, because its URL holds the port. */
final class Listeners {
  private Listeners() {}

  /**
   * Opens the sockets.
   *
   * @param loopback whether only this machine may connect
   * @return the port, also where a free one was asked for
   */
  static int open(Server jetty, int port, boolean loopback) {
    try {
      return loopback ? LoopbackListeners.open(jetty, port) : openEverywhere(jetty, port);
    } catch (IOException e) {
      throw new IllegalStateException(
          "FILE_TOOLS_PORT is "
              + port
              + ", which cannot be opened ("
              + e.getMessage()
              + "). Write a free port, or 0 to have one picked.",
          e);
    }
  }

  private static int openEverywhere(Server jetty, int port) throws IOException {
    ServerConnector connector = new ServerConnector(jetty, HttpRules.http());
    connector.setPort(port);
    connector.open();
    jetty.addConnector(connector);
    return connector.getLocalPort();
  }
}
