package io.mcpauth;

import static io.mcpauth.Guarded.RESOURCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.edge.Edge;
import io.mcpauth.edge.ProofTerms;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Scheme;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.session.SessionLimits;
import io.mcpauth.session.SessionOwners;
import io.mcpauth.store.LastingStore;
import io.mcpauth.store.Store;
import io.mcpauth.token.AuthorizationServer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceServerBuilderTest {
  private static final AuthorizationServer LOGIN =
      AuthorizationServer.of("https://login.example.com/");

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistake_stopsTheStartWithTheFix(Consumer<ResourceServerBuilder> mistake, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> buildAndClose(mistake))
        .withMessageContaining(problem);
  }

  static Stream<Arguments> mistakes() {
    String twice = " is set twice. Set it once.";
    return Stream.of(
        row("metadata twice", b -> b.metadata(m -> {}).metadata(m -> {}), "metadata" + twice),
        row("claims twice", b -> b.exposeClaims().exposeClaims("a"), "exposed claims" + twice),
        row(
            "skew twice",
            b -> b.clockSkew(Duration.ZERO).clockSkew(Duration.ZERO),
            "The clock skew" + twice),
        row("negative skew", b -> b.clockSkew(Duration.ofSeconds(-1)), "PT-1S is out of range."),
        row(
            "long skew",
            b -> b.clockSkew(Duration.ofMinutes(5).plusNanos(1)),
            "is out of range. Write zero to PT5M."),
        row("nodes twice", b -> b.nodes(1).nodes(1), "The number of nodes" + twice),
        row("no node", b -> b.nodes(0), "The number of nodes is 0. Write how many"),
        row(
            "origins twice",
            b -> b.allowOrigins().allowOrigins("https://app.example.com"),
            "The list of allowed origins" + twice),
        row("any origin", b -> b.allowOrigins("*"), "Write 'https://app.example.com' instead."),
        row("hosts twice", b -> b.allowHosts().allowHosts("a"), "allowed hosts" + twice),
        row("any host", b -> b.allowHosts("a", "*"), "Host '*': it is not a host"),
        row(
            "limits of sessions twice",
            b -> b.sessionLimits(SessionLimits.defaults()).sessionLimits(SessionLimits.defaults()),
            "The limits of sessions" + twice),
        row("realm with quotes", b -> b.realm("a\"b"), "cannot be written. Write printable ASCII"),
        row("realm empty", b -> b.realm(""), "cannot be written. Write printable ASCII"),
        row("claim with space", b -> b.exposeClaims("email "), "Write the exact names."),
        row("realm twice", b -> b.realm("a").realm("a"), "The realm" + twice),
        row("code twice", b -> b.jsonRpcErrorCode(1).jsonRpcErrorCode(1), "error code" + twice),
        row(
            "clock twice",
            b -> b.clock(Clock.systemUTC()).clock(Clock.systemUTC()),
            "The clock" + twice),
        row(
            "issuer twice",
            b -> b.authorizationServer(AuthorizationServer.of("https://login.example.com/")),
            "Authorization server 'https://login.example.com/'" + twice),
        row(
            "iss twice",
            b ->
                b.authorizationServer(
                    AuthorizationServer.of("https://other.example.com")
                        .expectIssuers("https://x", "https://login.example.com/")),
            "'https://login.example.com/' is accepted for two authorization servers"),
        row(
            "own authorization_servers",
            b -> b.metadata(m -> m.authorizationServers(List.of("https://evil.example"))),
            "'authorization_servers', which mcp-auth may have set itself, is set twice."),
        row(
            "own bearer_methods_supported",
            b -> b.metadata(m -> m.bearerMethodsSupported(List.of("query"))),
            "'bearer_methods_supported', which mcp-auth may have set itself, is set twice."));
  }

  @ParameterizedTest
  @ValueSource(ints = {-32768, -32700, -32600, -32099, -32042, -32020, -32002, -32001, -32000})
  void reservedErrorCode_isRefused(int code) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> buildAndClose(b -> b.jsonRpcErrorCode(code)))
        .withMessage(
            "JSON-RPC error code " + code + " is reserved. Write one outside -32768 to -32000.");
  }

  @ParameterizedTest
  @ValueSource(ints = {-32769, -31999, 0, 401})
  void freeErrorCode_isUsed(int code) {
    try (ResourceServer server = builder().jsonRpcErrorCode(code).build()) {
      AccessDecision decision = server.decide(RequestStub.post("{}").revision("2026-07-28"));
      assertThat(decision)
          .isInstanceOfSatisfying(
              AccessDecision.Refused.class,
              refused -> assertThat(Guarded.body(refused)).contains("\"code\":" + code + ","));
    }
  }

  @Test
  void boundsOfTheClockSkew_areAllowed() {
    buildAndClose(b -> b.clockSkew(Duration.ZERO));
    buildAndClose(b -> b.clockSkew(Duration.ofMinutes(5)));
  }

  @Test
  void resourceNotNormalised_stopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ResourceServer.builder(
                    "https://MCP.example.com/mcp", LOGIN, ToolPolicy.builder().build()))
        .withMessageContaining("Write 'https://mcp.example.com/mcp' instead.");
  }

  @Test
  void metadata_namesIssuersVerbatimAndTheScopesOfThePolicy() {
    try (ResourceServer server =
        builder().authorizationServer(AuthorizationServer.of("https://b.example.com")).build()) {
      assertThat(new String(server.metadata().toJson(), UTF_8))
          .isEqualTo(
              "{\"resource\":\"https://mcp.example.com/mcp\",\"authorization_servers\":"
                  + "[\"https://login.example.com/\",\"https://b.example.com\"],"
                  + "\"scopes_supported\":[\"files:read\",\"mcp\"],"
                  + "\"bearer_methods_supported\":[\"header\"]}");
    }
  }

  @Test
  void scopesSupported_canBeEmptyOrAbsent() {
    ToolPolicy none = ToolPolicy.builder().tool("t").build();
    try (ResourceServer absent = ResourceServer.builder(RESOURCE, LOGIN, none).build();
        ResourceServer empty =
            ResourceServer.builder(RESOURCE, LOGIN, none)
                .metadata(m -> m.scopesSupported(List.of()))
                .build()) {
      assertThat(absent.metadata().members()).doesNotContainKey("scopes_supported");
      assertThat(empty.metadata().members()).containsEntry("scopes_supported", List.of());
    }
  }

  @Test
  void realm_comesLastInTheChallenge() {
    try (ResourceServer server = builder().realm("MCP Server").build()) {
      assertThat(server.decide(RequestStub.of("GET")))
          .isInstanceOfSatisfying(
              AccessDecision.Refused.class,
              refused ->
                  assertThat(refused.headers().get("WWW-Authenticate"))
                      .startsWith("Bearer scope=\"mcp\", resource_metadata=\"")
                      .endsWith("\", realm=\"MCP Server\""));
    }
  }

  @Test
  void originsAndHosts_addToTheResourcesOwn() {
    assertThat(admitted(builder(), "any", "https://mcp.example.com")).isTrue();
    assertThat(admitted(builder(), "any", "tauri://localhost")).isFalse();
    ResourceServerBuilder origins = builder().allowOrigins("tauri://localhost");
    assertThat(admitted(origins, "any", "https://mcp.example.com")).isTrue();
    assertThat(admitted(origins, "any", "tauri://localhost")).isTrue();
    ResourceServerBuilder hosts = builder().allowHosts("pod:8443");
    assertThat(admitted(hosts, "mcp.example.com", "https://mcp.example.com")).isTrue();
    assertThat(admitted(hosts, "pod:8443", "https://mcp.example.com")).isTrue();
    assertThat(admitted(hosts, "any", "https://mcp.example.com")).isFalse();
  }

  private static boolean admitted(ResourceServerBuilder builder, String host, String origin) {
    RequestStub request = RequestStub.of("GET").header("Host", host).header("Origin", origin);
    return new Edge(
                builder.configuration().edge(), Set.of(Scheme.BEARER), ProofTerms.NONE, Set.of())
            .admit(request)
        == null;
  }

  private static SessionOwners owners(ResourceServerBuilder builder) {
    Configuration all = builder.configuration();
    return SessionOwners.in(all.store(), all.sessions(), all.clock());
  }

  @Test
  void policyForASchemeThatNobodyAuthenticates_stopsTheStart() {
    ToolPolicy policy =
        ToolPolicy.builder().tool("t", Access.scopes("mcp").scheme(Scheme.DPOP)).build();
    ResourceServerBuilder builder =
        ResourceServer.builder(
            "https://mcp.example.com/mcp", AuthorizationServer.of("https://i.example"), policy);
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessageContaining("'DPoP'")
        .withMessageContaining("[Bearer]")
        .withMessageContaining("Write one of these in the rule, or no scheme")
        .withMessageEndingWith("with DpopProofs, without code MCP_AUTH_DPOP.");
  }

  @Test
  void sessions_areThoseOfTheStoreThatWasSet() {
    LastingStore shared = LastingStore.over(Store.inMemory());
    owners(builder().store(shared.node())).bound(List.of(), null).opened("s1");

    assertThat(refused(owners(builder().store(shared.node())))).isNull();
    assertThat(refused(owners(builder()))).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
  }

  @Test
  void sessionsOfTheDefaultStore_followTheClock() {
    MutableClock clock = new MutableClock();
    SessionOwners owners = owners(builder().clock(clock));
    owners.bound(List.of(), null).opened("s1");
    clock.advance(Duration.ofDays(1));

    assertThat(refused(owners)).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
  }

  private static @Nullable ReasonCode refused(SessionOwners owners) {
    Refusal refusal = owners.bound(List.of("s1"), null).refusal();
    return refusal == null ? null : refusal.reason();
  }

  private static Arguments row(
      String name, Consumer<ResourceServerBuilder> mistake, String problem) {
    return Arguments.of(Named.of(name, mistake), problem);
  }

  private static void buildAndClose(Consumer<ResourceServerBuilder> settings) {
    ResourceServerBuilder builder = builder();
    settings.accept(builder);
    builder.build().close();
  }

  private static ResourceServerBuilder builder() {
    return ResourceServer.builder(
        RESOURCE,
        LOGIN,
        ToolPolicy.builder().baseScopes("mcp").tool("read_file", "files:read").build());
  }
}
