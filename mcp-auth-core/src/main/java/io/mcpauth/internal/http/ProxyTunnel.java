package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.OutboundException.Reason.PROXY;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.mcpauth.outbound.EgressProxy;
import java.io.IOException;
import java.net.PasswordAuthentication;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Base64;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.net.URIAuthority;

/**
 * Asks a proxy for a way to a server (RFC 9110 section 9.3.6). It is told host and port and, where
 * there are some, its own credentials; whatever it answers, TLS still has to prove the server.
 */
final class ProxyTunnel {
  private final EgressProxy proxy;

  ProxyTunnel(EgressProxy proxy) {
    this.proxy = proxy;
  }

  /** Opens the tunnel on a socket that is connected to the proxy. */
  void open(Socket socket, String host, int port, Http1Config limits) throws IOException {
    // Not closed: what comes next on this socket is the tunnel.
    DefaultBHttpClientConnection http = new DefaultBHttpClientConnection(limits);
    http.bind(socket);
    int status;
    try {
      status =
          new HttpRequestExecutor()
              .execute(message(host, port), http, HttpCoreContext.create())
              .getCode();
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (HttpException | IOException e) {
      throw new OutboundException(
          PROXY, host, "the proxy gives no answer of HTTP: " + e.getClass().getSimpleName());
    }
    if (status == 407) {
      throw new OutboundException(
          PROXY,
          host,
          "the proxy asks for credentials"
              + (proxy.credentials() == null ? "" : ", others than it was sent")
              + " (407)");
    }
    if (status < 200 || status > 299) {
      throw new OutboundException(PROXY, host, "the proxy refuses the way (" + status + ")");
    }
  }

  private ClassicHttpRequest message(String host, int port) {
    URIAuthority authority = new URIAuthority(host, port);
    String target = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    ClassicHttpRequest message = new BasicClassicHttpRequest("CONNECT", "http", authority, target);
    message.setHeader(HttpHeaders.HOST, target); // RFC 9112 section 3.2
    PasswordAuthentication credentials = proxy.credentials();
    if (credentials != null) { // RFC 7617 section 2
      String pair = credentials.getUserName() + ":" + new String(credentials.getPassword());
      message.setHeader(
          HttpHeaders.PROXY_AUTHORIZATION,
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
    }
    return message;
  }
}
