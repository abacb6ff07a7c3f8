package io.mcpauth.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fills the {@link ClientMetadata} of a client that registers. A value set twice is the later one.
 * What is not set is not sent, {@code application_type} aside: see {@link RegistrationClient}.
 */
public final class ClientMetadataBuilder {
  private final Map<String, Object> members = new LinkedHashMap<>();

  ClientMetadataBuilder() {}

  ClientMetadataBuilder members(ClientMetadata metadata) {
    members.putAll(metadata.members());
    return this;
  }

  /** Without a member, by its name on the wire. */
  public ClientMetadataBuilder without(String name) {
    members.remove(name);
    return this;
  }

  /** {@code redirect_uris}. */
  public ClientMetadataBuilder redirectUris(Collection<String> uris) {
    return member(ClientMetadata.REDIRECT_URIS, List.copyOf(uris));
  }

  /** {@code redirect_uris}. */
  public ClientMetadataBuilder redirectUris(String... uris) {
    return redirectUris(List.of(uris));
  }

  /**
   * {@code token_endpoint_auth_method}: {@code none} for a public client. Where it is not said it
   * means {@code client_secret_basic} (RFC 7591 section 2).
   */
  public ClientMetadataBuilder tokenEndpointAuthMethod(String method) {
    return member(ClientMetadata.AUTH_METHOD, method);
  }

  /** {@code token_endpoint_auth_signing_alg}, such as {@code ES256}. */
  public ClientMetadataBuilder tokenEndpointAuthSigningAlg(String alg) {
    return member(ClientMetadata.SIGNING_ALG, alg);
  }

  /**
   * {@code grant_types}. Where they are not said they mean {@code authorization_code} alone (RFC
   * 7591 section 2): a client that wants refresh tokens adds {@code refresh_token}.
   */
  public ClientMetadataBuilder grantTypes(Collection<String> types) {
    return member(ClientMetadata.GRANT_TYPES, List.copyOf(types));
  }

  /** As {@link #grantTypes(Collection)}. */
  public ClientMetadataBuilder grantTypes(String... types) {
    return grantTypes(List.of(types));
  }

  /** {@code response_types}. */
  public ClientMetadataBuilder responseTypes(Collection<String> types) {
    return member(ClientMetadata.RESPONSE_TYPES, List.copyOf(types));
  }

  /** The scopes to be allowed to ask for, in order. */
  public ClientMetadataBuilder scopes(Collection<String> scopes) {
    return member(ClientMetadata.SCOPE, String.join(" ", scopes));
  }

  /** {@code client_name}. */
  public ClientMetadataBuilder clientName(String name) {
    return member(ClientMetadata.CLIENT_NAME, name);
  }

  /** {@code client_name} in another language, such as {@code client_name#de}. */
  public ClientMetadataBuilder clientName(String name, String languageTag) {
    return member(ClientMetadata.CLIENT_NAME + "#" + languageTag, name);
  }

  /** {@code client_uri}. */
  public ClientMetadataBuilder clientUri(String uri) {
    return member("client_uri", uri);
  }

  /** {@code contacts}. */
  public ClientMetadataBuilder contacts(Collection<String> contacts) {
    return member("contacts", new ArrayList<>(contacts));
  }

  /** {@code jwks}: public keys only. */
  public ClientMetadataBuilder jwks(Map<String, ?> set) {
    return member(ClientMetadata.JWKS, set);
  }

  /** {@code jwks_uri}. */
  public ClientMetadataBuilder jwksUri(String uri) {
    return member(ClientMetadata.JWKS_URI, uri);
  }

  /** {@code software_id} and {@code software_version}. */
  public ClientMetadataBuilder software(String id, String version) {
    return member("software_id", id).member("software_version", version);
  }

  /** {@code application_type}: {@code native} or {@code web}. */
  public ClientMetadataBuilder applicationType(String type) {
    return member(ClientMetadata.APPLICATION_TYPE, type);
  }

  /** {@code dpop_bound_access_tokens} (RFC 9449 section 5.2). */
  public ClientMetadataBuilder dpopBoundAccessTokens(boolean bound) {
    return member(ClientMetadata.DPOP_BOUND, bound);
  }

  /** Any other member, by its name on the wire, with a value of a type that JSON has. */
  public ClientMetadataBuilder member(String name, Object value) {
    members.put(name, value);
    return this;
  }

  /**
   * The metadata.
   *
   * @throws io.mcpauth.error.AuthException CLIENT_METADATA_INVALID or REDIRECT_URI_NOT_ACCEPTED if
   *     a member has the wrong type
   */
  public ClientMetadata build() {
    return ClientMetadata.of(members);
  }
}
