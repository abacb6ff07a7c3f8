package io.mcpauth.signals;

import io.mcpauth.access.AccessTarget;
import io.mcpauth.internal.jose.Jwt;
import io.mcpauth.internal.jose.JwtHeaderCheck;
import io.mcpauth.token.IssuerSignatures;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The logout tokens of OpenID providers (OpenID Connect Back-Channel Logout 1.0, sections 2.4 to
 * 2.8), as they write them: Keycloak with {@code typ} {@code logout+jwt}, before 26 with {@code
 * JWT}, and where offline sessions end too with a second member {@code revoke_offline_access} in
 * {@code events} (its {@code DefaultTokenManager.initLogoutToken}); Auth0 with {@code logout+jwt}
 * and both {@code sub} and {@code sid}
 * (https://auth0.com/docs/authenticate/login/logout/back-channel-logout); Ory Hydra without {@code
 * exp}, though section 2.4 requires it (its {@code executeBackChannelLogout}). None needs it:
 * {@code iat} bounds them all.
 */
final class LogoutTokens implements SignalKind {
  private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";

  /** Section 2.4: the first is recommended, and the others are what older providers write. */
  private static final Set<String> TYPES = Set.of("logout+jwt", "jwt", "");

  private final IssuerSignatures signatures;
  private final SignalClaims.Expected expected;
  private final Clock clock;

  LogoutTokens(IssuerSignatures signatures, SignalClaims.Expected expected, Clock clock) {
    this.signatures = signatures;
    this.expected = expected;
    this.clock = clock;
  }

  @Override
  public String contentType() {
    return "application/x-www-form-urlencoded";
  }

  /** The token is all that proves it. */
  @Override
  public boolean requireSender(Function<String, List<String>> headers) {
    return false;
  }

  /** Section 2.5: other parameters are ignored. */
  @Override
  public String token(byte[] body) {
    List<String> tokens = FormBody.values(body, "logout_token");
    if (tokens.size() != 1 || tokens.get(0).isEmpty()) {
      throw SignalClaims.invalid(
          "The body must have one parameter logout_token",
          Map.of("found", Integer.toString(tokens.size())));
    }
    return tokens.get(0);
  }

  /** Section 2.6. */
  @Override
  public Signal judge(Jwt jwt) {
    JwtHeaderCheck.requireType(jwt.header(), TYPES);
    Instant now = clock.instant();
    SignalClaims claims = SignalClaims.judge(jwt.claims(), expected, now);
    if (!(claims.events().get(EVENT) instanceof Map<?, ?>)) {
      throw SignalClaims.invalid("It has no logout event", Map.of("claim", "events"));
    }
    if (jwt.claims().containsKey("nonce")) { // an ID token has one, and must not pass
      throw SignalClaims.invalid("A logout token has no nonce", Map.of("claim", "nonce"));
    }
    return new Signal(
        claims.issuer(),
        claims.tokenId(),
        "logout",
        targets(claims),
        claims.issuedAt().isAfter(now) ? now : claims.issuedAt(),
        claims.goodUntil(),
        "");
  }

  private List<AccessTarget> targets(SignalClaims claims) {
    String subject = text(claims, "sub");
    String session = text(claims, "sid");
    if (subject == null && session == null) {
      throw SignalClaims.invalid("It has neither sub nor sid", Map.of());
    }
    List<AccessTarget> targets = new ArrayList<>();
    for (String issuer : signatures.tokenIssuers(claims.issuer())) {
      targets.addAll(Targets.of(issuer, subject, session));
    }
    return targets;
  }

  private static @Nullable String text(SignalClaims claims, String name) {
    Object value = claims.all().get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw SignalClaims.invalid(name);
  }

  @Override
  public void requireSigned(String token, String issuer) {
    signatures.requireSigned(token, issuer);
  }

  /** Section 2.6 item 8. */
  @Override
  public boolean refusesRepetition() {
    return true;
  }

  /** Section 2.8. */
  @Override
  public SignalAnswer accepted() {
    return SignalAnswer.empty(200);
  }

  /** Section 2.8, in the form of RFC 6749 section 5.2. */
  @Override
  public Map<String, Object> refused(SignalRefusal refusal) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put(
        "error",
        refusal.status() == 503 ? "temporarily_unavailable" : SignalRefusal.INVALID_REQUEST);
    body.put("error_description", refusal.description());
    return body;
  }
}
