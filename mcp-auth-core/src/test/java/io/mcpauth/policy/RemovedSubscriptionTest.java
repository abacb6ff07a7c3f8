package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The methods that revision 2026-07-28 took away, without the resource that they had. */
class RemovedSubscriptionTest {
  private static final ToolPolicy POLICY =
      ToolPolicy.builder()
          .method("resources/subscribe", Access.anonymous())
          .method("resources/*", Access.anonymous())
          .build();

  /** An older server behind could still know the method, and a default for what is left out. */
  @ParameterizedTest
  @ValueSource(strings = {"resources/subscribe", "resources/unsubscribe"})
  void withoutUri_isRefusedWhateverThePolicySaysOfTheMethod(String method) {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}"
            .formatted(method);
    assertThat(POLICY.judge(null, RpcCalls.read(body.getBytes(UTF_8))))
        .isNotInstanceOf(ToolPolicy.Verdict.Allowed.class);
  }
}
