package io.mcpauth.edge;

import io.mcpauth.error.OAuthError;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the {@code WWW-Authenticate} values: the one place that does.
 *
 * <p>The form is what deployed clients can read, and they search it with regular expressions: the
 * scheme first, then {@code error, scope, resource_metadata, error_description}, then what else
 * there is, every value quoted, no {@code =} in a description, never an empty scope.
 *
 * @param resourceMetadata the absolute URL of the metadata document (RFC 9728 section 5.1)
 * @param realm the protection space, or null (RFC 9110 section 11.5)
 * @param proofAlgorithms those of DPoP proofs; none where they are not accepted
 */
record Challenge(String resourceMetadata, @Nullable String realm, List<String> proofAlgorithms) {
  private static final Set<OAuthError> OF_PROOFS =
      Set.of(OAuthError.INVALID_DPOP_PROOF, OAuthError.USE_DPOP_NONCE);

  Challenge {
    proofAlgorithms = List.copyOf(proofAlgorithms);
  }

  /**
   * The {@code Bearer} challenge. An error of the proof is none of a bearer token: a client that
   * reads no further must not take its token for a bad one.
   *
   * @param error what is wrong with the credential, or null where there is none (RFC 6750 section
   *     3.1)
   * @param scopes what to ask for; none leaves the parameter out
   * @param description for the developer of the client, or null
   */
  String value(@Nullable OAuthError error, List<String> scopes, @Nullable String description) {
    return value(error, scopes, description, Map.of());
  }

  /**
   * The same.
   *
   * @param login what another login has to be: {@code acr_values} and {@code max_age} (RFC 9470
   *     section 3)
   */
  String value(
      @Nullable OAuthError error,
      List<String> scopes,
      @Nullable String description,
      Map<String, String> login) {
    boolean ofProof = error != null && OF_PROOFS.contains(error);
    return written("Bearer ", ofProof ? null : error, scopes, description, login).toString();
  }

  /**
   * The challenges of other schemes, each for a header line of its own: that of DPoP, with the
   * algorithms of proofs, where they are accepted (RFC 9449 section 7.1).
   */
  List<String> further(
      @Nullable OAuthError error,
      List<String> scopes,
      @Nullable String description,
      Map<String, String> login) {
    if (proofAlgorithms.isEmpty()) {
      return List.of();
    }
    StringBuilder value = written("DPoP ", error, scopes, description, login);
    parameter(value, "algs", String.join(" ", proofAlgorithms));
    return List.of(value.toString());
  }

  private StringBuilder written(
      String scheme,
      @Nullable OAuthError error,
      List<String> scopes,
      @Nullable String description,
      Map<String, String> login) {
    StringBuilder value = new StringBuilder(160).append(scheme);
    if (error != null) {
      parameter(value, "error", error.wire());
    }
    if (!scopes.isEmpty()) {
      parameter(value, "scope", String.join(" ", scopes));
    }
    parameter(value, "resource_metadata", resourceMetadata);
    if (error != null && description != null) {
      parameter(value, "error_description", description.replace('=', ' '));
    }
    login.forEach((name, text) -> parameter(value, name, text));
    if (realm != null) {
      parameter(value, "realm", realm);
    }
    return value;
  }

  private static void parameter(StringBuilder value, String name, String text) {
    if (value.charAt(value.length() - 1) != ' ') {
      value.append(", ");
    }
    value.append(name).append("=\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // RFC 6750 section 3: printable ASCII without quote and backslash; anything else could end
      // the parameter or the header line.
      if (c >= ' ' && c < 0x7F && c != '"' && c != '\\') {
        value.append(c);
      }
    }
    value.append('"');
  }
}
