package io.mcpauth.client;

import static io.mcpauth.client.TokenRequestException.Reason.CLOSED;
import static io.mcpauth.client.TokenRequestException.Reason.ENDPOINT_FAULT;
import static io.mcpauth.client.TokenRequestException.Reason.ENDPOINT_UNREACHABLE;
import static io.mcpauth.client.TokenRequestException.Reason.INTERRUPTED;
import static io.mcpauth.client.TokenRequestException.Reason.REFUSED;
import static io.mcpauth.client.TokenRequestException.Reason.RESPONSE_INVALID;

import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Sends token requests to one endpoint and reads the answers. Retries nothing. */
final class TokenTransport implements AutoCloseable {
  /** 5 seconds, 50 KiB, 8 requests at a time. */
  static final OutboundHttp.Limits LIMITS =
      new OutboundHttp.Limits(Duration.ofSeconds(5), 50 * 1024, 8);

  private final TokenEndpoint endpoint;
  private final TokenTarget target;
  private final OutboundHttp http;
  private final Clock clock;

  TokenTransport(
      TokenEndpoint endpoint, TokenTarget target, OutboundHttp.Limits limits, Clock clock) {
    this.endpoint = endpoint;
    this.target = target;
    this.http = new OutboundHttp(limits);
    this.clock = clock;
  }

  String issuer() {
    return endpoint.issuer();
  }

  AccessToken ask(Grant grant) throws TokenRequestException {
    EndpointLookup.Location location = endpoint.location();
    TokenMessage message =
        TokenMessage.of(location.uri(), endpoint.authentication(), grant, target);
    Withheld withheld = new Withheld(message.secrets());
    Instant asked = clock.instant();
    try {
      OutboundResponse response =
          http.post(
              location.uri(),
              location.policy(),
              message.headers(),
              message.body(),
              TokenMessage.CONTENT_TYPE);
      return new TokenAnswer(issuer(), grant, target, withheld).read(response, asked);
    } catch (OutboundException e) {
      throw forgetting(failure(e));
    } catch (TokenRequestException e) {
      throw forgetting(e);
    }
  }

  @Override
  public void close() {
    http.close();
  }

  /** An endpoint that says no is the right one; any other may have moved. */
  private TokenRequestException forgetting(TokenRequestException problem) {
    if (problem.reason() != REFUSED
        && problem.reason() != ENDPOINT_FAULT
        && problem.reason() != INTERRUPTED) {
      endpoint.forgetLocation();
    }
    return problem;
  }

  private TokenRequestException failure(OutboundException e) {
    TokenRequestException.Reason reason =
        switch (e.reason()) {
          case TOO_LARGE, REDIRECT -> RESPONSE_INVALID;
          case INTERRUPTED -> INTERRUPTED;
          case CLOSED -> CLOSED;
          case TIMEOUT, ADDRESS_REFUSED, SCHEME_REFUSED, CONNECT, TLS, BUSY, IO ->
              ENDPOINT_UNREACHABLE;
        };
    return new TokenRequestException(reason, issuer(), String.valueOf(e.getMessage()));
  }
}
