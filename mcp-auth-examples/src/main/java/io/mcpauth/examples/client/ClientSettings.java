package io.mcpauth.examples.client;

import io.mcpauth.client.ClientKey;
import io.mcpauth.client.JwtAssertion;
import io.mcpauth.outbound.OutboundConnections;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the client is to do, and as whom.
 *
 * @param url the MCP endpoint
 * @param call the tool to call, or null to list the tools only
 * @param revision the revision to speak
 * @param grant on what ground tokens are asked for
 * @param redirectPort where the authorization response comes to on loopback; 0 for a free port
 * @param followRedirects whether the client itself opens the authorization URL, for servers that
 *     ask nobody
 * @param dpop whether tokens are bound to a key even where the server does not ask for it
 * @param metadataUrl the client's metadata document (CIMD), which is its id; or null
 * @param preRegistered the client as it was registered by hand; or null
 * @param provider what the user says of the authorization server
 * @param workload a workload's token for {@link Grant#WORKLOAD}; or null
 * @param enterprise a user's identity for {@link Grant#ENTERPRISE}; or null
 * @param connections how authorization servers are reached, and the documents that lead to them
 */
record ClientSettings(
    URI url,
    @Nullable Call call,
    Revision revision,
    Grant grant,
    int redirectPort,
    boolean followRedirects,
    boolean dpop,
    @Nullable URI metadataUrl,
    @Nullable PreRegistered preRegistered,
    Provider provider,
    @Nullable JwtAssertion workload,
    @Nullable Enterprise enterprise,
    OutboundConnections connections) {
  /** On what ground tokens are asked for. */
  enum Grant {
    USER("user"),
    CLIENT_CREDENTIALS("client-credentials"),
    WORKLOAD("workload"),
    ENTERPRISE("enterprise");

    private final String word;

    Grant(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /**
   * A tool call.
   *
   * @param arguments a JSON object
   */
  record Call(String tool, String arguments) {}

  /**
   * A client that an authorization server knows already.
   *
   * @param secret or null
   * @param key or null
   * @param issuer the server that knows it; null for the first one that the MCP server names
   */
  record PreRegistered(
      String clientId, @Nullable String secret, @Nullable ClientKey key, @Nullable String issuer) {
    @Override
    public String toString() {
      return "PreRegistered[" + clientId + "]";
    }
  }

  /**
   * What the user says of the authorization server.
   *
   * @param issuer the one to go to, which is enough where the MCP server says nothing of any; or
   *     null
   * @param withoutResource leaves {@code resource} out of every request, for a server that refuses
   *     it (Entra): what tokens are for is then that server's to say, so it has to have one
   *     audience for this client (RFC 8707 section 2)
   * @param scopesInRefresh names the scopes in a refresh too, for a server that refuses without
   */
  record Provider(@Nullable String issuer, boolean withoutResource, boolean scopesInRefresh) {}

  /**
   * A user whom the identity provider of an enterprise has logged in.
   *
   * @param issuer the identity provider
   * @param tokenEndpoint where it exchanges the ID token
   * @param clientId this client's id there
   * @param idToken the user's ID token
   */
  record Enterprise(String issuer, URI tokenEndpoint, String clientId, JwtAssertion idToken) {}

  @Override
  public String toString() {
    return "ClientSettings[" + url + ", " + revision + ", " + grant + "]";
  }
}
