package io.mcpauth.bench;

import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.mcpauth.AccessDecision;
import io.mcpauth.ResourceServer;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.AuthorizationServer;
import java.net.URI;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** An issuer, its tokens of 1.2 KB, and resource servers that accept them. */
final class World implements AutoCloseable {
  static final String RESOURCE = "https://mcp.example.com/mcp";

  private final TestIssuer issuer = TestIssuer.start();

  String issuer() {
    return issuer.issuer();
  }

  /** A token with three scopes and what providers like to put into one. */
  String token(String algorithm, int user) {
    return issuer
        .token(RESOURCE)
        .signedWith(algorithm)
        .expiresIn(Duration.ofDays(1))
        .scopes("mcp:tools.call", "files:read", "files:write")
        .claim("sub", "user-" + user)
        .claim("email", "someone.longer.name@example.com")
        .claim("name", "Someone Longer Name")
        .claim("groups", List.of("engineering", "platform", "on-call", "reviewers"))
        .claim("sid", "0b6d3a0e-52a5-4a8b-9b5e-2f1f0f0b7a11")
        .claim("acr", "urn:example:acr:2")
        .claim("tenant", "acme-industries-europe-central")
        .claim("azp", "https://agent.example.com/clients/desktop")
        .mint();
  }

  List<String> tokens(String algorithm, int count) {
    return IntStream.range(0, count).parallel().mapToObj(user -> token(algorithm, user)).toList();
  }

  /** The key that an algorithm's tokens are signed with. */
  JWK key(String algorithm) throws Exception {
    String id = SignedJWT.parse(token(algorithm, 0)).getHeader().getKeyID();
    JWK key = JWKSet.load(URI.create(issuer.jwksUri()).toURL()).getKeyByKeyId(id);
    if (key == null) {
      throw new IllegalStateException("No key for " + algorithm);
    }
    return key;
  }

  PublicKey publicKey(String algorithm) throws Exception {
    return ((AsymmetricJWK) key(algorithm)).toPublicKey();
  }

  private AuthorizationServer server() {
    return AuthorizationServer.of(issuer.issuer()).withJwksUri(issuer.jwksUri());
  }

  /** A new one, which has fetched the keys and seen no token but one. */
  ResourceServer resourceServer(String seen) {
    ResourceServer server = resourceServer();
    granted(server.decide(new Call(seen)));
    return server;
  }

  ResourceServer resourceServer() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .initialScopes("mcp:tools.call")
            .tool("get_weather", "mcp:tools.call")
            .tool("write_file", "files:write")
            .build();
    return ResourceServer.builder(RESOURCE, server(), policy).build();
  }

  /** Of a resource server, what proves callers. */
  Authenticator authenticator() {
    return new Authenticator(
        new Authenticator.Expectations(
            List.of(server()),
            ResourceIdentifier.of(RESOURCE),
            Duration.ofSeconds(60),
            Duration.ofDays(30),
            50_000_000),
        Clock.systemUTC());
  }

  /** What is measured has to be what is meant. */
  static AccessDecision.Granted granted(AccessDecision decision) {
    if (!(decision instanceof AccessDecision.Granted granted)) {
      throw new IllegalStateException(decision.toString());
    }
    granted.ended();
    return granted;
  }

  static AccessDecision.Refused refused(AccessDecision decision) {
    if (!(decision instanceof AccessDecision.Refused refused) || refused.status() != 401) {
      throw new IllegalStateException(decision.toString());
    }
    return refused;
  }

  @Override
  public void close() {
    issuer.close();
  }
}
