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
    /** The egress proxy gave no way to the host. */
    PROXY,
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

  /** The one detail of {@link Reason#TOO_LARGE} that no limit in bytes is about. */
  static final String LARGE_HEADERS = "the headers are too large";

  private final Reason reason;

  private final String detail;

  private final boolean done;

  OutboundException(Reason reason, String host, String detail) {
    this(reason, host, detail, false);
  }

  /**
   * A failure.
   *
   * @param done whether the server had said that it did what it was asked for
   */
  OutboundException(Reason reason, String host, String detail, boolean done) {
    super("Request to " + host + " failed: " + reason + ", " + detail);
    this.reason = reason;
    this.detail = detail;
    this.done = done;
  }

  /**
   * Whether the answer was a success (2xx) that is refused here, because it is too large or
   * encoded: then the server has done what it was asked for, and what was sent is used up.
   */
  public boolean isDone() {
    return done;
  }

  /** Returns the stable code of this failure. */
  public Reason reason() {
    return reason;
  }

  /**
   * The reason for an operator, with what to do where it is not plain by itself; short, as logs
   * cut.
   */
  public String inWords() {
    return switch (reason) {
      case TLS ->
          "TLS ("
              + detail
              + "): not trusted, or for another host."
              + " For a private authority set MCP_AUTH_TRUST_STORE";
      case PROXY, ADDRESS_REFUSED -> reason + ": " + detail;
      case TIMEOUT -> "TIMEOUT: MCP_AUTH_OUTBOUND_TIMEOUT_SECONDS allows more";
      case TOO_LARGE ->
          "TOO_LARGE: "
              + detail
              + (detail.equals(LARGE_HEADERS) ? "" : ", MCP_AUTH_OUTBOUND_MAX_BYTES allows more");
      default -> reason.name();
    };
  }
}
