package io.mcpauth.examples.walkthrough;

import io.mcpauth.client.TokenClient;
import io.mcpauth.examples.client.AuthorizationPlace;
import java.net.URI;

/**
 * The client once it is registered: what every later OAuth request needs.
 *
 * @param id its client id
 * @param place the authorization server, and the MCP server that tokens are for
 * @param resource that MCP server
 * @param tokens its way to the token endpoint
 */
record Client(String id, AuthorizationPlace place, URI resource, TokenClient tokens)
    implements AutoCloseable {
  @Override
  public void close() {
    tokens.close();
  }
}
