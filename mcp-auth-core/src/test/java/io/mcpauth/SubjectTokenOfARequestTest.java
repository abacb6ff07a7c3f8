package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.client.AccessToken;
import io.mcpauth.client.SubjectToken;
import io.mcpauth.client.TokenExchange;
import io.mcpauth.client.TokenServer;
import io.mcpauth.client.TokenTarget;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.TokenClaims;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The handle that a grant carries out of the core. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SubjectTokenOfARequestTest {
  private final TokenServer provider = new TokenServer();
  private final TestIssuer issuer = TestIssuer.start(ProtectedServer.CLOCK);

  @AfterEach
  void stop() {
    issuer.close();
    provider.close();
  }

  @Test
  void grant_carriesTheTokenOfThisVeryRequestToItsIssuersEndpoint() throws Exception {
    AuthorizationServer alias =
        AuthorizationServer.of(provider.issuer()) // advertised
            .expectIssuers(issuer.issuer())
            .withJwksUri(issuer.jwksUri());
    provider.answer(TokenServer.exchanged("for-the-files"));
    try (ResourceServer server = ProtectedServer.of(alias).build();
        TokenExchange exchange =
            new TokenExchange(provider.endpoint(), TokenTarget.unnamed(), ProtectedServer.CLOCK)) {
      for (String token : List.of(token(), token(), token())) {
        SubjectToken first = Objects.requireNonNull(subject(server, token));
        SubjectToken kept = Objects.requireNonNull(subject(server, token)); // a kept verdict's
        assertThat(first).isNotSameAs(kept);
        assertThat(kept.issuer()).isEqualTo(provider.issuer());

        AccessToken exchanged =
            exchange.exchange(kept, ProtectedServer.CLOCK.instant().plusSeconds(60));
        assertThat(exchanged.value()).isEqualTo("for-the-files");
        assertThat(provider.requests().get(provider.requests().size() - 1).form())
            .containsEntry("subject_token", token);
      }
      assertThat(provider.requests()).hasSize(3);
    }
  }

  @Test
  void applicationsOwnVerifier_changesNothing() {
    try (ResourceServer server =
        ProtectedServer.of(
                issuer,
                token ->
                    TokenClaims.of(
                        Map.of(
                            "iss",
                            issuer.issuer(),
                            "aud",
                            ProtectedServer.RESOURCE,
                            "sub",
                            "alice",
                            "scope",
                            "mcp",
                            "exp",
                            ProtectedServer.CLOCK.instant().plusSeconds(60).getEpochSecond())))
            .build()) {
      assertThat(subject(server, "opaque"))
          .hasToString("SubjectToken[issuer=" + issuer.issuer() + "]");
    }
  }

  @Test
  void anonymousCall_hasNone() {
    try (ResourceServer server =
        ResourceServer.builder(
                ProtectedServer.RESOURCE,
                AuthorizationServer.of(issuer.issuer()),
                ToolPolicy.builder().tool("read_file", Access.anonymous()).build())
            .build()) {
      AccessDecision decision = server.decide(FakeRequest.toolCall("read_file"));

      assertThat(((AccessDecision.Granted) decision).subjectToken()).isNull();
    }
  }

  private static int tokens;

  private static synchronized int nextNumber() {
    return ++tokens;
  }

  private String token() {
    return issuer
        .token(ProtectedServer.RESOURCE)
        .claim("sub", "alice-" + nextNumber())
        .scopes("mcp")
        .mint();
  }

  private static @Nullable SubjectToken subject(ResourceServer server, String token) {
    AccessDecision decision = server.decide(FakeRequest.get().bearer(token));
    assertThat(decision).isInstanceOf(AccessDecision.Granted.class);
    assertThat(decision.toString()).doesNotContain(token);
    return ((AccessDecision.Granted) decision).subjectToken();
  }
}
