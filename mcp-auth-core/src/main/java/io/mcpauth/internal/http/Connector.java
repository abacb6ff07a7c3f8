package io.mcpauth.internal.http;

import static io.mcpauth.internal.http.OutboundException.Reason.ADDRESS_REFUSED;
import static io.mcpauth.internal.http.OutboundException.Reason.CONNECT;
import static io.mcpauth.internal.http.OutboundException.Reason.PROXY;
import static io.mcpauth.internal.http.OutboundException.Reason.TLS;

import io.mcpauth.outbound.EgressProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.HttpsSupport;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections: one lookup, the address policy on its result, then a connection to those very
 * addresses, so that a name that changes its mind (DNS rebinding) gains nothing.
 */
final class Connector {
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

  private final AddressLookup lookup;
  private final TlsSocketStrategy tls;
  private final @Nullable EgressProxy proxy;
  private final Logger log;
  private final AtomicBoolean told = new AtomicBoolean();

  Connector(AddressLookup lookup, SSLContext sslContext, @Nullable EgressProxy proxy) {
    this(lookup, sslContext, proxy, LOG);
  }

  Connector(AddressLookup lookup, SSLContext sslContext, @Nullable EgressProxy proxy, Logger log) {
    this.lookup = lookup;
    this.proxy = proxy;
    this.log = log;
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
    EgressProxy through = proxy;
    if (through != null && isBehind(through, request)) {
      Socket socket = tunnel(through, request, deadline, listener);
      return new Connection(secured(socket, request), AddressPolicy.BEYOND_A_PROXY);
    }
    InetAddress[] addresses = admitted(request);
    Socket socket = connectToAny(addresses, request.host(), request.port(), deadline, listener);
    InetAddress remote = socket.getInetAddress();
    return new Connection(request.isPlain() ? socket : secured(socket, request), remote);
  }

  /** Plain http goes to this machine or the cluster, and loopback is this machine's own. */
  private static boolean isBehind(EgressProxy proxy, OutboundRequest request) {
    return !request.isPlain()
        && !request.isLoopback()
        && proxy.isFor(request.host(), request.port());
  }

  private Socket tunnel(
      EgressProxy proxy, OutboundRequest request, Deadline deadline, SocketListener listener)
      throws IOException {
    requireAdmitted(proxy, request);
    Socket socket = connectTo(proxy, request, deadline, listener);
    new ProxyTunnel(proxy).open(socket, request.host(), request.port(), Exchange.HTTP1);
    return socket;
  }

  private Socket connectTo(
      EgressProxy proxy, OutboundRequest request, Deadline deadline, SocketListener listener)
      throws IOException {
    try {
      return connectToAny(lookedUp(proxy.host()), proxy.host(), proxy.port(), deadline, listener);
    } catch (OutboundException e) { // whoever asked for the server would look for the fault there
      throw new OutboundException(PROXY, request.host(), "the proxy cannot be reached");
    }
  }

  /** The proxy resolves the name, so the policy can be held to nothing but what is written. */
  private void requireAdmitted(EgressProxy proxy, OutboundRequest request) throws IOException {
    if (request.policy() == AddressPolicy.PUBLIC_ONLY && !proxy.refusesPrivateAddresses()) {
      if (told.compareAndSet(false, true)) { // strangers choose when, so once
        log.warn(
            "{} is named by a stranger and would be asked for through the proxy, which might reach"
                + " private addresses: neither it nor others like it are fetched. Where the proxy"
                + " refuses private addresses, say so with"
                + " MCP_AUTH_PROXY_REFUSES_PRIVATE_ADDRESSES_BY_ITSELF=true"
                + " (EgressProxy.refusingPrivateAddressesByItself).",
            request.host());
      }
      throw new OutboundException(
          ADDRESS_REFUSED,
          request.host(),
          "nobody has said that the proxy refuses private addresses");
    }
    if (request.hidesAnAddress() && request.policy() != AddressPolicy.OPERATOR_CONFIGURED) {
      throw new OutboundException(
          ADDRESS_REFUSED,
          request.host(),
          "the host is an IPv4 address that is not four decimal numbers, or this machine");
    }
    if (request.isAddress() && !request.policy().admits(InetAddress.getByName(request.host()))) {
      throw new OutboundException(
          ADDRESS_REFUSED, request.host(), "the host is an address that is not public");
    }
  }

  private InetAddress[] lookedUp(String host) throws OutboundException {
    InetAddress[] addresses;
    try {
      addresses = lookup.lookUp(host);
    } catch (UnknownHostException e) {
      throw new OutboundException(CONNECT, host, "the host is unknown");
    }
    if (addresses.length == 0) {
      throw new OutboundException(CONNECT, host, "the host has no address");
    }
    return addresses;
  }

  private InetAddress[] admitted(OutboundRequest request) throws OutboundException {
    InetAddress[] addresses = lookedUp(request.host());
    for (InetAddress address : addresses) {
      // One bad address refuses all: which of them is tried first is in the outsider's hands.
      if (!request.policy().admits(address)) {
        throw new OutboundException(
            ADDRESS_REFUSED,
            request.host(),
            request.mayBePlainAnywhere()
                ? "plain http is for the inside, the host resolves to a public address"
                : "the host resolves to an address that is not public");
      }
      // "localhost" is only a name: plain http goes nowhere else, whatever the resolver says.
      if (request.isPlain() && !request.mayBePlainAnywhere() && !address.isLoopbackAddress()) {
        throw new OutboundException(
            ADDRESS_REFUSED, request.host(), "http is for loopback, the host resolves elsewhere");
      }
    }
    return addresses;
  }

  private static Socket connectToAny(
      InetAddress[] addresses, String host, int port, Deadline deadline, SocketListener listener)
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
        socket.connect(new InetSocketAddress(addresses[i], port), share);
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
    throw new OutboundException(CONNECT, host, last.getClass().getSimpleName());
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
