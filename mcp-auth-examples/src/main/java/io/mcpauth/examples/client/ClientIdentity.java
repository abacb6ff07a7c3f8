package io.mcpauth.examples.client;

import io.mcpauth.client.ClientAuthentication;
import io.mcpauth.client.ClientInformation;
import io.mcpauth.client.ClientMetadata;
import io.mcpauth.client.ProviderRegistrations;
import io.mcpauth.client.ScopeSelection;
import io.mcpauth.discovery.AuthorizationServerMetadata;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.error.ClientException;
import io.mcpauth.examples.client.ClientSettings.PreRegistered;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.Store;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final @Nullable String configuredIssuer;
  private final Map<String, ClientInformation> registered = new HashMap<>();
  private final Map<String, Set<String>> scopesToRegister = new HashMap<>();
  private @Nullable String issuerOfPreRegistered;

  ClientIdentity(ClientSettings settings, Clock clock) {
    this.preRegistered = settings.preRegistered();
    this.metadataUrl = settings.metadataUrl();
    this.configuredIssuer = settings.provider().issuer();
    this.issuerOfPreRegistered = preRegistered == null ? null : preRegistered.issuer();
    // Key and store are the memory of this process: all is forgotten at its end.
    this.registrations =
        ProviderRegistrations.in(
            Store.inMemory(clock),
            StoredSecrets.of(SealKeys.generated()),
            clock,
            settings.connections());
  }

  /** The authorization server to use of those that an MCP server names. */
  String chosenFrom(List<String> issuers) {
    String own = issuerOfPreRegistered == null ? configuredIssuer : issuerOfPreRegistered;
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
      registered.put(server.metadata().issuer(), client);
      return NativeClient.authentication(server.metadata(), client);
    } catch (ClientException e) {
      throw new ClientFailure(e);
    }
  }

  /**
   * After a refusal: whether another registration may help, which the next call makes. Where the
   * server does not know this client any more, it is forgotten; where it holds clients to the
   * scopes that they registered with, all that this one may need are registered: those asked for,
   * and those that the MCP server supports. Never for a client that somebody else registered, and
   * never for one that is a document.
   */
  boolean registersAnew(@Nullable String error, AuthorizationPlace place, ScopeSelection scopes) {
    ClientInformation own = registered.get(place.issuer());
    if (own == null) {
      return false;
    }
    if ("invalid_client".equals(error)) {
      registered.remove(place.issuer());
      return forgotten(place.issuer(), own);
    }
    if (!"invalid_scope".equals(error)) {
      return false;
    }
    Set<String> all = new LinkedHashSet<>(scopes.scopes());
    all.addAll(place.scopesSupported() == null ? Set.of() : place.scopesSupported());
    Set<String> before = scopesToRegister.put(place.issuer(), all);
    return !all.isEmpty() && !all.equals(before);
  }

  private boolean forgotten(String issuer, ClientInformation own) {
    try {
      registrations.forget(issuer, own);
      return true;
    } catch (ClientException e) {
      return false;
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

  /**
   * Without scopes at first: servers give such a client all (oidc-provider) or their default ones
   * and the mappers that come with them (Keycloak), which a client that names scopes would lose.
   */
  private ClientMetadata wanted(AuthorizationServerMetadata server, @Nullable URI redirectUri)
      throws ClientFailure {
    if (redirectUri == null) {
      throw new ClientFailure("A client without a user is registered by hand: set MCP_CLIENT_ID.");
    }
    Set<String> scopes = scopesToRegister.get(server.issuer());
    return scopes == null
        ? NativeClient.metadata(NAME, server, redirectUri)
        : NativeClient.metadata(NAME, server, redirectUri, scopes);
  }
}
