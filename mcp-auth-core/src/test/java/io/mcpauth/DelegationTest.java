package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static io.mcpauth.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessRule;
import io.mcpauth.access.AccessTarget;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.Actor;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import io.mcpauth.token.McpPrincipal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tokens with which somebody acts for their subject (RFC 8693 section 4.1), from end to end. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class DelegationTest {
  private static final Map<String, Object> BEFORE =
      Map.of("client_id", "gateway", "sub", "carol", "act", Map.of("sub", "dave"));
  private static final Map<String, Object> ACT =
      Map.of("client_id", "agent", "sub", "bob", "act", BEFORE);

  private final TestIssuer issuer = TestIssuer.start(ProtectedServer.CLOCK);
  private final Store store = Store.inMemory(ProtectedServer.CLOCK);
  private final List<AuthEvents.Event> events = new CopyOnWriteArrayList<>();
  private final ResourceServer server =
      ResourceServer.builder(
              ProtectedServer.RESOURCE,
              AuthorizationServer.of(issuer.issuer()),
              ToolPolicy.builder()
                  .tool("t", Access.scopes("s"))
                  .tool("own", Access.scopes("s").actorIfAny())
                  .build())
          .clock(ProtectedServer.CLOCK)
          .store(store)
          .events(events::add)
          .build();

  @AfterEach
  void stop() {
    server.close();
    issuer.close();
  }

  @Test
  void chain_isInThePrincipalAndItsEvent() {
    McpPrincipal caller = Answers.caller(call("t", delegated()));
    assertThat(caller.subject()).isEqualTo("alice");
    assertThat(caller.scopes()).containsExactly("s");
    Actor actor = caller.actor();
    assertThat(actor).isNotNull();
    assertThat(actor.issuer()).isEqualTo(issuer.issuer());
    assertThat(actor.clientId()).isEqualTo("agent");
    assertThat(actor.subject()).isEqualTo("bob");
    assertThat(actor.clients()).containsExactly("agent", "gateway", "?");
    assertThat(events).hasSize(1);
    assertThat(events.get(0).principal()).isSameAs(caller);
    assertThat(caller.toString())
        .contains("agent", "gateway")
        .doesNotContain("alice", "bob", "carol", "dave");
    assertThat(actor.toString()).doesNotContain("bob", "carol", "dave");
  }

  @Test
  void tokenWithoutActor_isTheUsersOwn() {
    TestIssuer.Token own = issuer.token(ProtectedServer.RESOURCE).scopes("s");
    assertThat(Answers.caller(call("own", own)).actor()).isNull();
    assertThat(Answers.caller(call("own", own.claim("may_act", ACT))).actor()).isNull();
    assertRefused(call("own", delegated()), 403, ReasonCode.ACTOR_NOT_ALLOWED);
  }

  /** Who is kept out gets in for nobody else either. */
  @Test
  void ruleAboutTheCurrentActor_meansTheTokensWithWhichItActs() {
    String iss = issuer.issuer();
    for (AccessTarget target :
        List.of(
            AccessTarget.subject(iss, "bob"),
            AccessTarget.client(iss, "agent"),
            AccessTarget.clientOfSubject(iss, "bob", "agent"),
            AccessTarget.subject(iss, "alice"),
            AccessTarget.client(iss, "test-client"))) {
      AccessRule denied = server.access().deny(target);
      assertRefused(call("t", delegated()), 403, ReasonCode.ACCESS_DENIED);
      server.access().undo(denied.id());
      assertGranted(call("t", delegated()));
      AccessRule cut = server.access().cutOff(target);
      assertRefused(call("t", delegated()), 401, ReasonCode.TOKEN_REVOKED);
      server.access().undo(cut.id());
    }
  }

  @Test
  void actorWithoutClient_actsByTheClientOfTheToken() {
    TestIssuer.Token token =
        issuer.token(ProtectedServer.RESOURCE).scopes("s").claim("act", Map.of("sub", "bob"));
    server.access().deny(AccessTarget.clientOfSubject(issuer.issuer(), "bob", "test-client"));
    assertRefused(call("t", token), 403, ReasonCode.ACCESS_DENIED);
  }

  @Test
  void ruleAboutAnActorBeforeOrOfAnotherIssuer_meansNobody() {
    String iss = issuer.issuer();
    server.access().deny(AccessTarget.subject(iss, "carol"));
    server.access().deny(AccessTarget.client(iss, "gateway"));
    AccessControl.on(store).deny(AccessTarget.subject("https://other.example", "bob"));
    assertGranted(call("t", delegated()));
    TestIssuer.Token foreign =
        issuer
            .token(ProtectedServer.RESOURCE)
            .scopes("s")
            .claim("act", Map.of("iss", "https://other.example", "sub", "bob"));
    assertRefused(call("t", foreign), 403, ReasonCode.ACCESS_DENIED);
  }

  @Test
  void denialOfTheActor_comesBeforeACutOffOfTheUser() {
    server.access().cutOff(AccessTarget.subject(issuer.issuer(), "alice"));
    server.access().deny(AccessTarget.subject(issuer.issuer(), "bob"));

    assertRefused(call("t", delegated()), 403, ReasonCode.ACCESS_DENIED);
  }

  @Test
  void answerThatRuns_endsWithADenialOfTheActor() {
    AccessDecision.Granted running = (AccessDecision.Granted) call("t", delegated());
    assertThat(running.cutOff()).isFalse();
    server.access().deny(AccessTarget.client(issuer.issuer(), "agent"));

    assertThat(running.cutOff()).isTrue();
    running.ended();
  }

  private TestIssuer.Token delegated() {
    return issuer.token(ProtectedServer.RESOURCE).scopes("s").claim("act", ACT);
  }

  private AccessDecision call(String tool, TestIssuer.Token token) {
    return server.decide(RequestStub.post(Guarded.call("1", tool)).bearer(token.mint()));
  }
}
