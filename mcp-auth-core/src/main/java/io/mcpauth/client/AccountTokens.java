package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.CLIENT_AUTHENTICATION_NOT_SUPPORTED;

import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundHttp;
import io.mcpauth.outbound.OutboundConnections;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks one authorization server for the tokens of accounts (RFC 6749 section 4.4): of clients whose
 * id and secret somebody else has shown. All of them share the address of the endpoint and the
 * connections. Keeps no token and no secret. Part of the machinery behind {@code BasicCredentials};
 * applications do not need it.
 */
public final class AccountTokens implements AutoCloseable {
  private final EndpointPlace place;
  private final TokenTarget target;
  private final OutboundConnections connections;
  private final OutboundHttp http;
  private final Clock clock;

  /**
   * Makes no request yet; the endpoint is the one that the issuer's metadata names.
   *
   * @param atOnce how many requests run at a time; more wait for their turn
   */
  public AccountTokens(
      String issuer, TokenTarget target, OutboundConnections connections, int atOnce, Clock clock) {
    this.place = EndpointPlace.found(issuer, new MetadataLookup(connections));
    this.target = target;
    this.connections = connections;
    this.http = new OutboundHttp(connections, atOnce);
    this.clock = clock;
  }

  /**
   * Asks for a token, once, with the secret in the header, or in the body where the metadata names
   * that alone. A server that takes neither is not asked: without the secret in the request its
   * answer would prove nothing.
   *
   * @param clientId neither blank nor with a control character
   * @param secret the same
   * @throws ClientException if there is none; REFUSED where the server said no
   */
  public AccessToken ask(String clientId, String secret) throws ClientException {
    ClientAuthentication account = account(place.location().methods(), clientId, secret);
    TokenEndpoint endpoint = TokenEndpoint.at(place, account, connections);
    return new TokenTransport(endpoint, target, http, clock).ask(new Grant.Own());
  }

  private ClientAuthentication account(
      @Nullable List<String> methods, String clientId, String secret) throws ClientException {
    // RFC 8414 section 2: where nothing is said, it is client_secret_basic.
    if (methods == null || methods.contains("client_secret_basic")) {
      return ClientAuthentication.secretBasic(clientId, secret);
    }
    if (methods.contains("client_secret_post")) {
      return ClientAuthentication.secretPost(clientId, secret);
    }
    throw place.forget( // it may take one of them by now
        ClientException.of(
            CLIENT_AUTHENTICATION_NOT_SUPPORTED, place.issuer(), "it takes " + methods));
  }

  /** Ends the requests that run; later ones fail with {@code CLOSED}. */
  @Override
  public void close() {
    http.close();
  }

  /** The issuer. */
  @Override
  public String toString() {
    return "AccountTokens[" + place.issuer() + "]";
  }
}
