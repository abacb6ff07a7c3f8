package io.mcpauth.examples.guard;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the target is told by headers that claim to repeat the body. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardMirroredHeadersTest {
  private static final String POLICY =
      """
      {"base": ["mcp"],
       "tools": {"query": {"paramHeaders": {"region": "Region"}}, "other": "base"}}
      """;

  @TempDir Path directory;

  private final BlockingQueue<Wire.Head> seen = new LinkedBlockingQueue<>();

  private RunningGuard running() throws Exception {
    Path policy = Files.writeString(directory.resolve("policy.json"), POLICY);
    return RunningGuard.before(
        call -> {
          seen.put(call.head());
          call.answer("200 OK", "{}", "Content-Type: application/json");
        },
        "MCP_AUTH_REQUIRED_SCOPES",
        "", // in the policy
        "MCP_AUTH_POLICY_FILE",
        policy.toString());
  }

  private static String call(@Nullable String revision, String tool) {
    String meta =
        revision == null
            ? ""
            : ",\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + revision + "\"}";
    return "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\",\"arguments\":{\"region\":\"eu\",\"size\":1}"
        + meta
        + "}}";
  }

  /** The mirrored headers that reached the target, or the answer of the guard. */
  private String told(RunningGuard running, String body, String... headers) throws Exception {
    try (Wire client = running.send("POST", body, headers)) {
      Wire.Head answer = client.head();
      if (answer.status() != 200) {
        assertThat(seen).isEmpty();
        return answer.status() + " " + client.text(answer).replaceAll(".*\"code\":(-\\d+).*", "$1");
      }
      TreeMap<String, String> told = new TreeMap<>(seen.take().headers());
      told.keySet().removeIf(name -> !name.matches("mcp-(method|name|param-.*)"));
      return told.toString();
    }
  }

  @Test
  void headersOfTheRevisionThatHasThem_reachTheTargetAsTheyWereCompared() throws Exception {
    try (RunningGuard running = running()) {
      String[] headers = {
        "MCP-Protocol-Version: 2026-07-28",
        "Mcp-Method: tools/call",
        "Mcp-Name: query",
        "Mcp-Param-Region: eu",
        "Mcp-Param-Size: 1",
        "Mcp-Param-Size_Of: 1"
      };
      assertThat(told(running, call("2026-07-28", "query"), headers))
          .isEqualTo(
              "{mcp-method=tools/call, mcp-name=query, mcp-param-region=eu, mcp-param-size=1}");
      headers[3] = "Mcp-Param-Region: us";
      assertThat(told(running, call("2026-07-28", "query"), headers)).isEqualTo("400 -32020");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-11-25", "2025-06-18", "2025-03-26"})
  void headersOfAnOlderRevision_areComparedWhereDeclaredAndElseDropped(String revision)
      throws Exception {
    try (RunningGuard running = running()) {
      String[] lies = {
        "MCP-Protocol-Version: " + revision,
        "Mcp-Method: tools/list",
        "Mcp-Name: other",
        "Mcp-Param-Size: 2"
      };
      assertThat(told(running, call(null, "query"), lies)).isEqualTo("{}");
      lies[3] = "Mcp-Param-Region: eu";
      assertThat(told(running, call(null, "query"), lies)).isEqualTo("{mcp-param-region=eu}");
      lies[3] = "Mcp-Param-Region: us";
      assertThat(told(running, call(null, "query"), lies)).isEqualTo("400 -32001");
      assertThat(told(running, call(null, "other"), lies)).isEqualTo("{}");
    }
  }

  /** Nothing is there to compare with. */
  @Test
  void headersOfARequestWithoutABody_areDropped() throws Exception {
    try (RunningGuard running = running();
        Wire client =
            running.send(
                "GET",
                "",
                "MCP-Protocol-Version: 2026-07-28",
                "Mcp-Method: tools/call",
                "Mcp-Name: query",
                "Mcp-Param-Region: us")) {
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(seen.take().headers())
          .containsEntry("mcp-protocol-version", "2026-07-28")
          .doesNotContainKeys("mcp-method", "mcp-name", "mcp-param-region");
    }
  }
}
