package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.Access;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.store.LastingStore;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A request in a session that another node has opened, or this one before a restart. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class SessionsOfTwoServersTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"read\"}}";
  private static final String OPEN_CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"about\"}}";

  private final LastingStore store = LastingStore.over(Store.inMemory());
  private final TestIssuer issuer = TestIssuer.start();
  private final ResourceServer one = server();
  private final ResourceServer other = server();

  private ResourceServer server() {
    ToolPolicy policy =
        ToolPolicy.builder()
            .tool("read", "read")
            .tool("about", Access.anonymous())
            .method("GET", Access.anonymous())
            .build();
    return ResourceServer.builder(RESOURCE, AuthorizationServer.of(issuer.issuer()), policy)
        .store(store.node())
        .build();
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
    issuer.close();
  }

  private AccessDecision decide(
      ResourceServer server, String body, @Nullable String subject, @Nullable String session) {
    RequestStub request = RequestStub.post(body);
    if (subject != null) {
      request.bearer(issuer.token(RESOURCE).scopes("read").claim("sub", subject).mint());
    }
    return server.decide(session == null ? request : request.header("Mcp-Session-Id", session));
  }

  private void open(@Nullable String subject, String session) {
    String body = subject == null ? OPEN_CALL : CALL;
    AccessDecision.Granted granted = (AccessDecision.Granted) decide(one, body, subject, null);
    granted.sessionOpened(session);
    granted.ended();
  }

  private @Nullable ReasonCode refused(
      ResourceServer server, String body, @Nullable String subject, String session) {
    AccessDecision decision = decide(server, body, subject, session);
    if (decision instanceof AccessDecision.Granted granted) {
      granted.ended();
      return null;
    }
    return ((AccessDecision.Refused) decision).reason();
  }

  @Test
  void sessionOfOneNode_isItsOwnersOnTheOtherAndAfterARestart() {
    open("alice", "s1");
    assertThat(refused(other, CALL, "alice", "s1")).isNull();
    assertThat(refused(other, CALL, "bob", "s1")).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    one.close();
    other.close();

    try (ResourceServer restarted = server()) {
      assertThat(refused(restarted, CALL, "alice", "s1")).isNull();
      assertThat(refused(restarted, CALL, "bob", "s1")).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    }
  }

  @Test
  void anonymousSession_isClaimedForAllNodes() {
    open(null, "s1");
    assertThat(refused(other, OPEN_CALL, null, "s1")).isNull();
    assertThat(refused(other, CALL, "alice", "s1")).isNull();

    assertThat(refused(one, OPEN_CALL, null, "s1")).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    assertThat(refused(one, CALL, "bob", "s1")).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    assertThat(refused(one, CALL, "alice", "s1")).isNull();
  }

  @Test
  void streamWithoutALogin_endsWhenAnotherNodeSeesItsSessionClaimed() throws Exception {
    open(null, "s1");
    open(null, "s2");
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    AccessDecision.Granted stream = stream("s1");
    AccessDecision.Granted ofAnother = stream("s2");
    var unused = other.onCutOff(() -> told.add("look"));
    assertThat(stream.cutOff()).isFalse();
    assertThat(refused(one, CALL, "alice", "s1")).isNull();

    while (!stream.cutOff()) {
      assertThat(told.poll(60, TimeUnit.SECONDS)).isEqualTo("look");
    }
    assertThat(ofAnother.cutOff()).isFalse();
    stream.ended();
    ofAnother.ended();
  }

  private AccessDecision.Granted stream(String session) {
    RequestStub request = RequestStub.of("GET").header("Accept", "text/event-stream");
    return (AccessDecision.Granted) other.decide(request.header("Mcp-Session-Id", session));
  }

  @Test
  void warmSession_costsNoQuestionToTheStore() {
    open("alice", "s1");
    assertThat(refused(other, CALL, "alice", "s1")).isNull();
    store.asked().clear();
    for (int i = 0; i < 20; i++) {
      assertThat(refused(one, CALL, "alice", "s1")).isNull();
      assertThat(refused(other, CALL, "alice", "s1")).isNull();
      assertThat(refused(other, CALL, "bob", "s1")).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    }

    assertThat(store.asked()).isEmpty();
  }

  @Test
  void storeThatFails_isA503AndNeverAccess() {
    open(null, "s1");
    open("alice", "s2");
    store.fail(new StoreException("down"));

    assertThat(refused(other, CALL, "alice", "s1")).isEqualTo(ReasonCode.SESSIONS_UNAVAILABLE);
    assertThat(refused(one, OPEN_CALL, null, "s1")).isEqualTo(ReasonCode.SESSIONS_UNAVAILABLE);
    assertThat(refused(other, CALL, "alice", "s2")).isEqualTo(ReasonCode.SESSIONS_UNAVAILABLE);
    assertThat(refused(one, CALL, "alice", "s2")).as("warm").isNull();
  }
}
