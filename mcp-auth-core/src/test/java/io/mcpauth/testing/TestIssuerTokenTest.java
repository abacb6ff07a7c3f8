package io.mcpauth.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.AccessDecision;
import io.mcpauth.ResourceServer;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.error.AuthException;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestIssuerTokenTest {
  @Test
  void principal_isThatOfTheToken() {
    try (TestIssuer issuer = TestIssuer.start()) {
      McpPrincipal principal =
          issuer
              .token("https://mcp.example.com/mcp")
              .scopes("files:read", "files:list")
              .claim("email", "alice@example.com")
              .claim("salt", "secret")
              .principal("email");
      assertThat(principal.getName()).isEqualTo(issuer.issuer() + "|alice");
      assertThat(principal.clientId()).isEqualTo("test-client");
      assertThat(principal.scopes()).containsExactly("files:read", "files:list");
      assertThat(principal.claims()).containsOnlyKeys("email");
    }
  }

  @Test
  void tokenThatNobodyAccepts_makesNoPrincipal() {
    try (TestIssuer issuer = TestIssuer.start()) {
      TestIssuer.Token expired =
          issuer.token("https://mcp.example.com/mcp").expiresIn(Duration.ofSeconds(-1));
      assertThatThrownBy(expired::principal)
          .isInstanceOf(AuthException.class)
          .hasMessage("TOKEN_EXPIRED");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS512", "PS256", "PS384", "ES256", "EdDSA"})
  void everyAlgorithm_isAccepted(String algorithm) {
    try (TestIssuer issuer = TestIssuer.start();
        ResourceServer server =
            ResourceServer.builder(
                    "https://mcp.example.com/mcp",
                    AuthorizationServer.of(issuer.issuer()),
                    ToolPolicy.builder().build())
                .build()) {
      String token = issuer.token("https://mcp.example.com/mcp").signedWith(algorithm).mint();
      assertThat(server.decide(get("Bearer " + token))).isInstanceOf(AccessDecision.Granted.class);
      String other =
          token.substring(0, token.lastIndexOf('.') + 5)
              + "AAAA"
              + token.substring(token.lastIndexOf('.') + 9);
      assertThat(server.decide(get("Bearer " + other))).isInstanceOf(AccessDecision.Refused.class);
    }
  }

  private static AccessRequest get(String authorization) {
    return new AccessRequest() {
      @Override
      public String method() {
        return "GET";
      }

      @Override
      public List<String> headers(String name) {
        return name.equals("Authorization") ? List.of(authorization) : List.of();
      }

      @Override
      public @Nullable String query() {
        return null;
      }

      @Override
      public byte[] body(BodyReader reader) {
        return new byte[0];
      }
    };
  }
}
