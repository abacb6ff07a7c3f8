package io.mcpauth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.RequestStub;
import io.mcpauth.access.AccessFacts;
import io.mcpauth.access.AccessGate;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.jose.FakeProvider;
import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.Lifetime;
import io.mcpauth.internal.json.InvalidJsonException;
import io.mcpauth.internal.json.Json;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A good token's claims, one of them replaced by JSON text as an attacker would write it. */
final class Claims {
  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  static final String ISSUER = "https://login.example.com";
  static final String RESOURCE = "https://mcp.example.com/mcp";

  private final Map<String, @Nullable Object> members = new LinkedHashMap<>();
  private String resource = RESOURCE;
  private Set<String> exposed = Set.of();
  private Duration longest = Duration.ofDays(36_500);
  private Duration skew = Duration.ofSeconds(60);
  private Instant now = NOW;
  private AuthorizationServer server = AuthorizationServer.of(ISSUER);
  private @Nullable AccessGate gate;

  private Claims() {}

  static Claims good() {
    Claims claims = new Claims();
    claims.members.put("iss", ISSUER);
    claims.members.put("sub", "alice");
    claims.members.put("aud", RESOURCE);
    claims.members.put("client_id", "client-1");
    claims.members.put("exp", NOW.plusSeconds(300).getEpochSecond());
    return claims;
  }

  Claims json(String name, String json) {
    try {
      byte[] object = ("{\"v\":" + json + "}").getBytes(StandardCharsets.UTF_8);
      members.put(name, Json.object(object).get("v"));
      return this;
    } catch (InvalidJsonException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  Claims java(String name, Object value) {
    members.put(name, value);
    return this;
  }

  Claims at(String name, long secondsFromNow) {
    return java(name, NOW.plusSeconds(secondsFromNow).getEpochSecond());
  }

  Claims without(String name) {
    members.remove(name);
    return this;
  }

  Claims resource(String identifier) {
    resource = identifier;
    return this;
  }

  /** From a server that is configured otherwise; its issuer is {@link #ISSUER} all the same. */
  Claims from(UnaryOperator<AuthorizationServer> configuration) {
    server = configuration.apply(server);
    return this;
  }

  /** Asked last, as in the walk of a request. */
  Claims at(AccessGate rules) {
    gate = rules;
    return this;
  }

  Claims withinSkew(Duration allowed) {
    skew = allowed;
    return this;
  }

  /** Judged so much later than {@link #NOW}. */
  Claims nowAt(long seconds) {
    now = NOW.plusSeconds(seconds);
    return this;
  }

  Claims lastingAtMost(Duration lifetime) {
    longest = lifetime;
    return this;
  }

  Claims exposing(String... names) {
    exposed = Set.of(names);
    return this;
  }

  private static final IssuerKeys KEYS =
      new IssuerKeys(new FakeProvider("key-1"), Runnable::run, Clock.systemUTC());

  McpPrincipal mint() {
    ResourceIdentifier identifier = ResourceIdentifier.of(resource);
    ClaimsCheck check = new ClaimsCheck(identifier, new Lifetime(skew, longest));
    JudgedClaims judged = check.judge(server, TokenClaims.of(members), now);
    LivePolicy.Generation generation = new LivePolicy.Generation(0, exposed);
    McpPrincipal principal = check.mint(judged, Scheme.BEARER, generation);
    KeptVerdicts.Verdict verdict =
        new KeptVerdicts.Verdict(
            server,
            principal,
            new Evidence.SignedBy(KEYS, KEYS.find("RS256", "key-1").get(0)),
            RequestFacts.NONE,
            judged.issuedAt(),
            0,
            0,
            Confirmation.NONE,
            0);
    check.requireStillGood(verdict, now);
    PresentedToken token = new PresentedToken("t", 0, RequestStub.of("GET"), identifier);
    AccessFacts facts = check.proven(verdict, token, generation).facts();
    Refusal refusal = gate == null ? null : gate.refusal(facts);
    if (refusal != null) {
      throw new AuthException(refusal.reason(), refusal.facts());
    }
    return principal;
  }

  AuthException refusal() {
    AuthException refusal = catchThrowableOfType(AuthException.class, this::mint);
    assertThat(refusal).as("claims %s are refused", members).isNotNull();
    return refusal;
  }

  ReasonCode reason() {
    return refusal().reason();
  }
}
