package io.mcpauth;

import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.TokenVerifier;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** The server under attack that the tests share the making of. */
final class ProtectedServer {
  static final String RESOURCE = "https://mcp.example.com/mcp";
  static final String METADATA = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp";
  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);

  private ProtectedServer() {}

  static ResourceServerBuilder of(TestIssuer issuer) {
    return of(AuthorizationServer.of(issuer.issuer()).withJwksUri(issuer.jwksUri()));
  }

  /** With a verifier of the application's own in place of the issuer's keys. */
  static ResourceServerBuilder of(TestIssuer issuer, TokenVerifier own) {
    return of(AuthorizationServer.of(issuer.issuer()).verifiedBy(own));
  }

  static ResourceServerBuilder of(AuthorizationServer server) {
    return of(server, CLOCK);
  }

  static ResourceServerBuilder of(AuthorizationServer server, Clock clock) {
    return at(RESOURCE, server, clock);
  }

  static ResourceServerBuilder at(String resource, AuthorizationServer server, Clock clock) {
    ToolPolicy policy =
        ToolPolicy.builder()
            .baseScopes("mcp")
            .initialScopes("files:list")
            .tool("list_files", "files:list")
            .tool("read_file", "files:read")
            .build();
    return ResourceServer.builder(resource, server, policy).clock(clock);
  }
}
