package io.mcpauth.seal;

import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.McpPrincipal;

/** Those who bring sealed values back. */
final class Callers {
  static final McpPrincipal ALICE;
  static final McpPrincipal ALICE_WITH_ANOTHER_TOKEN_AND_CLIENT;
  static final McpPrincipal BOB;
  static final McpPrincipal ALICE_OF_ANOTHER_ISSUER;
  static final McpPrincipal CLIENT_NAMED_ALICE;

  static {
    try (TestIssuer issuer = TestIssuer.start();
        TestIssuer other = TestIssuer.start()) {
      ALICE = token(issuer).principal();
      ALICE_WITH_ANOTHER_TOKEN_AND_CLIENT =
          token(issuer).claim("client_id", "another-client").scopes("files:read").principal();
      BOB = token(issuer).claim("sub", "bob").principal();
      ALICE_OF_ANOTHER_ISSUER = token(other).principal();
      CLIENT_NAMED_ALICE =
          token(issuer).withoutClaim("sub").claim("client_id", "alice").principal();
    }
  }

  private Callers() {}

  private static TestIssuer.Token token(TestIssuer issuer) {
    return issuer.token("https://mcp.example.com/mcp");
  }
}
