package io.mcpauth.examples.guard;

import io.mcpauth.token.McpPrincipal;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * Tells the target who calls: {@code X-MCP-Auth-Issuer}, {@code -Subject}, {@code -Client} and
 * {@code -Scopes}. What the token does not say has no header.
 *
 * <p>Values are percent-encoded (RFC 3986 section 2.1) in UTF-8, because users choose some of them
 * and providers allow any character: all but printable ASCII, and of that the percent sign, quotes,
 * backslash, comma and semicolon. Scopes are separated by single spaces.
 */
final class IdentityHeaders {
  static final String ISSUER = "X-MCP-Auth-Issuer";
  static final String SUBJECT = "X-MCP-Auth-Subject";
  static final String CLIENT = "X-MCP-Auth-Client";
  static final String SCOPES = "X-MCP-Auth-Scopes";

  private static final String ENCODED = "%\"'\\,;";
  private static final String HEX = "0123456789ABCDEF";

  private IdentityHeaders() {}

  static void add(@Nullable McpPrincipal caller, HttpFields.Mutable headers) {
    if (caller == null) {
      return; // an anonymous call that the policy allows
    }
    put(headers, ISSUER, caller.issuer());
    put(headers, SUBJECT, caller.subject());
    put(headers, CLIENT, caller.clientId());
    String scopes =
        caller.scopes().stream().map(IdentityHeaders::encoded).collect(Collectors.joining(" "));
    if (!scopes.isEmpty()) {
      headers.put(SCOPES, scopes);
    }
  }

  private static void put(HttpFields.Mutable headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, encoded(value));
    }
  }

  static String encoded(String value) {
    StringBuilder encoded = new StringBuilder();
    for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (octet & 0xFF);
      if (character > ' ' && character < 0x7F && ENCODED.indexOf(character) < 0) {
        encoded.append(character);
      } else {
        encoded.append('%').append(HEX.charAt(character >> 4)).append(HEX.charAt(character & 0xF));
      }
    }
    return encoded.toString();
  }
}
