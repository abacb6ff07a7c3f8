package io.mcpauth.authserver;

import io.mcpauth.client.ClientMetadata;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a client may do at the token endpoint and how it proves itself there, made consistent (RFC
 * 7591 section 2.1). What the server has not got is left out of what was asked for, as section 2
 * lets it: VS Code asks for the device grant beside the one that it uses.
 */
final class GrantRules {
  static final String CODE_GRANT = "authorization_code";
  static final String REFRESH = "refresh_token";
  static final String CLIENT_CREDENTIALS = "client_credentials";
  static final String PRIVATE_KEY_JWT = "private_key_jwt";

  /** RFC 9700 sections 2.1.2 and 2.4. */
  static final Set<String> OUTDATED = Set.of("implicit", "password");

  private final Set<String> supportedGrants;
  private final Set<String> supportedMethods;
  private final Set<String> signingAlgs;

  GrantRules(Set<String> grants, Set<String> methods, Set<String> signingAlgs) {
    this.supportedGrants = grants;
    this.supportedMethods = methods;
    this.signingAlgs = signingAlgs;
  }

  /** The grants, response types and the method that count, in place of those asked for. */
  void apply(ClientMetadata asked, ClientMetadata.Builder accepted) {
    Set<String> grants = grants(asked);
    List<String> responses = responses(asked, grants);
    String method = method(asked);
    if (grants.contains(CLIENT_CREDENTIALS) && method.equals("none")) {
      // RFC 6749 section 4.4: confidential clients only.
      throw MetadataRefusal.metadata(
          "grant_types has client_credentials, which token_endpoint_auth_method none cannot use.");
    }
    accepted
        .grantTypes(grants)
        .responseTypes(responses)
        .tokenEndpointAuthMethod(method)
        .without("token_endpoint_auth_signing_alg");
    applyKeys(asked, method, accepted);
  }

  private Set<String> grants(ClientMetadata asked) {
    // An empty list says nothing: RFC 7591 section 2 has authorization_code where nothing is said.
    Set<String> grants =
        new LinkedHashSet<>(
            asked.grantTypes().isEmpty() ? List.of(CODE_GRANT) : asked.grantTypes());
    if (grants.stream().anyMatch(OUTDATED::contains)) {
      throw MetadataRefusal.metadata(
          "grant_types has implicit or password; use authorization_code with PKCE.");
    }
    grants.retainAll(supportedGrants);
    if (grants.isEmpty()) {
      throw MetadataRefusal.metadata(
          "grant_types has none that is supported: " + String.join(", ", supportedGrants) + ".");
    }
    if (grants.contains(REFRESH) && !grants.contains(CODE_GRANT)) {
      throw MetadataRefusal.metadata("grant_types has refresh_token without authorization_code.");
    }
    return grants;
  }

  private static List<String> responses(ClientMetadata asked, Set<String> grants) {
    List<String> types = new ArrayList<>(asked.responseTypes());
    if (types.isEmpty() && grants.contains(CODE_GRANT)) {
      types.add("code");
    }
    for (String type : types) {
      Set<String> parts = Set.copyOf(new LinkedHashSet<>(List.of(type.split(" ", -1))));
      if (parts.contains("token") || parts.contains("id_token")) {
        throw MetadataRefusal.metadata(
            "response_types has one of the implicit or hybrid flow; use code alone.");
      }
    }
    types.retainAll(List.of("code"));
    // RFC 7591 section 2.1: authorization_code and code go together, in both directions.
    if (!types.contains("code") && grants.contains(CODE_GRANT)) {
      throw MetadataRefusal.metadata("response_types must contain code for authorization_code.");
    }
    if (types.contains("code") && !grants.contains(CODE_GRANT)) {
      throw MetadataRefusal.metadata(
          "response_types has code, which needs authorization_code in grant_types.");
    }
    return types.isEmpty() ? List.of() : List.of("code");
  }

  private String method(ClientMetadata asked) {
    String method = asked.tokenEndpointAuthMethod();
    if (supportedMethods.contains(method)) {
      return method;
    }
    boolean unsaid = !asked.members().containsKey("token_endpoint_auth_method");
    if (unsaid && supportedMethods.contains("none")) {
      return "none";
    }
    throw MetadataRefusal.metadata(
        "token_endpoint_auth_method must be one of " + String.join(", ", supportedMethods) + ".");
  }

  private void applyKeys(ClientMetadata asked, String method, ClientMetadata.Builder accepted) {
    var jwks = asked.jwks();
    if (jwks != null) {
      if (asked.jwksUri() != null) {
        // RFC 7591 section 2: the two must not both be there.
        throw MetadataRefusal.metadata("jwks and jwks_uri exclude each other; leave one out.");
      }
      PublicKeys.require(jwks);
    }
    String jwksUri = asked.jwksUri();
    if (jwksUri != null && DisplayRules.isLink(jwksUri)) {
      accepted.jwksUri(jwksUri);
    } else if (jwksUri != null && method.equals(PRIVATE_KEY_JWT)) {
      // Keys that come over http are no proof; of a client that proves nothing they are none.
      throw MetadataRefusal.metadata(
          "jwks_uri must be an https URL of at most 2000 characters, without user-info.");
    }
    if (!method.equals(PRIVATE_KEY_JWT)) {
      return;
    }
    if (jwks == null && asked.jwksUri() == null) {
      throw MetadataRefusal.metadata("private_key_jwt needs jwks or jwks_uri.");
    }
    String alg = asked.tokenEndpointAuthSigningAlg();
    if (alg != null) {
      if (!signingAlgs.contains(alg)) {
        throw MetadataRefusal.metadata(
            "token_endpoint_auth_signing_alg must be one of "
                + String.join(", ", signingAlgs)
                + ".");
      }
      accepted.tokenEndpointAuthSigningAlg(alg);
    }
  }
}
