package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.CLOSED;
import static io.mcpauth.error.ClientException.Reason.ENDPOINT_UNREACHABLE;
import static io.mcpauth.error.ClientException.Reason.INTERRUPTED;
import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundException;

/** What it means for a client that an exchange with an endpoint gave no usable response. */
final class EndpointFailure {
  private EndpointFailure() {}

  static ClientException.Reason reason(OutboundException e) {
    return switch (e.reason()) {
      case TOO_LARGE, REDIRECT -> RESPONSE_INVALID;
      case INTERRUPTED -> INTERRUPTED;
      case CLOSED -> CLOSED;
      case TIMEOUT, ADDRESS_REFUSED, SCHEME_REFUSED, CONNECT, PROXY, TLS, BUSY, IO ->
          ENDPOINT_UNREACHABLE;
    };
  }
}
