package io.mcpauth.servlet;

import io.mcpauth.issuer.OAuthServer;
import jakarta.servlet.ServletContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an authorization server of one's own into a servlet context without a resource server: an
 * application of its own for the login of several. Beside a resource server it is {@link
 * McpAuthInstaller#authorizationServer} that installs it.
 *
 * <pre>{@code
 * OAuthServer own =
 *     OAuthServer.builder("https://login.example.com", store, login)
 *         .resource("https://mcp.example.com/mcp", policy)
 *         .build();
 * AuthorizationServerInstaller.of(own).install(context);
 * }</pre>
 */
public final class AuthorizationServerInstaller {
  private static final Logger LOG = LoggerFactory.getLogger(AuthorizationServerInstaller.class);

  private final OAuthServer server;

  private AuthorizationServerInstaller(OAuthServer server) {
    this.server = server;
  }

  /** An installer for a server, which the context owns from then on. */
  public static AuthorizationServerInstaller of(OAuthServer server) {
    return new AuthorizationServerInstaller(server);
  }

  /**
   * Installs its endpoints and its metadata. To be called while the context starts, as {@link
   * McpAuthInstaller#install}.
   *
   * @throws IllegalStateException if an endpoint is outside of the context, which has started
   *     already, or has the names or paths already; the message says what to do. The server is
   *     closed then
   */
  public void install(ServletContext context) {
    try {
      OAuthEndpoints endpoints = new OAuthEndpoints();
      endpoints.add(server);
      Registration.oauth(context, endpoints);
    } catch (RuntimeException e) {
      server.close(); // nobody else knows it
      throw e;
    }
    String path = context.getContextPath();
    if (!path.isEmpty()) {
      LOG.info(
          "the context path is '{}': clients that look for the metadata at"
              + " /.well-known/oauth-authorization-server{} of the host need it mapped here",
          path,
          path);
    }
  }
}
