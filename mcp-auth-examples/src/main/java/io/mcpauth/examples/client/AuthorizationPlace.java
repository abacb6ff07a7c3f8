package io.mcpauth.examples.client;

import io.mcpauth.client.AuthorizationRequest;
import io.mcpauth.client.DpopKey;
import io.mcpauth.client.ScopeSelection;
import io.mcpauth.discovery.AuthorizationServerDiscovery;
import io.mcpauth.discovery.BearerChallenge;
import io.mcpauth.discovery.DiscoveredMetadata;
import io.mcpauth.discovery.DiscoveredResource;
import io.mcpauth.discovery.ProtectedResourceDiscovery;
import io.mcpauth.error.ClientException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where tokens for an MCP server come from, as it says at the moment.
 *
 * @param server the authorization server
 * @param resource whom tokens are for (RFC 8707), or null for a server of revision 2025-03-26 and
 *     where the user wants it left out
 * @param scopesSupported all scopes that the MCP server knows, or null
 * @param dpopRequired whether it takes no tokens but those that are bound to a key
 */
public record AuthorizationPlace(
    DiscoveredMetadata server,
    @Nullable URI resource,
    @Nullable List<String> scopesSupported,
    boolean dpopRequired) {
  /** For a server that takes bearer tokens, or does not say. */
  public AuthorizationPlace(
      DiscoveredMetadata server, @Nullable URI resource, @Nullable List<String> scopesSupported) {
    this(server, resource, scopesSupported, false);
  }

  String issuer() {
    return server.metadata().issuer();
  }

  /**
   * The scopes to ask for at first.
   *
   * @param challenge of the refusal, or null where it had none
   * @return those that the MCP authorization specification, "Scope Selection Strategy", names
   */
  public ScopeSelection initialScopes(@Nullable BearerChallenge challenge) {
    return ScopeSelection.initial(challenge, scopesSupported);
  }

  /**
   * The request that a user's browser carries to the authorization server.
   *
   * @param clientId the client's id there
   * @param redirectUri where the user comes back to
   * @param scopes to ask for
   * @param dpop the key that the tokens are to be bound to, or null
   * @param login the challenge that asks for another login (RFC 9470), or null
   * @param now when it is made
   * @return the request and what its response is held against
   * @throws ClientException if the server cannot do what such a request needs
   */
  public AuthorizationRequest request(
      String clientId,
      URI redirectUri,
      Set<String> scopes,
      @Nullable DpopKey dpop,
      @Nullable BearerChallenge login,
      Instant now)
      throws ClientException {
    AuthorizationRequest.Builder request =
        AuthorizationRequest.to(server.metadata(), clientId, redirectUri).scopes(scopes);
    if (resource != null) {
      request = request.resource(resource);
    }
    if (dpop != null) {
      request = request.dpop(dpop);
    }
    Set<String> acrValues = login == null ? null : login.acrValues();
    if (acrValues != null) {
      request = request.acrValues(acrValues);
    }
    Duration maxAge = login == null ? null : login.maxAge();
    if (maxAge != null) {
      request = request.maxAge(maxAge);
    }
    return request.build(now);
  }

  /** Finds out; keeps nothing, because an MCP server may move to another authorization server. */
  static final class Finder implements AutoCloseable {
    private final ProtectedResourceDiscovery resources;
    private final AuthorizationServerDiscovery servers;
    private final URI mcpUrl;
    private final ClientSettings settings;
    private final Function<List<String>, String> choice;

    /**
     * For one MCP server.
     *
     * @param choice of one of the issuers that it names
     */
    Finder(ClientSettings settings, Function<List<String>, String> choice) {
      this.resources = ProtectedResourceDiscovery.create(settings.connections());
      this.servers = new AuthorizationServerDiscovery(settings.connections());
      this.mcpUrl = settings.url();
      this.settings = settings;
      this.choice = choice;
    }

    /**
     * The place.
     *
     * @param challenge of the refusal that asks for it, or null where it had none
     */
    AuthorizationPlace find(@Nullable BearerChallenge challenge) throws ClientFailure {
      try {
        return named(resources.fetch(mcpUrl, challenge));
      } catch (ClientException e) {
        boolean absent = e.reason() == ClientException.Reason.RESOURCE_METADATA_ABSENT;
        String configured = settings.provider().issuer();
        if (absent && configured != null) {
          return configured(configured);
        }
        if (absent && settings.revision().isBeforeResourceMetadata()) {
          return atTheOrigin();
        }
        throw new ClientFailure(e);
      }
    }

    private AuthorizationPlace named(DiscoveredResource resource) throws ClientException {
      String issuer = choice.apply(resource.authorizationServers());
      return new AuthorizationPlace(
          servers.fetchNamedBy(resource, issuer),
          settings.provider().withoutResource() ? null : resource.resource(),
          resource.scopesSupported(),
          resource.dpopRequired());
    }

    /**
     * Where every place says that there are no metadata (not that they cannot be had), the user's
     * word stands for them: the issuer that was set, and the URL that is called.
     */
    private AuthorizationPlace configured(String issuer) throws ClientFailure {
      try {
        return new AuthorizationPlace(
            servers.fetch(issuer), settings.provider().withoutResource() ? null : mcpUrl, null);
      } catch (ClientException e) {
        throw new ClientFailure(e);
      }
    }

    private AuthorizationPlace atTheOrigin() throws ClientFailure {
      try {
        DiscoveredMetadata server = servers.fetchAtOriginOf(mcpUrl);
        return new AuthorizationPlace(server, null, null);
      } catch (ClientException e) {
        throw new ClientFailure(e);
      }
    }

    @Override
    public void close() {
      resources.close();
      servers.close();
    }
  }
}
