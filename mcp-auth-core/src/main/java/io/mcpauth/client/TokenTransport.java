package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.AUTHORIZATION_ENDED;
import static io.mcpauth.error.ClientException.Reason.ENDPOINT_FAULT;
import static io.mcpauth.error.ClientException.Reason.INTERRUPTED;
import static io.mcpauth.error.ClientException.Reason.REFUSED;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.internal.http.OutboundResponse;
import io.mcpauth.internal.http.Withheld;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends token requests to one endpoint and reads the answers. Retries nothing. */
final class TokenTransport implements AutoCloseable {
  private final TokenEndpoint endpoint;
  private final TokenTarget target;
  private final OutboundHttp http;
  private final Clock clock;

  TokenTransport(
      TokenEndpoint endpoint, TokenTarget target, OutboundHttp.Limits limits, Clock clock) {
    this(endpoint, target, new OutboundHttp(endpoint.connections(), limits), clock);
  }

  /** Through a client that others use too: then nobody closes it here. */
  TokenTransport(TokenEndpoint endpoint, TokenTarget target, OutboundHttp http, Clock clock) {
    this.endpoint = endpoint;
    this.target = target;
    this.http = http;
    this.clock = clock;
  }

  /** Those of the connections, and 8 requests at a time. */
  static OutboundHttp.Limits limits(TokenEndpoint endpoint) {
    return new OutboundHttp.Limits(
        endpoint.connections().timeout(), endpoint.connections().maxBytes(), 8);
  }

  String issuer() {
    return endpoint.issuer();
  }

  AccessToken ask(Grant grant) throws ClientException {
    return ask(grant, target, null, TokenAnswer::read);
  }

  /** Reads an answer; {@code asked} is when the request began. */
  @FunctionalInterface
  interface Reader<T> {
    T read(TokenAnswer answer, OutboundResponse response, Instant asked) throws ClientException;

    /**
     * What comes of an answer that grants something and cannot be read at all: too large, or
     * encoded.
     */
    default T unread(ClientException problem) throws ClientException {
      throw problem;
    }
  }

  /** Asks once, and once more where the endpoint wants its nonce in the proof. */
  <T> T ask(Grant grant, TokenTarget target, @Nullable DpopKey dpop, Reader<T> reader)
      throws ClientException {
    EndpointLookup.Location location = endpoint.location();
    TokenMessage message =
        TokenMessage.of(
            location.uri(),
            endpoint.authentication(),
            endpoint.authentication().assertion(endpoint.issuer(), location.uri(), clock.instant()),
            grant,
            target);
    Withheld withheld = new Withheld(message.secrets());
    Instant asked = clock.instant();
    try {
      OutboundResponse response = post(location, message, dpop);
      if (dpop != null && learned(location, response, dpop) && TokenAnswer.asksForNonce(response)) {
        response = post(location, message, dpop); // RFC 9449 section 8; once
      }
      return reader.read(new TokenAnswer(issuer(), grant, target, withheld), response, asked);
    } catch (OutboundException e) {
      ClientException problem = forgetting(failure(e));
      if (e.isDone()) {
        return reader.unread(problem);
      }
      throw problem;
    } catch (ClientException e) {
      throw forgetting(e);
    }
  }

  /** Revokes a token (RFC 7009 section 2.1). */
  void revoke(EndpointLookup.Location location, String token, String hint) throws ClientException {
    ClientAuthentication client = endpoint.authentication();
    TokenMessage message =
        TokenMessage.about(
            location.uri(),
            client,
            client.assertion(endpoint.issuer(), location.uri(), clock.instant()),
            token,
            hint);
    Withheld withheld = new Withheld(message.secrets());
    try {
      new TokenAnswer(issuer(), new Grant.Own(), target, withheld)
          .requireRevoked(post(location, message, null));
    } catch (OutboundException e) {
      throw failure(e);
    }
  }

  private OutboundResponse post(
      EndpointLookup.Location location, TokenMessage message, @Nullable DpopKey dpop)
      throws OutboundException {
    Map<String, String> headers = new LinkedHashMap<>(message.headers());
    if (dpop != null) {
      headers.put("DPoP", dpop.proof("POST", location.uri(), null, clock.instant()));
    }
    return http.post(
        message.at(location.uri()),
        location.policy(),
        headers,
        message.body(),
        TokenMessage.CONTENT_TYPE);
  }

  private static boolean learned(
      EndpointLookup.Location location, OutboundResponse response, DpopKey dpop) {
    List<String> nonces = response.headers().getOrDefault("dpop-nonce", List.of());
    return nonces.size() == 1 && dpop.rememberNonce(location.uri(), nonces.get(0));
  }

  @Override
  public void close() {
    http.close();
  }

  private ClientException forgetting(ClientException problem) {
    forgetIfMoved(problem);
    return problem;
  }

  /** An endpoint that says no is the right one; any other may have moved. */
  void forgetIfMoved(ClientException problem) {
    if (problem.reason() != REFUSED
        && problem.reason() != AUTHORIZATION_ENDED
        && problem.reason() != ENDPOINT_FAULT
        && problem.reason() != INTERRUPTED) {
      endpoint.forgetLocation();
    }
  }

  private ClientException failure(OutboundException e) {
    return ClientException.noToken(
        EndpointFailure.reason(e), issuer(), String.valueOf(e.getMessage()));
  }
}
