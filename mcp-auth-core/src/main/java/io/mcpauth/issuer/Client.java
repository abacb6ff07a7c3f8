package io.mcpauth.issuer;

import io.mcpauth.authserver.ClientIdDocument;
import io.mcpauth.authserver.RedirectUri;
import io.mcpauth.client.ClientMetadata;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that is known, in whatever way.
 *
 * @param scopes all that it may have, or null for whatever the server offers
 * @param lifetime of its access tokens, or null for that of the server
 * @param firstParty whether the operator vouches for it: it may be excused from the consent
 * @param introspects whether it may ask about tokens (RFC 7662)
 * @param host of the metadata document that vouches for its name, or null
 */
record Client(
    String id,
    Way way,
    ClientMetadata metadata,
    @Nullable Set<String> scopes,
    @Nullable Duration lifetime,
    boolean firstParty,
    boolean introspects,
    @Nullable String host) {
  /** How a client came to be known. */
  enum Way {
    /** The operator entered it. */
    ENTERED,
    /** It registered itself (RFC 7591). */
    REGISTERED,
    /** It publishes a metadata document. */
    DOCUMENT
  }

  static Client ofDocument(ClientIdDocument document) {
    return new Client(
        document.clientId().value(),
        Way.DOCUMENT,
        document.metadata(),
        null,
        null,
        false,
        false,
        document.host());
  }

  /** Whether it proves itself with nothing (RFC 6749 section 2.1). */
  boolean isPublic() {
    return metadata.tokenEndpointAuthMethod().equals("none");
  }

  boolean acceptsRedirect(String requested) {
    return RedirectUri.matches(metadata.redirectUris(), requested);
  }

  /** The name that it claims, or its id. */
  String name() {
    String name = metadata.clientName();
    return name == null || name.isBlank() ? id : name;
  }
}
