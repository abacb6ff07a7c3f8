package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.TokenClient;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import java.net.URI;

/**
 * The client once it is registered: what every later OAuth request needs.
 *
 * @param id its client id
 * @param redirectUri where its users come back to; this client only reads the redirect, so nothing
 *     listens there
 * @param server the authorization server
 * @param resource the MCP server that tokens are for
 * @param tokens its way to the token endpoint
 */
record Client(
    String id,
    URI redirectUri,
    AuthorizationServerMetadata server,
    URI resource,
    TokenClient tokens)
    implements AutoCloseable {
  @Override
  public void close() {
    tokens.close();
  }
}
