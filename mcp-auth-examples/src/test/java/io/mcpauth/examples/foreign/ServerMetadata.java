package io.mcpauth.examples.foreign;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationServerMetadata;

/**
 * Brings the published metadata (RFC 8414) in line with what this server does: the framework's
 * default names grants, authentication methods and endpoints that are not here, and leaves out
 * {@code none}, without which clients conclude that they cannot register as public ones.
 */
final class ServerMetadata implements Consumer<OAuth2AuthorizationServerMetadata.Builder> {
  /** Of client assertions. */
  static final List<String> SIGNING_ALGORITHMS = List.of("RS256", "PS256", "ES256", "EdDSA");

  private static final List<String> AUTHENTICATION_METHODS =
      List.of("none", "client_secret_basic", "client_secret_post", "private_key_jwt");

  private final Set<String> scopes;
  private final boolean clientDocuments;

  ServerMetadata(Set<String> scopes, boolean clientDocuments) {
    this.scopes = scopes;
    this.clientDocuments = clientDocuments;
  }

  @Override
  public void accept(OAuth2AuthorizationServerMetadata.Builder metadata) {
    metadata
        .scopes(values -> values.addAll(scopes))
        .grantTypes(values -> replace(values, List.of("authorization_code", "refresh_token")))
        .tokenEndpointAuthenticationMethods(values -> replace(values, AUTHENTICATION_METHODS))
        .tokenRevocationEndpointAuthenticationMethods(
            values -> replace(values, AUTHENTICATION_METHODS))
        .claims(
            claims -> {
              claims.put("registration_endpoint", claims.get("issuer") + Endpoints.REGISTER);
              // RFC 8414 section 2: required beside private_key_jwt.
              claims.put("token_endpoint_auth_signing_alg_values_supported", SIGNING_ALGORITHMS);
              claims.put(
                  "revocation_endpoint_auth_signing_alg_values_supported", SIGNING_ALGORITHMS);
              // draft-ietf-oauth-client-id-metadata-document section 5.
              claims.put("client_id_metadata_document_supported", clientDocuments);
              claims.remove("introspection_endpoint");
              claims.remove("introspection_endpoint_auth_methods_supported");
              claims.remove("tls_client_certificate_bound_access_tokens");
              // RFC 9207 section 3.
              claims.put("authorization_response_iss_parameter_supported", true);
            });
  }

  private static void replace(List<String> values, List<String> by) {
    values.clear();
    values.addAll(by);
  }
}
