package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.OutboundException.Reason.ADDRESS_REFUSED;
import static io.mcpauth.internal.http.OutboundException.Reason.CONNECT;
import static io.mcpauth.internal.http.OutboundException.Reason.TLS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpCoreContext;

/**
 * Opens connections: one lookup, the address policy on its result, then a connection to those very
 * addresses, so that a name that changes its mind (DNS rebinding) gains nothing.
 */
final class Connector {
  private final AddressLookup lookup;
  private final TlsSocketStrategy tls;

  Connector(AddressLookup lookup, SSLContext sslContext) {
    this.lookup = lookup;
    // Both the JDK and the library compare the certificate with the host of the URL (RFC 9110
    // section 4.3.4); either alone has been misconfigured from outside before.
    this.tls =
        new DefaultClientTlsStrategy(
            sslContext, HostnameVerificationPolicy.BOTH, HttpsSupport.getDefaultHostnameVerifier());
  }

  /** Hears of each socket before it connects, and throws when the exchange is over already. */
  interface SocketListener {
    void opened(Socket socket) throws IOException;
  }

  /** A connected socket, and with https its TLS layer: the one to speak through. */
  record Connection(Socket socket, InetAddress remoteAddress) {}

  Connection connect(OutboundRequest request, Deadline deadline, SocketListener listener)
      throws IOException {
    InetAddress[] addresses = admitted(request);
    Socket socket = connectToAny(addresses, request, deadline, listener);
    InetAddress remote = socket.getInetAddress();
    return new Connection(request.isPlain() ? socket : secured(socket, request), remote);
  }

  private InetAddress[] admitted(OutboundRequest request) throws OutboundException {
    InetAddress[] addresses;
    try {
      addresses = lookup.lookUp(request.host());
    } catch (UnknownHostException e) {
      throw new OutboundException(CONNECT, request.host(), "the host is unknown");
    }
    if (addresses.length == 0) {
      throw new OutboundException(CONNECT, request.host(), "the host has no address");
    }
    for (InetAddress address : addresses) {
      // One bad address refuses all: which of them is tried first is in the outsider's hands.
      if (!request.policy().admits(address)) {
        throw new OutboundException(
            ADDRESS_REFUSED, request.host(), "the host resolves to an address that is not public");
      }
      // "localhost" is only a name: plain http goes nowhere else, whatever the resolver says.
      if (request.isPlain() && !address.isLoopbackAddress()) {
        throw new OutboundException(
            ADDRESS_REFUSED, request.host(), "http is for loopback, the host resolves elsewhere");
      }
    }
    return addresses;
  }

  private static Socket connectToAny(
      InetAddress[] addresses, OutboundRequest request, Deadline deadline, SocketListener listener)
      throws IOException {
    IOException last = new IOException();
    for (int i = 0; i < addresses.length; i++) {
      // NO_PROXY: the plain constructor would obey the socksProxyHost system property.
      Socket socket = new Socket(Proxy.NO_PROXY);
      listener.opened(socket);
      // A fair share each, so that one dead address leaves time for the next.
      int share = Math.max(1, deadline.remainingMillis() / (addresses.length - i));
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(addresses[i], request.port()), share);
        socket.setSoTimeout(deadline.remainingMillis());
        return socket;
      } catch (IOException e) {
        socket.close();
        last = e;
      }
    }
    if (last instanceof SocketTimeoutException) {
      throw last;
    }
    throw new OutboundException(CONNECT, request.host(), last.getClass().getSimpleName());
  }

  private Socket secured(Socket socket, OutboundRequest request) throws IOException {
    try {
      return tls.upgrade(socket, request.host(), request.port(), null, HttpCoreContext.create());
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      throw new OutboundException(TLS, request.host(), rootCause(e).getClass().getSimpleName());
    }
  }

  /** The root says most: an expired certificate, an unknown issuer and a wrong name differ. */
  private static Throwable rootCause(Throwable failure) {
    Throwable root = failure;
    for (int depth = 0; depth < 10 && root.getCause() != null; depth++) {
      root = root.getCause();
    }
    return root;
  }
}
