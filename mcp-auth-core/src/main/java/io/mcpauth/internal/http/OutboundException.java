package io.mcpauth.internal.http;

import java.io.IOException;
import java.io.Serial;

/**
 * An exchange that gave no usable response.
 *
 * <p>The message names the host and the reason, never a path, a query, a header or a body. There is
 * no cause, because the messages of other libraries quote what the peer sent; the name of the
 * underlying exception's class stands in the message instead.
 */
public final class OutboundException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /** The stable code of a failure. */
  public enum Reason {
    /** The deadline passed: lookup, connection, TLS, headers and body share it. */
    TIMEOUT,
    /** The body is over the limit, or a header line or the number of headers is. */
    TOO_LARGE,
    /** The response is a 3xx (but a 304 that was asked for); none is followed. */
    REDIRECT,
    /** The host resolved to an address that the policy refuses; nothing was connected. */
    ADDRESS_REFUSED,
    /** The URL is not https (or http on loopback), or has user-info, no host or a bad port. */
    SCHEME_REFUSED,
    /** The host is unknown or accepts no connection. */
    CONNECT,
    /** The TLS handshake failed, or the certificate is not trusted or names another host. */
    TLS,
    /** All places for concurrent exchanges were taken until the deadline. */
    BUSY,
    /** The calling thread was interrupted; its flag is set again. */
    INTERRUPTED,
    /** The connection broke, or what came is not HTTP, is cut off or is encoded. */
    IO,
    /** The client is closed. */
    CLOSED
  }

  private final Reason reason;

  OutboundException(Reason reason, String host, String detail) {
    super("Request to " + host + " failed: " + reason + ", " + detail);
    this.reason = reason;
  }

  /** Returns the stable code of this failure. */
  public Reason reason() {
    return reason;
  }
}
