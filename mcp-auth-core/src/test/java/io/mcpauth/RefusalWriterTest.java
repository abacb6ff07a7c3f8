package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalWriterTest {
  private static final RefusalWriter WRITER =
      new RefusalWriter(new Challenge("https://mcp.example.com/m", null), List.of(), -31001);

  /** From 2026-07-28 on, -32000 to -32099 belong to the specification and to nobody else. */
  @ParameterizedTest
  @EnumSource(ReasonCode.class)
  void codeOfEveryReason_isOfJsonRpcOrOurOwn(ReasonCode reason) {
    assertThat(body(reason, "2026-07-28"))
        .containsPattern("^\\{\"error\":|\"code\":(-32700|-32600|-32020|-31001),");
    assertThat(body(reason, "2025-11-25"))
        .containsPattern("^\\{\"error\":|\"code\":(-32700|-32600|-32020|-32001),");
    if (reason != ReasonCode.HEADER_MISMATCH) {
      assertThat(body(reason, "2026-07-28")).doesNotContain("-32020");
    }
  }

  private static String body(ReasonCode reason, String revision) {
    RequestStub request = RequestStub.post("").revision(revision);
    return new String(WRITER.write(reason, request, null, List.of("s")).body(), UTF_8);
  }
}
