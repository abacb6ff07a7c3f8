package io.mcpauth.examples.client;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.client.ProviderRegistrations;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.ClientException;
import io.mcpauth.examples.client.ClientSettings.PreRegistered;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.Store;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who this client is at an authorization server (MCP authorization, "Client Registration
 * Approaches"): the one that was registered by hand, else its metadata document where the server
 * takes one, else whom the server makes it. What one server knows is told to no other.
 */
final class ClientIdentity implements AutoCloseable {
  private static final String NAME = "mcp-auth command line";

  private final @Nullable PreRegistered preRegistered;
  private final @Nullable URI metadataUrl;
  private final ProviderRegistrations registrations;
  private @Nullable String issuerOfPreRegistered;

  ClientIdentity(ClientSettings settings, Clock clock) {
    this.preRegistered = settings.preRegistered();
    this.metadataUrl = settings.metadataUrl();
    this.issuerOfPreRegistered = preRegistered == null ? null : preRegistered.issuer();
    // Key and store are the memory of this process: all is forgotten at its end.
    this.registrations =
        ProviderRegistrations.in(
            Store.inMemory(clock), StoredSecrets.of(SealKeys.generated()), clock);
  }

  /** The authorization server to use of those that an MCP server names. */
  String chosenFrom(List<String> issuers) {
    String own = issuerOfPreRegistered;
    return own != null && issuers.contains(own) ? own : issuers.get(0);
  }

  /** How this client proves itself at a server. */
  ClientAuthentication at(DiscoveredMetadata server, @Nullable URI redirectUri)
      throws ClientFailure {
    try {
      if (preRegistered != null) {
        return preRegistered(preRegistered, server.metadata());
      }
      if (metadataUrl != null && server.metadata().clientIdMetadataDocumentSupported()) {
        return ClientAuthentication.none(metadataUrl.toString());
      }
      ClientInformation client = registrations.at(server, wanted(server.metadata(), redirectUri));
      return NativeClient.authentication(server.metadata(), client);
    } catch (ClientException e) {
      throw new ClientFailure(e);
    }
  }

  @Override
  public void close() {
    registrations.close();
  }

  /** MCP 2026-07-28, client registration, "Authorization Server Binding". */
  private ClientAuthentication preRegistered(
      PreRegistered client, AuthorizationServerMetadata server)
      throws ClientFailure, ClientException {
    if (issuerOfPreRegistered == null) {
      issuerOfPreRegistered = server.issuer();
    }
    if (!server.issuer().equals(issuerOfPreRegistered)) {
      throw new ClientFailure(
          "Client '"
              + client.clientId()
              + "' is registered at "
              + issuerOfPreRegistered
              + ", and the MCP server wants tokens of "
              + server.issuer()
              + ". Register there, and set MCP_CLIENT_ID and MCP_CLIENT_ISSUER.");
    }
    return client.key() == null
        ? ClientAuthentication.chosenFor(server, client.clientId(), client.secret(), null)
        : ClientAuthentication.privateKeyJwt(client.clientId(), client.key());
  }

  private static ClientMetadata wanted(
      AuthorizationServerMetadata server, @Nullable URI redirectUri) throws ClientFailure {
    if (redirectUri == null) {
      throw new ClientFailure("A client without a user is registered by hand: set MCP_CLIENT_ID.");
    }
    return NativeClient.metadata(NAME, server, redirectUri);
  }
}
