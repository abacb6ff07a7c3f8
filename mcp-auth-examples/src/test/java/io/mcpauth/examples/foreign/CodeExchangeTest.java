package io.mcpauth.examples.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.client.DpopKey;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.InMemoryOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;

/** What cannot come over the wire, since no request without a challenge gets a code. */
class CodeExchangeTest {
  private static final String REDIRECT = "http://localhost:7777/callback";

  /** The pair of RFC 7636 appendix B. */
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

  private static final RegisteredClient CLIENT =
      RegisteredClient.withId("c")
          .clientId("c")
          .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
          .redirectUri(REDIRECT)
          .build();

  @Test
  void goodVerifier_isRedeemed() {
    Map<String, Object> challenge =
        Map.of("code_challenge", CHALLENGE, "code_challenge_method", "S256");
    assertThat(exchange(challenge, Map.of("code_verifier", VERIFIER)).isAuthenticated()).isTrue();
  }

  /** RFC 9700 section 4.8.2, CVE-2025-4144. */
  @ParameterizedTest
  @ValueSource(strings = {VERIFIER, ""})
  void codeWithoutAChallenge_isNeverRedeemed(String verifier) {
    Map<String, Object> sent = verifier.isEmpty() ? Map.of() : Map.of("code_verifier", verifier);
    assertThatThrownBy(() -> exchange(Map.of(), sent))
        .isInstanceOfSatisfying(
            OAuth2AuthenticationException.class,
            e -> assertThat(e.getError().getErrorCode()).isEqualTo("invalid_grant"));
  }

  /** RFC 9449 section 10. */
  @Test
  void codeThatIsBoundToAKey_isForThatKeyAlone() throws Exception {
    DpopKey key = DpopKey.generate();
    URI token = URI.create("http://localhost/oauth2/token");
    Map<String, Object> asked =
        Map.of(
            "code_challenge",
            CHALLENGE,
            "code_challenge_method",
            "S256",
            "dpop_jkt",
            key.thumbprint());
    String proof = key.proof("POST", token, null, Instant.now());
    assertThat(
            exchange(asked, Map.of("code_verifier", VERIFIER, "dpop_proof", proof))
                .isAuthenticated())
        .isTrue();
    String another = DpopKey.generate().proof("POST", token, null, Instant.now());
    for (String bad : List.of(another, "no proof", "")) {
      Map<String, Object> sent =
          bad.isEmpty()
              ? Map.of("code_verifier", VERIFIER)
              : Map.of("code_verifier", VERIFIER, "dpop_proof", bad);
      assertThatThrownBy(() -> exchange(asked, sent))
          .isInstanceOfSatisfying(
              OAuth2AuthenticationException.class,
              e -> assertThat(e.getError().getErrorCode()).isEqualTo("invalid_dpop_proof"));
    }
  }

  private static Authentication exchange(Map<String, Object> asked, Map<String, Object> sent) {
    Instant now = Instant.now();
    var grants = new InMemoryOAuth2AuthorizationService();
    grants.save(
        OAuth2Authorization.withRegisteredClient(CLIENT)
            .principalName("ada")
            .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
            .attribute(
                OAuth2AuthorizationRequest.class.getName(),
                OAuth2AuthorizationRequest.authorizationCode()
                    .authorizationUri("http://localhost/oauth2/authorize")
                    .clientId("c")
                    .additionalParameters(asked)
                    .build())
            .token(new OAuth2AuthorizationCode("c0de", now, now.plusSeconds(60)))
            .build());
    TestingAuthenticationToken client = new TestingAuthenticationToken("c", "", "x");
    CodeExchange exchange = new CodeExchange(grants, redeeming(client), Clock.systemUTC());
    Authentication result =
        exchange.authenticate(
            new OAuth2AuthorizationCodeAuthenticationToken("c0de", client, REDIRECT, sent));
    return Objects.requireNonNull(result);
  }

  private static AuthenticationProvider redeeming(Authentication result) {
    return new AuthenticationProvider() {
      @Override
      public Authentication authenticate(Authentication request) {
        return result;
      }

      @Override
      public boolean supports(Class<?> authentication) {
        return true;
      }
    };
  }
}
