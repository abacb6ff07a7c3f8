package io.mcpauth.discovery;

import io.mcpauth.internal.net.WebAddress;
import org.jspecify.annotations.Nullable;

/** Says how the issuer of a metadata document differs from the one that was asked for. */
final class IssuerDifference {
  private IssuerDifference() {}

  /**
   * The difference in words, with what to write where the operator mistyped.
   *
   * @param expected as it is configured, or named by a resource
   * @param found the {@code issuer} of the document, whatever its type
   */
  static String of(String expected, @Nullable Object found) {
    String said = "issuer is '" + found + "'";
    if (!(found instanceof String issuer)) {
      return said;
    }
    if (WebAddress.differByASlash(issuer, expected)) {
      return said + ", which differs by a slash. Write it exactly so";
    }
    return issuer.contains("{tenantid}")
        ? said
            + ", a template for the tenants of Entra. Write the issuer of one tenant,"
            + " or the template with a list of tenants (expectTenants)"
        : said;
  }
}
