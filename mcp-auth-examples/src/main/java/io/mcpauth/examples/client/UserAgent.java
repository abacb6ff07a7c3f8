package io.mcpauth.examples.client;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.error.ClientException;
import java.net.URI;

/** The way to the user and back: where consent is given, out of the client's sight. */
public interface UserAgent extends AutoCloseable {
  /**
   * Where the user is sent back to; the same for the life of this object.
   *
   * @throws ClientFailure if there is no such place
   */
  URI redirectUri() throws ClientFailure;

  /**
   * Sends the user away and waits for the response.
   *
   * @param request the request, and what its response is held against
   * @return the code of the response
   * @throws ClientException if the response gives no code
   * @throws ClientFailure if none comes
   */
  AuthorizationCode authorize(AuthorizationRequest request) throws ClientException, ClientFailure;

  @Override
  default void close() {}
}
