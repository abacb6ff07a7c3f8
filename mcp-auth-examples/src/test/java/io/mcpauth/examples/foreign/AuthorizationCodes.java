package io.mcpauth.examples.foreign;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;
import org.springframework.security.crypto.keygen.StringKeyGenerator;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;

/** Authorization codes that end after a minute by the server's clock (OAuth 2.1 section 7.5). */
final class AuthorizationCodes implements OAuth2TokenGenerator<OAuth2AuthorizationCode> {
  static final Duration LIFETIME = Duration.ofMinutes(1);

  private final StringKeyGenerator values =
      new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), 48);
  private final Clock clock;

  AuthorizationCodes(Clock clock) {
    this.clock = clock;
  }

  @Override
  public @Nullable OAuth2AuthorizationCode generate(OAuth2TokenContext context) {
    if (!context.getTokenType().getValue().equals("code")) {
      return null;
    }
    Instant now = clock.instant();
    return new OAuth2AuthorizationCode(values.generateKey(), now, now.plus(LIFETIME));
  }
}
