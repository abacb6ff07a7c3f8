package io.mcpauth.examples.walkthrough;

import io.mcpauth.examples.FileToolsServer;
import io.mcpauth.examples.authserver.Login;
import io.mcpauth.issuer.ClientControl;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What the walk-through is pointed at.
 *
 * @param endpoint the URL of the MCP endpoint, which is all that a client is told
 * @param issuer the authorization server that must turn out to be the one
 * @param user who logs in
 * @param guest who logs in then and may do less
 * @param operator enters clients there; null where nobody can
 */
record Target(
    URI endpoint,
    String issuer,
    Login.Account user,
    Login.Account guest,
    @Nullable ClientControl operator) {
  static Target of(FileToolsServer server) {
    Login login = server.login();
    if (login == null) {
      throw new IllegalArgumentException(
          "The server has no embedded authorization server. Start it without issuers.");
    }
    return new Target(
        URI.create(server.url()), login.issuer(), login.editor(), login.guest(), server.clients());
  }
}
