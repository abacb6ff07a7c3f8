package io.mcpauth.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mcpauth.AccessDecision;
import io.mcpauth.MutableClock;
import io.mcpauth.RequestStub;
import io.mcpauth.ResourceServer;
import io.mcpauth.access.AccessControl;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.token.AuthorizationServer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator ends, and what a resource server makes of it. */
@Timeout(120)
class GrantControlTest {
  private static final String ISSUER = GrantsContract.ISSUER;
  private static final String RESOURCE = "https://mcp.example.com/mcp";

  private final Store store = Store.inMemory();
  private final BetweenStore counted = new BetweenStore(store);
  private final Grants grants = grants(store);
  private final GrantControl control = GrantControl.on(store, ISSUER);

  private static Grants grants(Store store) {
    GrantEnd end = new GrantEnd(ISSUER, store, AccessControl.on(store));
    return new StoredGrants(store, end, Duration.ofDays(30), null, Clock.systemUTC(), null);
  }

  private ResourceServer resourceServer(Store of) {
    return ResourceServer.builder(
            RESOURCE,
            AuthorizationServer.of(ISSUER)
                .verifiedBy(
                    new OwnTokens(ISSUER, grants(counted), issued -> true, Clock.systemUTC())),
            ToolPolicy.builder().tool("t", "files:read").build())
        .store(of)
        .build();
  }

  private static RequestStub get(String token) {
    return RequestStub.of("GET").bearer(token);
  }

  private static @Nullable ReasonCode refused(ResourceServer server, String token) {
    return server.decide(get(token)) instanceof AccessDecision.Refused no ? no.reason() : null;
  }

  private void requireEndedSoon(ResourceServer server, Runnable end, Grants.Tokens... all) {
    List<AccessDecision.Granted> streams =
        Arrays.stream(all)
            .map(one -> (AccessDecision.Granted) server.decide(get(one.accessToken())))
            .toList();
    streams.forEach(stream -> assertThat(stream.cutOff()).isFalse());
    end.run(); // a store in memory tells at once
    streams.forEach(stream -> assertThat(stream.cutOff()).isTrue());
    for (Grants.Tokens tokens : all) {
      assertThat(refused(server, tokens.accessToken())).isNotNull();
    }
  }

  @Test
  void goodToken_isAPrincipalAndAskedForOnce() {
    Grants.Tokens tokens = GrantsContract.login(grants);
    try (ResourceServer server = resourceServer(store)) {
      AccessDecision.Granted granted =
          (AccessDecision.Granted) server.decide(get(tokens.accessToken()));
      assertThat(granted.principal()).isNotNull();
      int asked = counted.calls();
      assertThat(refused(server, tokens.accessToken())).isNull();
      assertThat(counted.calls()).isEqualTo(asked);
    }
  }

  @Test
  void forgedToken_isRefusedWithoutAQuestion() {
    Grants.Tokens tokens = GrantsContract.login(grants);
    try (ResourceServer server = resourceServer(store)) {
      assertThat(refused(server, tokens.accessToken())).isNull();
      int asked = counted.calls();
      String last = tokens.accessToken().endsWith("A") ? "B" : "A";
      String forged = tokens.accessToken().replaceFirst(".$", last);
      assertThat(refused(server, forged)).isEqualTo(ReasonCode.TOKEN_NOT_ACTIVE);
      assertThat(counted.calls()).isEqualTo(asked);
    }
  }

  @Test
  void endedGrant_isRefusedThoughItsVerdictWasKeptAndItsStreamEnds() {
    Grants.Tokens tokens = GrantsContract.login(grants);
    Grants.Tokens other = GrantsContract.login(grants);
    try (ResourceServer server = resourceServer(store)) {
      requireEndedSoon(server, () -> assertThat(control.end(tokens.grant().id())).isTrue(), tokens);
      assertThat(refused(server, other.accessToken())).isNull();
    }
    assertThat(control.end(tokens.grant().id())).isFalse();
  }

  @Test
  void revokedAccessToken_isRefusedThoughItsVerdictWasKept() {
    Grants.Tokens tokens = GrantsContract.login(grants);
    try (ResourceServer server = resourceServer(store)) {
      requireEndedSoon(
          server, () -> assertThat(grants.revoke(tokens.accessToken(), "client")).isTrue(), tokens);
    }
  }

  @Test
  void allOfAUser_endOnceAndOthersStay() {
    Grants.Tokens one = GrantsContract.login(grants, "client", "alice");
    Grants.Tokens two = GrantsContract.login(grants, "other", "alice");
    Grants.Tokens bob = GrantsContract.login(grants, "client", "bob");
    String code = grants.keep(GrantsContract.code("client", "alice"));
    Code taken = grants.take(code);
    try (ResourceServer server = resourceServer(store)) {
      requireEndedSoon(server, () -> assertThat(control.endOfUser("alice")).isEqualTo(2), one, two);
      assertThat(refused(server, bob.accessToken())).isNull();
    }
    GrantsContract.requireEnded(grants, one);
    GrantsContract.refused(
        ReasonCode.CODE_INVALID, () -> grants.begin(code, taken, Duration.ofHours(1), true));
    assertThat(control.ofUser("alice")).isEmpty();
    assertThat(control.ofUser("bob")).extracting(IssuedGrant::id).containsExactly(bob.grant().id());
  }

  @Test
  void allOfAClientOrOfBoth_endAndOthersStay() {
    Grants.Tokens alice = GrantsContract.login(grants, "client", "alice");
    Grants.Tokens bob = GrantsContract.login(grants, "client", "bob");
    Grants.Tokens other = GrantsContract.login(grants, "other", "alice");
    String code = grants.keep(GrantsContract.code("client", "bob"));
    try (ResourceServer server = resourceServer(store)) {
      requireEndedSoon(
          server, () -> assertThat(control.endOf("client", "alice")).isEqualTo(1), alice);
      assertThat(refused(server, bob.accessToken())).isNull();
      requireEndedSoon(server, () -> assertThat(control.endOfClient("client")).isEqualTo(1), bob);
      assertThat(refused(server, other.accessToken())).isNull();
    }
    GrantsContract.refused(ReasonCode.CODE_INVALID, () -> grants.take(code));
    assertThat(control.list()).extracting(IssuedGrant::clientId).containsExactly("other");
    assertThat(control.ofClient("client")).isEmpty();
  }

  /** Rules are in the copy of every node: they must not outlast what they are for. */
  @Test
  void ruleOfAnEndedGrant_lastsAsLongAsItsTokens() {
    Grants.Tokens tokens = GrantsContract.login(grants);
    assertThat(control.end(tokens.grant().id())).isTrue();
    Instant end = AccessControl.on(store).list().get(0).endsAt();
    Instant now = Instant.now();
    assertThat(end).isBetween(now.plus(Duration.ofMinutes(59)), now.plus(Duration.ofMinutes(70)));

    String code = grants.keep(GrantsContract.code("client", "bob"));
    Grants.Tokens longer =
        grants.begin(
            code, grants.take(code).taken(Set.of("files:read"), null), Duration.ofDays(90), true);
    assertThat(control.end(longer.grant().id())).isTrue();
    assertThat(AccessControl.on(store).list().get(1).endsAt())
        .isAfter(now.plus(Duration.ofDays(89)));
  }

  /** The store knows both times, so nobody has to wait for clocks. */
  @Test
  void loginRightAfterAllEnded_isGoodAtOnce() {
    MutableClock clock = new MutableClock();
    Store moved = Store.inMemory(clock);
    GrantEnd end = new GrantEnd(ISSUER, moved, AccessControl.on(moved));
    Grants all = new StoredGrants(moved, end, Duration.ofDays(30), null, clock, null);
    try (ResourceServer server =
        ResourceServer.builder(
                RESOURCE,
                AuthorizationServer.of(ISSUER)
                    .verifiedBy(new OwnTokens(ISSUER, all, issued -> true, clock)),
                ToolPolicy.builder().tool("t", "files:read").build())
            .store(moved)
            .clock(clock)
            .build()) {
      Grants.Tokens before = GrantsContract.login(all);
      for (Runnable ending :
          List.<Runnable>of(
              () -> assertThat(GrantControl.on(moved, ISSUER).endOfUser("alice")).isPositive(),
              () -> assertThat(GrantControl.on(moved, ISSUER).endOfClient("client")).isPositive(),
              () ->
                  assertThat(GrantControl.on(moved, ISSUER).endOf("client", "alice"))
                      .isPositive())) {
        assertThat(refused(server, before.accessToken())).isNull();
        clock.advance(Duration.ofMillis(1));
        ending.run();
        clock.advance(Duration.ofMillis(1));
        Grants.Tokens after = GrantsContract.login(all);
        assertThat(refused(server, after.accessToken())).isNull();
        assertThat(refused(server, before.accessToken())).isEqualTo(ReasonCode.TOKEN_REVOKED);
        before = after;
      }
    }
  }

  @Test
  void programBesideTheServers_endsWithoutBeingToldWhoseTheyAre() {
    StoredIssuers.add(store, ISSUER);
    StoredIssuers.add(store, ISSUER);
    assertThat(StoredIssuers.of(store)).containsExactly(ISSUER);
    Grants.Tokens tokens = GrantsContract.login(grants);
    Grants.Tokens other = GrantsContract.login(grants, "other", "alice");
    try (ResourceServer server = resourceServer(store)) {
      GrantControl beside = GrantControl.on(store);
      requireEndedSoon(server, () -> assertThat(beside.end(tokens.grant().id())).isTrue(), tokens);
      requireEndedSoon(server, () -> assertThat(beside.endOfUser("alice")).isEqualTo(1), other);
    }
  }

  @Test
  void endOfAUserOrAClient_forgetsWhatWasAllowedAndThatOfAGrantDoesNot() {
    Consents consents = new Consents(store, Clock.systemUTC());
    Grants.Tokens tokens = GrantsContract.login(grants);
    for (String user : List.of("alice", "bob")) {
      for (String client : List.of("client", "other")) {
        consents.keep(user, client, RESOURCE, Set.of("files:read"), "place");
      }
    }
    assertThat(control.end(tokens.grant().id())).isTrue();
    assertThat(allowed(consents))
        .containsExactly("alice client", "alice other", "bob client", "bob other");
    assertThat(control.endOf("client", "alice")).isZero();
    assertThat(allowed(consents)).containsExactly("alice other", "bob client", "bob other");
    assertThat(control.endOfClient("client")).isZero();
    assertThat(allowed(consents)).containsExactly("alice other", "bob other");
    assertThat(control.endOfUser("alice")).isZero();
    assertThat(allowed(consents)).containsExactly("bob other");
  }

  private static List<String> allowed(Consents consents) {
    List<String> allowed = new ArrayList<>();
    for (String user : List.of("alice", "bob")) {
      for (String client : List.of("client", "other")) {
        if (!consents.of(user, client, RESOURCE).scopes().isEmpty()) {
          allowed.add(user + " " + client);
        }
      }
    }
    return allowed;
  }

  @Test
  void listed_saysWhoseItIsAndNoSecret() {
    Grants.Tokens tokens = GrantsContract.login(grants);
    IssuedGrant listed = control.ofClient("client").get(0);
    assertThat(listed.id()).isEqualTo(tokens.grant().id());
    assertThat(listed.subject()).isEqualTo("alice");
    assertThat(listed.userName()).isEqualTo("alice@example.com");
    assertThat(listed.scopes()).isEqualTo(Set.of("files:read", "files:write"));
    assertThat(listed.resource()).isEqualTo(RESOURCE);
    assertThat(listed.expiresAt()).isAfter(listed.createdAt());
    assertThat(listed.toString()).doesNotContain(tokens.accessToken().substring(6));
  }

  @Test
  void somethingElseThanAnIssuer_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> GrantControl.on(store, "login"));
  }
}
