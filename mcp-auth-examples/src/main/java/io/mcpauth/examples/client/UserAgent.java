package io.mcpauth.examples.client;

import io.mcpauth.client.AuthorizationCode;
import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.client.AuthorizationResponseException;
import java.net.URI;

/** The way to the user and back: where consent is given, out of the client's sight. */
interface UserAgent extends AutoCloseable {
  /** Where the user is sent back to; the same for the life of this object. */
  URI redirectUri() throws ClientFailure;

  /**
   * Sends the user away and waits for the response.
   *
   * @throws AuthorizationResponseException if the response gives no code
   * @throws ClientFailure if none comes
   */
  AuthorizationCode authorize(AuthorizationRequest request)
      throws AuthorizationResponseException, ClientFailure;

  @Override
  default void close() {}
}
