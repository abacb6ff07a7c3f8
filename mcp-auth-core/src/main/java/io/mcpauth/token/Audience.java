package io.mcpauth.token;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.metadata.ResourceIdentifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whom a token is for (RFC 9068 section 4, RFC 8707 section 2).
 *
 * @param server what its authorization server is configured with
 * @param resource this resource
 */
record Audience(AuthorizationServer server, ResourceIdentifier resource) {
  /**
   * Requires that the token is for this resource.
   *
   * @return whether it names the resource by its own identifier; otherwise it was accepted by
   *     another configured name, or for its client
   * @throws AuthException WRONG_AUDIENCE
   */
  boolean require(TokenClaims claims, @Nullable String clientId) {
    List<String> values = values(claims.get("aud"));
    Set<String> configured = server.audiences();
    for (String value : values) {
      if (configured.isEmpty() ? resource.matches(value) : configured.contains(value)) {
        return configured.isEmpty();
      }
    }
    if (clientId != null && server.trustedClients().contains(clientId)) {
      boolean nobodyElse =
          values.stream()
              .allMatch(
                  value ->
                      value.equals(clientId) || server.profile().otherAudiences().contains(value));
      if (nobodyElse) {
        return false;
      }
    }
    throw wrong(claims.get("aud"));
  }

  private List<String> values(@Nullable Object aud) {
    List<?> raw = aud instanceof List<?> list ? list : aud == null ? List.of() : List.of(aud);
    List<String> values = new ArrayList<>();
    for (Object value : raw) {
      if (!(value instanceof String text)) {
        throw wrong(aud); // RFC 7519 section 4.1.3: strings only
      }
      values.add(text);
    }
    return values;
  }

  private AuthException wrong(@Nullable Object found) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("found", ClaimValues.shown(found));
    facts.put(
        "expected",
        server.audiences().isEmpty() ? resource.value() : server.audiences().toString());
    facts.put("remedy", server.profile().remedy());
    return new AuthException(ReasonCode.WRONG_AUDIENCE, facts);
  }
}
