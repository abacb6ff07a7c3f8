package io.mcpauth;

import static io.mcpauth.Answers.assertGranted;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.BodyReader;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.KeyStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a call with a known token costs, in counts and bytes, which are the same on every machine;
 * its time is in {@code docs/performance.md}.
 */
class WarmPathTest {
  /** Beyond one copy each of the body and of the token, for which nothing can be done. */
  private static final long MOST_BYTES = 4_096;

  private static final int BATCHES = 50;
  private static final int CALLS_OF_A_BATCH = 1_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void knownToken_allocatesLittleBeyondTheCopiesOfBodyAndToken() {
    try (TestIssuer issuer = TestIssuer.start(ProtectedServer.CLOCK);
        ResourceServer server = ProtectedServer.of(issuer).build()) {
      PreparedCall call = new PreparedCall(token(issuer));

      long beyond = Long.MAX_VALUE; // until it is compiled, a call costs more
      for (int i = 0; i < BATCHES && beyond >= MOST_BYTES; i++) {
        beyond = Math.min(beyond, allocated(server, call) - call.bytes());
      }

      assertThat(beyond).isLessThan(MOST_BYTES);
    }
  }

  @Test
  void knownToken_isNeitherCheckedNorFetchedForAgain() {
    try (TestIssuer issuer = TestIssuer.start(ProtectedServer.CLOCK);
        ResourceServer server = ProtectedServer.of(issuer).build()) {
      PreparedCall call = new PreparedCall(token(issuer));
      assertGranted(server.decide(call));
      KeyStatus first = server.keyStatus().get(0);

      allocated(server, call);

      assertThat(server.keyStatus()).containsExactly(first);
      assertThat(issuer.requests("/jwks")).isEqualTo(1);
      assertThat(server.keptVerdicts()).containsExactly(Map.entry(issuer.issuer(), 1L));
      assertThat(server.inUse().bodyBytes()).isZero();
    }
  }

  /** What this thread allocates for one call, on average of a batch. */
  private long allocated(ResourceServer server, PreparedCall call) {
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS_OF_A_BATCH; i++) {
      AccessDecision decision = server.decide(call);
      if (!(decision instanceof AccessDecision.Granted granted)) {
        throw new AssertionError(decision);
      }
      granted.ended();
    }
    return (threads.getCurrentThreadAllocatedBytes() - before) / CALLS_OF_A_BATCH;
  }

  private static String token(TestIssuer issuer) {
    return issuer
        .token(ProtectedServer.RESOURCE)
        .scopes("mcp", "files:read", "files:list")
        .claim("groups", List.of("engineering", "platform", "on-call", "reviewers"))
        .claim("pad", "x".repeat(500))
        .mint();
  }

  /** A call that a client has sent with the usual headers, and of which nothing is made anew. */
  private static final class PreparedCall implements AccessRequest {
    private final Map<String, List<String>> headers;
    private final byte[] body =
        """
        {"jsonrpc":"2.0","id":17,"method":"tools/call","params":{"name":"read_file",\
        "arguments":{"path":"%s","encoding":"utf-8","from":5,"all":true}}}\
        """
            .formatted("notes/".repeat(28) + "a.txt")
            .getBytes(StandardCharsets.UTF_8);
    private final int bytes;

    PreparedCall(String token) {
      headers =
          Map.of(
              "Host", List.of("mcp.example.com"),
              "Authorization", List.of("Bearer " + token),
              "Content-Type", List.of("application/json"),
              "Accept", List.of("application/json, text/event-stream"),
              "MCP-Protocol-Version", List.of("2025-06-18"));
      bytes = body.length + token.length();
    }

    /** One copy each of the body and of the token. */
    int bytes() {
      return bytes;
    }

    @Override
    public String method() {
      return "POST";
    }

    @Override
    public List<String> headers(String name) {
      return headers.getOrDefault(name, List.of());
    }

    @Override
    public @Nullable String query() {
      return null;
    }

    @Override
    public byte[] body(BodyReader reader) throws IOException {
      return reader.read(new ByteArrayInputStream(body), body.length, 1 << 20);
    }
  }
}
