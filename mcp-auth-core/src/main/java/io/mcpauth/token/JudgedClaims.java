package io.mcpauth.token;

import io.mcpauth.policy.Actor;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a token says, judged as far as that can be without knowing who says it: it grants nothing.
 *
 * @param server whose token it says that it is
 * @param issuer its {@code iss}
 * @param subject its {@code sub}, or null
 * @param clientId its client, or null; not both are null
 * @param scopes its scopes, by the names that clients ask for
 * @param expiresAt its {@code exp}
 * @param issuedAt its {@code iat}, or null
 * @param confirmation what it is bound to
 * @param actor who acts for its subject, or null
 * @param claims all that it says
 */
record JudgedClaims(
    AuthorizationServer server,
    String issuer,
    @Nullable String subject,
    @Nullable String clientId,
    Set<String> scopes,
    Instant expiresAt,
    @Nullable Instant issuedAt,
    Confirmation confirmation,
    @Nullable Actor actor,
    TokenClaims claims) {
  @Override
  public String toString() {
    return "JudgedClaims[elided]";
  }
}
