package io.mcpauth.issuer;

import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AccessDecision;
import io.mcpauth.RequestStub;
import io.mcpauth.ResourceServer;
import io.mcpauth.access.AccessControl;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.pkce.CodeVerifier;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.StoreException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What an entered client has, when the operator takes something from it. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class EndedClientTest {
  private final ServerInTest rig = new ServerInTest();
  private final CodeVerifier verifier = CodeVerifier.generate();
  private final ResourceServer server =
      ResourceServer.builder(
              ServerInTest.RESOURCE,
              rig.server().authorizationServer(),
              ToolPolicy.builder().tool("read_file", "files:read").build())
          .store(rig.store)
          .clock(rig.clock)
          .build();

  @AfterEach
  void close() {
    server.close();
    rig.close();
  }

  private OAuthAnswer login(String clientId, String scope) {
    rig.clock.advance(Duration.ofMillis(1)); // not in the moment of a cut-off
    return rig.token(
        "grant_type",
        "authorization_code",
        "client_id",
        clientId,
        "code",
        rig.code(clientId, verifier, scope),
        "code_verifier",
        verifier.value());
  }

  private OAuthAnswer refresh(OAuthAnswer tokens) {
    return rig.token(
        "grant_type",
        "refresh_token",
        "client_id",
        "app",
        "refresh_token",
        text(tokens, "refresh_token"));
  }

  private AccessDecision decide(OAuthAnswer tokens) {
    return server.decide(RequestStub.of("GET").bearer(text(tokens, "access_token")));
  }

  private AccessDecision.Granted granted(OAuthAnswer tokens) {
    return (AccessDecision.Granted) decide(tokens);
  }

  private @Nullable ReasonCode refused(OAuthAnswer tokens) {
    return decide(tokens) instanceof AccessDecision.Refused no ? no.reason() : null;
  }

  @Test
  void clientThatIsSwitchedOff_losesTokensStreamsAndGrantsAtOnce() {
    OAuthAnswer tokens = login("app", "files:read");
    OAuthAnswer other = login("other", "files:read");
    AccessDecision.Granted stream = granted(tokens);
    AccessDecision.Granted unaffected = granted(other);
    rig.clock.advance(Duration.ofMillis(1));
    assertThat(rig.clients.disable("app").enabled()).isFalse();

    assertThat(stream.cutOff()).isTrue();
    assertThat(refused(tokens)).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(rig.isGood(text(tokens, "access_token"))).isFalse();
    assertThat(refresh(tokens).status()).isGreaterThanOrEqualTo(400);
    assertThat(unaffected.cutOff()).isFalse();
    assertThat(refused(other)).isNull();

    rig.clock.advance(Duration.ofMillis(1));
    assertThat(rig.clients.enable("app").enabled()).isTrue();
    rig.restart();
    assertThat(refresh(tokens).status()).isEqualTo(400);
  }

  @Test
  void clientThatIsOnAgain_isLoggedInToAtOnce() {
    assertThat(rig.clients.disable("app").enabled()).isFalse();
    assertThat(rig.clients.enable("app").enabled()).isTrue();
    rig.restart();

    assertThat(login("app", "files:read").status()).isEqualTo(200);
  }

  @Test
  void clientThatIsRemoved_losesAllAndIsForgotten() {
    OAuthAnswer tokens = login("app", "files:read");
    AccessDecision.Granted stream = granted(tokens);
    Consents consents = new Consents(rig.store, rig.clock);
    assertThat(consents.of("alice", "app", ServerInTest.RESOURCE).scopes()).isNotEmpty();
    rig.clock.advance(Duration.ofMillis(1));
    assertThat(rig.clients.remove("app")).isTrue();

    assertThat(stream.cutOff()).isTrue();
    assertThat(refused(tokens)).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(rig.server().grants().list()).isEmpty();
    assertThat(consents.of("alice", "app", ServerInTest.RESOURCE).scopes()).isEmpty();
  }

  /** However far it came: whoever takes its id next must not find what it had. */
  @Test
  void removalThatFails_leavesTheClientOrNothingOfIt() {
    BetweenStore failing = new BetweenStore(rig.store);
    ClientControl control = ClientControl.on(failing);
    boolean failed = true;
    for (int working = 0; failed; working++) {
      if (rig.clients.find("app") == null) {
        rig.enter(NewClient.withId("app").authMethod("none").redirectUris(ServerInTest.PLACE));
        rig.restart();
      }
      OAuthAnswer tokens = login("app", "files:read");
      assertThat(tokens.status()).isEqualTo(200);
      failing.failOnceAfter(working);
      failed = fails(control);
      if (rig.clients.find("app") != null) {
        assertThat(control.remove("app")).isTrue();
      }
      assertThat(rig.server().grants().list()).as("after %d calls", working).isEmpty();
      assertThat(rig.isGood(text(tokens, "access_token"))).isFalse();
    }
  }

  private static boolean fails(ClientControl control) {
    try {
      assertThat(control.remove("app")).isTrue();
      return false;
    } catch (StoreException e) {
      return true;
    }
  }

  @Test
  void clientForItselfThatIsRemoved_hasNoTokenThatIsGood() {
    rig.enter(
        NewClient.withId("robot")
            .secret(ServerInTest.SECRET)
            .grantTypes("client_credentials")
            .scopes("files:read"));
    rig.restart();
    OAuthAnswer tokens = robot();
    assertThat(rig.isGood(text(tokens, "access_token"))).isTrue();
    // As where another node, which had not heard of it yet, issued it right afterwards.
    assertThat(new StoredClients(rig.store).remove("robot")).isTrue();
    rig.restart();
    assertThat(rig.isGood(text(tokens, "access_token"))).isFalse();
  }

  private OAuthAnswer robot() {
    return rig.token(
        "grant_type",
        "client_credentials",
        "client_id",
        "robot",
        "client_secret",
        ServerInTest.SECRET,
        "resource",
        ServerInTest.RESOURCE);
  }

  @Test
  void clientThatIsLimited_losesTokensBeyondTheLimitAndNoLogin() {
    OAuthAnswer wide = login("app", "files:read files:write");
    OAuthAnswer narrow = login("app", "files:read");
    AccessDecision.Granted stream = granted(wide);
    AccessDecision.Granted unaffected = granted(narrow);
    int rules = AccessControl.on(rig.store).list().size();
    assertThat(rig.clients.limit("app", Set.of("files:read")).scopes()).hasSize(1);

    assertThat(stream.cutOff()).isTrue();
    assertThat(refused(wide)).isEqualTo(ReasonCode.TOKEN_REVOKED);
    assertThat(rig.isGood(text(wide, "access_token"))).isFalse();
    assertThat(unaffected.cutOff()).isFalse();
    assertThat(refused(narrow)).isNull();
    assertThat(AccessControl.on(rig.store).list()).hasSize(rules + 1);

    rig.restart();
    OAuthAnswer next = refresh(wide);
    assertThat(text(next, "scope")).isEqualTo("files:read");
    assertThat(refused(next)).isNull();
  }
}
