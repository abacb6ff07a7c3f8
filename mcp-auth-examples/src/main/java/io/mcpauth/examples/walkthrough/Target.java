package io.mcpauth.examples.walkthrough;

import io.mcpauth.examples.FileToolsServer;
import java.net.URI;

/**
 * What the walk-through is pointed at.
 *
 * @param endpoint the URL of the MCP endpoint, which is all that a client is told
 * @param issuer the authorization server that must turn out to be the one
 * @param user who logs in
 * @param password with what
 */
record Target(URI endpoint, String issuer, String user, String password) {
  static Target of(FileToolsServer server) {
    FileToolsServer.Login login = server.login();
    if (login == null) {
      throw new IllegalArgumentException(
          "The server has no embedded authorization server. Start it without issuers.");
    }
    return new Target(URI.create(server.url()), login.issuer(), login.user(), login.password());
  }

  @Override
  public String toString() {
    return "Target[endpoint=" + endpoint + ", issuer=" + issuer + ", user=" + user + "]";
  }
}
