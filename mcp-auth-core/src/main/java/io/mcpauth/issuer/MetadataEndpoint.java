package io.mcpauth.issuer;

import io.mcpauth.internal.json.Json;
import io.mcpauth.token.TokenRequestProofs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the server says of itself (RFC 8414, RFC 9207, RFC 9728 section 4, client documents). */
final class MetadataEndpoint implements Endpoint {
  private static final List<String> METHODS =
      List.of("none", "client_secret_basic", "client_secret_post", "private_key_jwt");
  private static final List<String> SECRETS = METHODS.subList(1, METHODS.size());

  /** Those that {@code ClientAssertionVerifier} takes. */
  static final List<String> ALGORITHMS =
      List.of("RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA");

  private final byte[] document;

  MetadataEndpoint(ServerSetup setup) {
    Map<String, Object> said = new TreeMap<>();
    OAuthAddresses at = setup.addresses();
    said.put("issuer", setup.issuer());
    said.put("authorization_endpoint", at.of(OAuthAddresses.AUTHORIZE));
    said.put("token_endpoint", at.of(OAuthAddresses.TOKEN));
    said.put("revocation_endpoint", at.of(OAuthAddresses.REVOKE));
    said.put("introspection_endpoint", at.of(OAuthAddresses.INTROSPECT));
    if (setup.ways().contains(Client.Way.REGISTERED)) {
      said.put("registration_endpoint", at.of(OAuthAddresses.REGISTER));
    }
    if (setup.signing() != null) {
      said.put("jwks_uri", at.of(OAuthAddresses.KEYS));
    }
    said.put("client_id_metadata_document_supported", setup.ways().contains(Client.Way.DOCUMENT));
    said.put("scopes_supported", List.copyOf(setup.scopes().keySet()));
    said.put("response_types_supported", List.of("code"));
    said.put("response_modes_supported", List.of("query"));
    said.put(
        "grant_types_supported",
        List.of(TokenEndpoint.CODE, TokenEndpoint.REFRESH, TokenEndpoint.CLIENT));
    said.put("code_challenge_methods_supported", List.of("S256"));
    said.put("token_endpoint_auth_methods_supported", METHODS);
    said.put("token_endpoint_auth_signing_alg_values_supported", ALGORITHMS);
    said.put("revocation_endpoint_auth_methods_supported", METHODS);
    said.put("revocation_endpoint_auth_signing_alg_values_supported", ALGORITHMS);
    said.put("introspection_endpoint_auth_methods_supported", SECRETS);
    said.put("introspection_endpoint_auth_signing_alg_values_supported", ALGORITHMS);
    said.put("dpop_signing_alg_values_supported", TokenRequestProofs.algorithms());
    said.put("authorization_response_iss_parameter_supported", true);
    said.put("protected_resources", List.copyOf(setup.resources()));
    document = Json.write(said);
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    return OAuthAnswer.json(200, document.clone()).cached("public, max-age=300");
  }
}
