package io.mcpauth.edge;

import io.mcpauth.error.OAuthError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the {@code WWW-Authenticate} value: the one place that does.
 *
 * <p>The form is what deployed clients can read, and they search it with regular expressions: the
 * scheme first, then {@code error, scope, resource_metadata, error_description}, every value
 * quoted, no {@code =} in a description, never an empty scope.
 *
 * @param resourceMetadata the absolute URL of the metadata document (RFC 9728 section 5.1)
 * @param realm the protection space, or null (RFC 9110 section 11.5)
 */
record Challenge(String resourceMetadata, @Nullable String realm) {

  /**
   * A challenge.
   *
   * @param error what is wrong with the credential, or null where there is none (RFC 6750 section
   *     3.1)
   * @param scopes what to ask for; none leaves the parameter out
   * @param description for the developer of the client, or null
   */
  String value(@Nullable OAuthError error, List<String> scopes, @Nullable String description) {
    StringBuilder value = new StringBuilder(160).append("Bearer ");
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
    if (realm != null) {
      parameter(value, "realm", realm);
    }
    return value.toString();
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
