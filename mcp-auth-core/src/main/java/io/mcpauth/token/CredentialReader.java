package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the one credential of a request, from the whole of it. Never from the query.
 *
 * @param resource that the request is for: its public URL, as configured
 */
record CredentialReader(ResourceIdentifier resource) {
  private static final String BEARER = "bearer";

  /** Of the registry of RFC 9110 section 16.4.1, and what is in use without being in it. */
  private static final List<String> KNOWN_SCHEMES =
      List.of(
          "Basic", "DPoP", "Digest", "Negotiate", "NTLM", "ApiKey", "Token", "PoP", "GNAP", "HOBA");

  /**
   * The credential of a request.
   *
   * @return it, or null where the request has none
   * @throws AuthException AUTHORIZATION_MALFORMED or SEVERAL_CREDENTIALS
   */
  @Nullable Credential read(AccessRequest request) {
    List<String> authorization = request.headers("Authorization");
    if (authorization.size() > 1) {
      throw new AuthException(ReasonCode.SEVERAL_CREDENTIALS);
    }
    if (authorization.isEmpty()) {
      return null; // a token in the query is no credential here (OAuth 2.1 section 5.1.1)
    }
    String header = withoutOws(authorization.get(0));
    if (header.isEmpty()) {
      return null; // proxies write one where a client sent none
    }
    int end = endOfScheme(header);
    if (end != BEARER.length() || !header.regionMatches(true, 0, BEARER, 0, end)) {
      return new Credential.OtherScheme(named(header.substring(0, end)));
    }
    // RFC 6750 section 2.1: "Bearer" 1*SP b64token; a tab is no space.
    int start = end;
    while (start < header.length() && header.charAt(start) == ' ') {
      start++;
    }
    if (start == end || start == header.length() || header.indexOf(',', start) >= 0) {
      throw new AuthException(ReasonCode.AUTHORIZATION_MALFORMED);
    }
    if (namesAccessToken(request.query())) {
      // RFC 6750 section 2: not more than one method in a request.
      throw new AuthException(ReasonCode.SEVERAL_CREDENTIALS);
    }
    return new Credential.Bearer(new PresentedToken(header, start, request, resource));
  }

  /** By a name that is known: where a token stands without a scheme, it is no name to log. */
  private static String named(String scheme) {
    return KNOWN_SCHEMES.stream().filter(scheme::equalsIgnoreCase).findAny().orElse("unknown");
  }

  private static int endOfScheme(String header) {
    int end = 0;
    while (end < header.length() && isTchar(header.charAt(end))) {
      end++;
    }
    return end;
  }

  /** RFC 9110 section 5.6.2: {@code Bearer-X} is a scheme of its own. */
  private static boolean isTchar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  /** RFC 9110 section 5.5: space and tab surround a value; anything else is a part of it. */
  private static String withoutOws(String value) {
    int start = 0;
    int end = value.length();
    while (start < end && isOws(value.charAt(start))) {
      start++;
    }
    while (end > start && isOws(value.charAt(end - 1))) {
      end--;
    }
    return value.substring(start, end);
  }

  private static boolean isOws(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean namesAccessToken(@Nullable String query) {
    if (query == null) {
      return false;
    }
    for (String parameter : query.split("&", -1)) {
      if (parameter.equals("access_token") || parameter.startsWith("access_token=")) {
        return true;
      }
    }
    return false;
  }
}
