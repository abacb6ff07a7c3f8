package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.caller;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.ProviderProfile;
import io.mcpauth.token.ProviderProfile.ForeignMark;
import io.mcpauth.token.ProviderProfile.Kind;
import io.mcpauth.token.ProviderProfile.ScopeForm;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The tokens of a provider that is not in the table, by a profile that the application wrote. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class OwnProfileTest {
  private static final ProviderProfile ACME =
      ProviderProfile.builder("acme-id")
          .types("jwt")
          .scopeClaims("https://acme.example/rights")
          .scopeForm(ScopeForm.ARRAY)
          .clientClaims("app")
          .foreignMarks(new ForeignMark("use", "id", Kind.ID))
          .ownMarks(List.of("app", "https://acme.example/rights"))
          .build();

  @AutoClose private final TestIssuer issuer = TestIssuer.start(ProtectedServer.CLOCK);

  @Test
  void scopesUnderAnUnusualClaim_count() {
    try (ResourceServer server = ProtectedServer.of(server(ACME)).build()) {
      McpPrincipal caller = caller(decide(server, accessToken()));

      assertThat(caller.scopes()).containsExactly("mcp", "files:read");
      assertThat(caller.clientId()).isEqualTo("app-1");
    }
  }

  @Test
  void idToken_isRefusedByItsMark() {
    try (ResourceServer server = ProtectedServer.of(server(ACME)).build()) {
      assertInvalidToken(
          decide(server, accessToken().claim("use", "id")), ReasonCode.ID_TOKEN_NOT_ACCEPTED);
      assertGranted(decide(server, accessToken().claim("use", "access")));
    }
  }

  @Test
  void sharedAudience_asksForTheOwnMarks() {
    AuthorizationServer shared = server(ACME).expectAudience("app-1");
    try (ResourceServer server = ProtectedServer.of(shared).build()) {
      assertGranted(decide(server, accessToken().claim("aud", "app-1")));
      assertInvalidToken(
          decide(server, accessToken().claim("aud", "app-1").withoutClaim("app")),
          ReasonCode.NOT_AN_ACCESS_TOKEN);
    }
  }

  /** RFC 9068 section 2.1: an access token says so in its type. */
  @Test
  void profileWithoutMore_takesTheTokensOfRfc9068Alone() {
    ProviderProfile plain = ProviderProfile.builder("acme-id").build();
    try (ResourceServer server = ProtectedServer.of(server(plain)).build()) {
      TestIssuer.Token token = issuer.token(ProtectedServer.RESOURCE).scopes("mcp");
      assertGranted(decide(server, token.header("typ", "at+jwt")));
      assertInvalidToken(
          decide(server, token.header("typ", "JWT")), ReasonCode.TOKEN_TYPE_NOT_ACCEPTED);
      assertInvalidToken(
          decide(server, token.header("typ", "at+jwt").claim("nonce", "n")),
          ReasonCode.ID_TOKEN_NOT_ACCEPTED);
    }
  }

  private AuthorizationServer server(ProviderProfile profile) {
    return AuthorizationServer.of(issuer.issuer())
        .withJwksUri(issuer.jwksUri())
        .withProfile(profile);
  }

  /** Without the claims that RFC 9068 has for scopes and client. */
  private TestIssuer.Token accessToken() {
    return issuer
        .token(ProtectedServer.RESOURCE)
        .header("typ", "JWT")
        .withoutClaim("scope")
        .withoutClaim("client_id")
        .claim("app", "app-1")
        .claim("https://acme.example/rights", List.of("mcp", "files:read"));
  }

  private static AccessDecision decide(ResourceServer server, TestIssuer.Token token) {
    return server.decide(RequestStub.of("GET").bearer(token.mint()));
  }
}
