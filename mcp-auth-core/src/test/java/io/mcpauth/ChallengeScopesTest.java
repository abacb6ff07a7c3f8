package io.mcpauth;

import static io.mcpauth.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which scopes a 403 names beside those of the call. */
class ChallengeScopesTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";

  @AutoClose private final TestIssuer issuer = TestIssuer.start();

  /** From 2026-07-28 on the client makes the union (SEP-2350); before it takes what it is told. */
  @ParameterizedTest
  @CsvSource({
    "BY_REVISION,2026-07-28,mcp write",
    "BY_REVISION,2027-01-01,mcp write",
    "BY_REVISION,2025-11-25,mcp write read",
    "BY_REVISION,2025-03-26,mcp write read",
    "ONLY_REQUIRED,2026-07-28,mcp write",
    "ONLY_REQUIRED,2025-11-25,mcp write",
    "WITH_GRANTED,2026-07-28,mcp write read",
    "WITH_GRANTED,2025-11-25,mcp write read",
  })
  void challenge_namesWhatTheRevisionAndTheOptionSay(
      ChallengeScopes option, String revision, String scopes) {
    ToolPolicy policy =
        ToolPolicy.builder()
            .baseScopes("mcp")
            .tool("read_file", "read")
            .tool("write_file", "write")
            .build();
    try (ResourceServer server =
        ResourceServer.builder(RESOURCE, AuthorizationServer.of(issuer.issuer()), policy)
            .challengeScopes(option)
            .build()) {
      assertThat(challenge(server, revision))
          .startsWith("Bearer error=\"insufficient_scope\", scope=\"" + scopes + "\", ");
    }
  }

  private String challenge(ResourceServer server, String revision) {
    String meta =
        revision.compareTo("2026") < 0
            ? ""
            : ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + revision + "\"}";
    RequestStub request =
        RequestStub.post(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":"
                    + "\"write_file\""
                    + meta
                    + "}}")
            .revision(revision)
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", "write_file")
            .bearer(issuer.token(RESOURCE).scopes("mcp", "read", "unknown").mint());
    return Objects.requireNonNull(
        assertRefused(server.decide(request), 403, ReasonCode.INSUFFICIENT_SCOPE)
            .headers()
            .get("WWW-Authenticate"));
  }
}
