package io.mcpauth.authserver;

import io.mcpauth.client.ClientMetadata;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client as its metadata document describes it: checked, immutable, and for the moment only; ask
 * {@link ClientIdMetadataDocuments} again for the next request.
 *
 * <p>Everything but the host is what the client says of itself.
 */
public final class ClientIdDocument {
  private final ClientIdUrl clientId;
  private final ClientMetadata metadata;
  private final @Nullable ClientKeys keys;

  ClientIdDocument(ClientIdUrl clientId, ClientMetadata metadata, @Nullable ClientKeys keys) {
    this.clientId = clientId;
    this.metadata = metadata;
    this.keys = keys;
  }

  /** The client id, which is the URL of the document. */
  public ClientIdUrl clientId() {
    return clientId;
  }

  /** The host of the client id: what a consent page shows first (section 8.5 of the draft). */
  public String host() {
    return clientId.host();
  }

  /**
   * The name it gives itself, without markup and control characters; anybody can take any name. The
   * host where the name cannot be shown.
   */
  public String clientName() {
    return Objects.requireNonNullElse(metadata.clientName(), host());
  }

  /**
   * Where it may be redirected to, at least one. An entry of the document that is not accepted here
   * is not among them.
   */
  public List<String> redirectUris() {
    return metadata.redirectUris();
  }

  /**
   * Whether a requested redirect URI is one of the document's: the same string, loopback with any
   * port (RFC 8252 section 7.3). One that is not is answered with a page, never with a redirect.
   */
  public boolean acceptsRedirect(String requested) {
    return RedirectUri.matches(metadata.redirectUris(), requested);
  }

  /**
   * Whether every redirect URI is on loopback, so that any program on the user's computer could be
   * the client: a consent page then warns (MCP, "Localhost Redirect URI Risks").
   */
  public boolean hasOnlyLoopbackRedirects() {
    return metadata.hasOnlyLoopbackRedirects();
  }

  /** {@code none} or {@code private_key_jwt}; in the latter case {@link #keys()} are there. */
  public String tokenEndpointAuthMethod() {
    return metadata.tokenEndpointAuthMethod();
  }

  /**
   * The keys with which it proves itself, for {@link ClientAssertionVerifier}; null for a public
   * client. Where they are there, the proof has to be demanded (section 8.2 of the draft).
   */
  public @Nullable ClientKeys keys() {
    return keys;
  }

  /** All members; {@code token_endpoint_auth_method} is there also where the document lacks it. */
  public ClientMetadata metadata() {
    return metadata;
  }

  @Override
  public String toString() {
    return "ClientIdDocument[" + clientId + "]";
  }
}
