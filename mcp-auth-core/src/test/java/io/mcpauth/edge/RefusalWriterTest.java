package io.mcpauth.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.RequestStub;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.RpcCalls;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalWriterTest {
  private static final ResourceIdentifier RESOURCE =
      ResourceIdentifier.of("https://mcp.example.com/m");
  private static final RefusalWriter WRITER =
      new RefusalWriter(
          new Challenge("https://mcp.example.com/m", null, List.of()),
          -31001,
          ConnectPage.of(RESOURCE, RESOURCE, null),
          List.of("Bearer"));

  /** From 2026-07-28 on, -32000 to -32099 belong to the specification and to nobody else. */
  @ParameterizedTest
  @EnumSource(ReasonCode.class)
  void codeOfEveryReason_isOfJsonRpcOrOurOwn(ReasonCode reason) {
    assertThat(body(reason, "2026-07-28"))
        .containsPattern("^\\{\"error\":|\"code\":(-32700|-32600|-32601|-32602|-32020|-31001),");
    assertThat(body(reason, "2025-11-25"))
        .containsPattern("^\\{\"error\":|\"code\":(-32700|-32600|-32601|-32602|-32001),");
    if (reason != ReasonCode.HEADER_MISMATCH) {
      assertThat(body(reason, "2026-07-28")).doesNotContain("-32020");
    }
  }

  /** No login cures these, and a client that saw a challenge would start one. */
  @ParameterizedTest
  @CsvSource({
    "ORIGIN_NOT_ALLOWED, 403, forbidden",
    "HOST_NOT_ALLOWED, 421, misdirected_request",
    "SESSION_NOT_FOUND, 404, not_found",
    "UNKNOWN_METHOD, 200, not_found",
    "REVISION_MISSING, 400, invalid_request",
  })
  void refusalThatNoLoginCures_hasNoChallenge(ReasonCode reason, int status, String error) {
    for (RequestStub request : List.of(RequestStub.post(""), RequestStub.of("GET"))) {
      Edge.Answer refused = write(reason, request);
      assertThat(refused.status()).isEqualTo(status);
      assertThat(refused.headers()).doesNotContainKeys("WWW-Authenticate", "Retry-After");
      assertThat(new String(refused.body(), UTF_8))
          .contains("\"error\":\"" + error + "\"", reason.description())
          .doesNotContain("\"id\"");
    }
  }

  @Test
  void sessionStoreThatFails_isAnOutage() {
    Edge.Answer refused = write(ReasonCode.SESSIONS_UNAVAILABLE, RequestStub.post(""));
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers())
        .containsEntry("Retry-After", "1")
        .doesNotContainKey("WWW-Authenticate");
  }

  /** What is the same for everybody is made once; whoever writes into a body has his own. */
  @Test
  void answerThatIsKept_isEqualAndNobodyElses() {
    RequestStub request = RequestStub.post("");
    Edge.Answer first = write(ReasonCode.CREDENTIAL_MISSING, request);
    byte[] before = first.body().clone();
    first.body()[0] = 'x';
    Edge.Answer second = write(ReasonCode.CREDENTIAL_MISSING, request);

    assertThat(second.body()).isEqualTo(before);
    assertThat(second.headers()).isEqualTo(first.headers());
    assertThatThrownBy(() -> second.headers().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void answersOfOtherScopes_areOthersHoweverManyThereAre() {
    for (int i = 0; i < 500; i++) {
      String scope = "scope-" + i;
      Edge.Answer answer =
          WRITER.write(
              Refusal.of(ReasonCode.CREDENTIAL_MISSING).asking(List.of(scope)),
              RequestStub.post(""),
              new Edge.Messages(RpcCalls.none(), false, false));
      assertThat(answer.headers().get("WWW-Authenticate")).contains("scope=\"" + scope + "\"");
    }
  }

  private static Edge.Answer write(ReasonCode reason, RequestStub request) {
    boolean stateless = ProtocolRevision.of(MirroredHeaders.version(request), null).isStateless();
    return WRITER.write(
        Refusal.of(reason).asking(List.of("s")),
        request,
        new Edge.Messages(RpcCalls.none(), stateless, false));
  }

  private static String body(ReasonCode reason, String revision) {
    RequestStub request = RequestStub.post("").revision(revision);
    return new String(write(reason, request).body(), UTF_8);
  }
}
