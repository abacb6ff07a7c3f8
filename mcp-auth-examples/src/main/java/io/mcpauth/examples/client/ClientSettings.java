package io.mcpauth.examples.client;

import io.mcpauth.client.ClientKey;
import io.mcpauth.client.JwtAssertion;
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
 * @param workload a workload's token for {@link Grant#WORKLOAD}; or null
 * @param enterprise a user's identity for {@link Grant#ENTERPRISE}; or null
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
    @Nullable JwtAssertion workload,
    @Nullable Enterprise enterprise) {
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
