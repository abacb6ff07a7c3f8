package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertInvalidToken;
import static io.mcpauth.Answers.assertRefused;
import static io.mcpauth.Answers.caller;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.key.CreatedKey;
import io.mcpauth.key.IssuedKey;
import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.ApiKeys;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys beside tokens, on two nodes that share a store. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ApiKeysTest {
  private static final String LOCAL = ProtectedServer.RESOURCE + "#local";
  private static final ResourceIdentifier RESOURCE =
      ResourceIdentifier.of(ProtectedServer.RESOURCE);

  private final MutableClock clock = new MutableClock();
  private final TestIssuer issuer = TestIssuer.start(clock);
  private final Store store = Store.inMemory(clock);
  private final KeyControl keys = KeyControl.on(store, RESOURCE);
  private final List<AuthEvents.Event> events = new CopyOnWriteArrayList<>();
  private final ResourceServer here = node(ApiKeys.shared().inHeader("X-API-Key"));
  private final ResourceServer there = node(ApiKeys.shared().inHeader("X-API-Key"));
  @TempDir private Path directory = Path.of("");

  private ResourceServer node(ApiKeys accepted) {
    return builder(Access.scopes("files:read").scheme(Scheme.API_KEY)).accept(accepted).build();
  }

  private ResourceServerBuilder builder() {
    return builder(Access.scopes("files:read"));
  }

  private ResourceServerBuilder builder(Access build) {
    return ResourceServer.builder(
            ProtectedServer.RESOURCE,
            AuthorizationServer.of(issuer.issuer()),
            ToolPolicy.builder()
                .initialScopes("files:list")
                .tool("list_files", "files:list")
                .tool("read_file", "files:read")
                .tool("build", build)
                .tool("about", Access.anonymous())
                .build())
        .clock(clock)
        .store(store)
        .events(events::add);
  }

  @AfterEach
  void stop() {
    here.close();
    there.close();
    issuer.close();
  }

  private static RequestStub call(String tool) {
    return RequestStub.post(Guarded.call("7", tool));
  }

  private static RequestStub withKey(CreatedKey key) {
    return call("list_files").bearer(key.secret());
  }

  private static RequestStub inHeader(String key) {
    return call("list_files").header("X-API-Key", key);
  }

  private CreatedKey ci() {
    return keys.create(NewKey.named("ci").scopes("files:list", "files:read").owner("alice"));
  }

  @Test
  void key_isACallerAsBearerTokenAndInItsHeader() {
    CreatedKey key = ci();
    for (RequestStub request : List.of(withKey(key), inHeader(key.secret()))) {
      McpPrincipal caller = caller(there.decide(request));

      assertThat(caller.scheme()).isEqualTo(Scheme.API_KEY);
      assertThat(caller.issuer()).isEqualTo(LOCAL);
      assertThat(caller.clientId()).isEqualTo("ci");
      assertThat(caller.subject()).isEqualTo("alice");
      assertThat(caller.scopes()).containsExactlyInAnyOrder("files:list", "files:read");
      assertThat(caller.expiresAt()).isEqualTo(key.key().expiresAt());
      assertThat(caller.toString()).doesNotContain(key.secret());
    }
    AuthEvents.Event event = events.get(events.size() - 1);
    assertThat(String.valueOf(event)).doesNotContain(key.secret());
  }

  @Test
  void keyWithoutAnOwner_isItsName() {
    CreatedKey key = keys.create(NewKey.named("ci").scopes("files:list"));
    McpPrincipal caller = caller(here.decide(withKey(key)));

    assertThat(caller.subject()).isNull();
    assertThat(caller.getName()).isEqualTo("|" + LOCAL + "|ci");
  }

  @Test
  void tokenBesideKeys_isATokenAsBefore() {
    CreatedKey key = ci();
    String token = issuer.token(ProtectedServer.RESOURCE).scopes("files:list").mint();
    assertThat(caller(here.decide(call("list_files").bearer(token))).scheme())
        .isEqualTo(Scheme.BEARER);
    assertGranted(here.decide(withKey(key)));
  }

  @Test
  void scopesOfAKey_areHeldToThePolicy() {
    CreatedKey less = keys.create(NewKey.named("less").scopes("files:list"));
    AccessDecision.Refused refused =
        assertRefused(
            here.decide(call("read_file").bearer(less.secret())),
            403,
            ReasonCode.SCOPE_BEYOND_CREDENTIAL);
    assertThat(refused.headers().get("WWW-Authenticate"))
        .doesNotContain("files:read", "insufficient_scope");
    CreatedKey none = keys.create(NewKey.named("none"));
    assertRefused(here.decide(withKey(none)), 403, ReasonCode.SCOPE_BEYOND_CREDENTIAL);
    assertGranted(here.decide(call("build").bearer(ci().secret())));
    String token = issuer.token(ProtectedServer.RESOURCE).scopes("files:list", "files:read").mint();
    assertRefused(here.decide(call("build").bearer(token)), 403, ReasonCode.SCHEME_NOT_ALLOWED);
  }

  @Test
  void keyHeaderBesideAnotherCredential_isA400() {
    CreatedKey key = ci();
    for (RequestStub request :
        List.of(
            inHeader(key.secret()).bearer(key.secret()),
            inHeader(key.secret()).bearer(issuer.token(ProtectedServer.RESOURCE).mint()),
            inHeader(key.secret()).header("Authorization", "Basic YTpi"),
            inHeader(key.secret()).query("access_token=x"),
            withKey(key).query("access_token=x"),
            call("list_files").header("X-API-Key", key.secret(), key.secret()),
            call("list_files").header("X-API-Key", key.secret(), ""),
            inHeader("nothing").bearer("nothing"))) {
      assertRefused(here.decide(request), 400, ReasonCode.SEVERAL_CREDENTIALS);
    }
  }

  @Test
  void emptyKeyHeader_isNone() {
    CreatedKey key = ci();
    assertGranted(here.decide(withKey(key).header("X-API-Key", " \t")));
    assertRefused(
        here.decide(call("list_files").header("X-API-Key", "")),
        401,
        ReasonCode.CREDENTIAL_MISSING);
  }

  /** A token in the header for keys is no key, and never asked about. */
  @Test
  void tokenInTheKeyHeader_isNone() {
    String token = issuer.token(ProtectedServer.RESOURCE).scopes("files:list").mint();
    for (String value :
        List.of(
            token,
            "Bearer " + token,
            "x",
            "mcp_",
            "mcp_" + "A".repeat(62),
            "m\u00e4cp_x",
            "x".repeat(100_000),
            "mcp_" + "x".repeat(100_000))) {
      assertInvalidToken(here.decide(inHeader(value)), ReasonCode.API_KEY_MALFORMED);
    }
  }

  @Test
  void keyWithAWrongPart_isRefusedAndPrintedNowhere() {
    CreatedKey key = ci();
    String secret = key.secret();
    String swapped = secret.substring(0, secret.length() - 1) + (secret.endsWith("A") ? "B" : "A");
    for (RequestStub request :
        List.of(
            call("list_files").bearer(swapped),
            call("list_files").bearer(secret + "A"),
            call("list_files").bearer("mcp_"),
            inHeader(secret + "," + secret),
            inHeader(secret.replace("mcp_", "MCP_")))) {
      assertInvalidToken(here.decide(request), ReasonCode.API_KEY_MALFORMED);
    }
    assertRefused(
        here.decide(call("list_files").bearer(secret + "," + secret)),
        400,
        ReasonCode.AUTHORIZATION_MALFORMED);
    assertInvalidToken(
        here.decide(call("list_files").bearer(secret.replace("mcp_", "MCP_"))),
        ReasonCode.TOKEN_OPAQUE);
    assertRefused(
        here.decide(call("list_files").header("Authorization", secret)),
        401,
        ReasonCode.CREDENTIAL_NOT_ACCEPTED);
    assertThat(events.toString()).doesNotContain(secret.substring(17)).doesNotContain(swapped);
  }

  /** What is bad is not anonymous, even where anonymous callers get in. */
  @Test
  void badKey_isNoAnonymousCaller() {
    assertGranted(here.decide(call("about")));
    assertInvalidToken(
        here.decide(call("about").header("X-API-Key", "x")), ReasonCode.API_KEY_MALFORMED);
  }

  @Test
  void keyOfAnotherResource_isForAnotherAudience() {
    CreatedKey other =
        KeyControl.on(store, ResourceIdentifier.of("https://mcp.example.com/other"))
            .create(NewKey.named("ci").scopes("files:list"));
    assertGranted(here.decide(withKey(ci())));
    assertInvalidToken(here.decide(withKey(other)), ReasonCode.WRONG_AUDIENCE);
  }

  @Test
  void secretOfAnAccount_isNoKey() {
    CreatedKey account =
        keys.create(NewKey.named("svc").scopes("files:list").use(IssuedKey.Use.BASIC));
    assertInvalidToken(here.decide(withKey(account)), ReasonCode.API_KEY_UNKNOWN);
  }

  @Test
  void serverWithoutKeys_takesThemForTokens() {
    CreatedKey key = ci();
    try (ResourceServer without = builder().build()) {
      assertInvalidToken(without.decide(withKey(key)), ReasonCode.TOKEN_OPAQUE);
      assertRefused(without.decide(inHeader(key.secret())), 401, ReasonCode.CREDENTIAL_MISSING);
    }
  }

  @Test
  void headerThatIsNotConfigured_isNotLookedAt() {
    CreatedKey key = ci();
    try (ResourceServer bearerOnly = node(ApiKeys.shared())) {
      assertRefused(bearerOnly.decide(inHeader(key.secret())), 401, ReasonCode.CREDENTIAL_MISSING);
      assertGranted(bearerOnly.decide(withKey(key).header("X-API-Key", "whatever")));
      assertThat(bearerOnly.credentialHeaders()).containsExactly("authorization");
    }
    assertThat(here.credentialHeaders()).containsExactlyInAnyOrder("authorization", "x-api-key");
  }

  @Test
  void prefix_tellsKeysFromTokens() {
    CreatedKey key = keys.prefix("acme").create(NewKey.named("ci").scopes("files:list"));
    assertInvalidToken(here.decide(withKey(key)), ReasonCode.TOKEN_OPAQUE);
    assertInvalidToken(here.decide(inHeader(key.secret())), ReasonCode.API_KEY_MALFORMED);
    try (ResourceServer acme = node(ApiKeys.shared().prefix("acme"))) {
      assertGranted(acme.decide(withKey(key)));
      assertInvalidToken(acme.decide(call("about").bearer("mcp_x")), ReasonCode.TOKEN_OPAQUE);
    }
  }

  @Test
  void revokedKey_isRefusedEverywhereAndEndsItsStreams() {
    CreatedKey key = ci();
    Semaphore told = new Semaphore(0);
    AccessDecision.Granted stream = granted(there, RequestStub.of("GET").bearer(key.secret()));
    AccessDecision.Granted running = granted(there, withKey(key));
    assertThat(stream.streamEndsAt()).isEqualTo(key.key().expiresAt());
    try (ResourceServer.Registration listening = there.onCutOff(told::release)) {
      assertThat(listening).isNotNull();
      assertThat(stream.cutOff()).isFalse();
      assertThat(keys.revoke("ci")).isTrue();

      assertThat(told.availablePermits()).isPositive();
    }
    assertThat(stream.cutOff()).isTrue();
    assertThat(running.cutOff()).isTrue();
    for (ResourceServer node : List.of(here, there)) {
      assertInvalidToken(node.decide(withKey(key)), ReasonCode.API_KEY_UNKNOWN);
    }
  }

  @Test
  void rotatedKey_endsWithItsOverlap() throws Exception {
    CreatedKey first = ci();
    AccessDecision.Granted stream = granted(there, RequestStub.of("GET").bearer(first.secret()));
    CreatedKey second = keys.rotate("ci", Duration.ofHours(1));
    clock.advance(Duration.ofMinutes(59));
    assertGranted(here.decide(withKey(first)));
    assertGranted(here.decide(withKey(second)));
    assertThat(stream.cutOff()).isFalse();
    Semaphore told = new Semaphore(0);
    try (ResourceServer.Registration listening = there.onCutOff(told::release)) {
      assertThat(listening).isNotNull();
      clock.advance(Duration.ofMinutes(1));

      assertThat(told.tryAcquire(60, TimeUnit.SECONDS)).as("by the passing of time").isTrue();
    }
    assertThat(stream.cutOff()).isTrue();
    assertInvalidToken(here.decide(withKey(first)), ReasonCode.API_KEY_EXPIRED);
    assertGranted(here.decide(withKey(second)));
    keys.rotate("ci", Duration.ZERO);
    assertInvalidToken(here.decide(withKey(second)), ReasonCode.API_KEY_UNKNOWN);
  }

  @Test
  void expiredKey_isToldSo() {
    CreatedKey key =
        keys.create(NewKey.named("ci").scopes("files:list").lasting(Duration.ofHours(1)));
    clock.advance(Duration.ofHours(1).minusSeconds(1));
    assertGranted(here.decide(withKey(key)));
    clock.advance(Duration.ofSeconds(1));
    assertInvalidToken(here.decide(withKey(key)), ReasonCode.API_KEY_EXPIRED);
  }

  @Test
  void longestKey_isGood() {
    CreatedKey key =
        keys.create(NewKey.named("ci").scopes("files:list").lasting(Duration.ofDays(3_650)));
    assertGranted(here.decide(withKey(key)));
  }

  /** The clock of the store that made it may be ahead. */
  @Test
  void keyMadeInTheFuture_isGood() {
    CreatedKey key = ci();
    clock.advance(Duration.ofSeconds(-90));
    assertGranted(here.decide(withKey(key)));
  }

  @Test
  void rulesOfAccess_holdForKeys() {
    CreatedKey key = ci();
    for (AccessTarget target :
        List.of(
            AccessTarget.client(LOCAL, "ci"),
            AccessTarget.subject(LOCAL, "alice"),
            AccessTarget.clientOfSubject(LOCAL, "alice", "ci"),
            AccessTarget.issuer(LOCAL))) {
      AccessDecision.Granted stream = granted(there, RequestStub.of("GET").bearer(key.secret()));
      AccessRule rule = here.access().deny(target);
      assertRefused(there.decide(withKey(key)), 403, ReasonCode.ACCESS_DENIED);
      assertThat(stream.cutOff()).isTrue();
      assertThat(here.access().undo(rule.id())).isTrue();
      assertGranted(there.decide(withKey(key)));
    }
    for (AccessTarget target :
        List.of(
            AccessTarget.token(LOCAL, key.key().id()),
            AccessTarget.tokenHash(StoreKey.hash(key.secret())))) {
      AccessRule rule = here.access().deny(target);
      assertInvalidToken(there.decide(withKey(key)), ReasonCode.TOKEN_REVOKED);
      assertThat(here.access().undo(rule.id())).isTrue();
    }
    AccessRule unused = here.access().deny(AccessTarget.client(issuer.issuer(), "ci"));
    assertGranted(there.decide(withKey(key)));
    here.access().cutOff(AccessTarget.all());
    assertInvalidToken(there.decide(withKey(key)), ReasonCode.TOKEN_REVOKED);
    clock.advance(Duration.ofSeconds(1));
    assertGranted(there.decide(withKey(keys.rotate("ci", Duration.ofDays(1)))));
    assertInvalidToken(there.decide(withKey(key)), ReasonCode.TOKEN_REVOKED);
    assertThat(unused.id()).isNotEmpty();
  }

  @Test
  void pageOfAnAllowedOrigin_maySendTheHeader() {
    try (ResourceServer server =
            builder()
                .allowOrigins("https://app.example")
                .accept(ApiKeys.shared().inHeader("X-API-Key"))
                .build();
        ResourceServer without = builder().allowOrigins("https://app.example").build()) {
      assertThat(allowedHeaders(server)).contains(", x-api-key");
      assertThat(allowedHeaders(without)).doesNotContain("x-api-key");
    }
  }

  private static String allowedHeaders(ResourceServer server) {
    RequestStub ask =
        RequestStub.of("OPTIONS")
            .header("Origin", "https://app.example")
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "x-api-key");
    AccessDecision.Preflight answer = (AccessDecision.Preflight) server.decide(ask);
    return answer.headers().getOrDefault("Access-Control-Allow-Headers", "none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "a:b",
        "x_api_key",
        "\u00e4",
        "1x",
        "Authorization",
        "COOKIE",
        "Host",
        "Content-Type",
        "content-length",
        "Mcp-Session-Id",
        "MCP-Protocol-Version",
        "Origin",
        "DPoP",
        "Transfer-Encoding",
        "X-Forwarded-For",
        "Proxy-Authorization",
        "Sec-Fetch-Site",
        "Access-Control-Request-Method",
        "Last-Event-ID"
      })
  void headerThatSaysSomethingElse_stopsTheStart(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiKeys.shared().inHeader(name))
        .withMessageEndingWith("Write one such as 'X-API-Key'.");
  }

  @Test
  void schemeOfKeys_isKnownToThePolicyOnlyWhereTheyAreAccepted() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder(Access.scopes("s").scheme(Scheme.API_KEY)).build().close())
        .withMessageContaining("ApiKey");
  }

  @Test
  void keysOfAFile_areAccepted() {
    Path file = directory.resolve("keys.json");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> node(ApiKeys.inFile(file)))
        .withMessageContaining("does not exist");
    CreatedKey key =
        KeyControl.inFile(file, RESOURCE).create(NewKey.named("f").scopes("files:list"));
    clock.advance(Duration.between(clock.instant(), key.key().createdAt()));
    try (ResourceServer server = node(ApiKeys.inFile(file))) {
      assertGranted(server.decide(withKey(key)));
      assertInvalidToken(server.decide(withKey(ci())), ReasonCode.API_KEY_UNKNOWN);
    }
  }

  @Test
  void closedServer_acceptsNoKey() {
    CreatedKey key = ci();
    ResourceServer closed = node(ApiKeys.shared());
    closed.close();
    assertThat(closed.decide(withKey(key))).isInstanceOf(AccessDecision.Refused.class);
  }

  private static AccessDecision.Granted granted(ResourceServer node, RequestStub request) {
    AccessDecision decision = node.decide(request);
    assertGranted(decision);
    return (AccessDecision.Granted) decision;
  }
}
