package io.mcpauth.issuer;

import io.mcpauth.internal.json.Json;
import java.util.Map;

/** The public halves of the keys that sign access tokens, as a JWK set (RFC 7517 section 5). */
final class KeysEndpoint implements Endpoint {
  private final SigningKeys keys;

  KeysEndpoint(SigningKeys keys) {
    this.keys = keys;
  }

  @Override
  public OAuthAnswer answer(OAuthRequest request) {
    byte[] set = Json.write(Map.of("keys", keys.publicJwks()));
    return OAuthAnswer.of(200, "application/jwk-set+json", set).cached("public, max-age=300");
  }
}
