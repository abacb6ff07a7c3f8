package io.mcpauth.authserver;

import io.mcpauth.client.ClientMetadata;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.net.Loopback;
import io.mcpauth.internal.net.WebAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a client id metadata document (draft-ietf-oauth-client-id-metadata-document section 4; MCP
 * 2026-07-28, Client Registration). Pure.
 */
final class ClientDocumentReader {
  private static final String AUTH_METHOD = "token_endpoint_auth_method";
  private static final Set<String> METHODS = Set.of("none", "private_key_jwt");
  private static final List<String> SECRETS = List.of("client_secret", "client_secret_expires_at");

  private final RegistrationPolicy policy;
  private final boolean sameOriginRedirects;

  ClientDocumentReader(RegistrationPolicy policy, boolean sameOriginRedirects) {
    this.policy = policy;
    this.sameOriginRedirects = sameOriginRedirects;
  }

  /**
   * The client of a document.
   *
   * @throws AuthException CLIENT_DOCUMENT_INVALID
   */
  ClientIdDocument read(ClientIdUrl url, Map<String, @Nullable Object> document) {
    try {
      requireOwn(url, document);
      ClientMetadata metadata =
          policy.acceptPublished(
              metadata(document), uri -> !sameOriginRedirects || isSameOrigin(url, uri));
      if (sameOriginRedirects
          && !metadata.redirectUris().stream().allMatch(uri -> isSameOrigin(url, uri))) {
        throw refused("redirect_uris must be on the origin of the document, or on loopback");
      }
      return new ClientIdDocument(url, metadata, keys(url, metadata));
    } catch (AuthException e) {
      Map<String, String> facts = new LinkedHashMap<>(e.facts());
      facts.put("client_id", url.value());
      facts.putIfAbsent("problem", e.description());
      throw new AuthException(ReasonCode.CLIENT_DOCUMENT_INVALID, e.description(), facts);
    }
  }

  /** Section 4: to the letter, or somebody else's document would do. */
  private static void requireOwn(ClientIdUrl url, Map<String, @Nullable Object> document) {
    if (!url.value().equals(document.get("client_id"))) {
      throw refused("client_id must be the URL of the document, to the letter");
    }
    for (String member : SECRETS) { // section 4.1, whatever the value
      if (document.containsKey(member)) {
        throw refused(member + " must not be in a document that anybody can read");
      }
    }
  }

  private static ClientMetadata metadata(Map<String, @Nullable Object> document) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>(document);
    // RFC 7591 would have client_secret_basic, which section 4.1 rules out: no secret is shared.
    members.putIfAbsent(AUTH_METHOD, "none");
    if (members.get("redirect_uris") instanceof List<?> list) {
      List<?> texts = list.stream().filter(String.class::isInstance).toList();
      members.put("redirect_uris", texts.isEmpty() ? list : texts); // others match nothing
    }
    ClientMetadata metadata = ClientMetadata.of(members);
    if (!METHODS.contains(metadata.tokenEndpointAuthMethod())) {
      throw refused(AUTH_METHOD + " must be none or private_key_jwt");
    }
    // MCP asks for these three; the draft for client_id alone. A name may be one that cannot be
    // shown: it decides nothing, and pages show the host.
    boolean named = document.get("client_name") != null && !"".equals(document.get("client_name"));
    if (!named || metadata.redirectUris().isEmpty()) {
      throw refused("client_name and redirect_uris are required");
    }
    return metadata;
  }

  /** Section 8.1 allows it. Loopback has no origin that a document could share. */
  private static boolean isSameOrigin(ClientIdUrl url, String redirect) {
    URI uri = WebAddress.parsed(redirect);
    boolean same =
        uri != null
            && url.uri().getScheme().equals(uri.getScheme())
            && url.uri().getRawAuthority().equals(uri.getRawAuthority());
    return same || (uri != null && Loopback.host(uri));
  }

  /** Section 8.2: who publishes how it proves itself has to. */
  private static @Nullable ClientKeys keys(ClientIdUrl url, ClientMetadata metadata) {
    if (!metadata.tokenEndpointAuthMethod().equals("private_key_jwt")) {
      return null;
    }
    try {
      ClientKeys keys = ClientKeys.ofClient(metadata);
      keys.requireReachableFrom(url);
      return keys;
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private static AuthException refused(String rule) {
    return new AuthException(ReasonCode.CLIENT_DOCUMENT_INVALID, rule, Map.of("problem", rule));
  }
}
