package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.error.AuthException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Batches, which revision 2025-03-26 has: every element counts. */
class RpcBatchTest {
  private static final String CALL =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"t\"}}";
  private static final String NOTIFICATION = "{\"jsonrpc\":\"2.0\",\"method\":\"m\"}";
  private static final String RESPONSE = "{\"jsonrpc\":\"2.0\",\"id\":\"r\",\"result\":[]}";

  @Test
  void batchOfOne_isABatch() {
    RpcCalls calls = read("[" + CALL + "]");
    assertThat(calls.batch()).isTrue();
    assertThat(calls.messages()).hasSize(1);
  }

  @Test
  void mixedBatch_isReadInOrder() {
    RpcCalls calls = read("[" + CALL + ", " + NOTIFICATION + " ," + RESPONSE + "\n]");
    assertThat(calls.messages())
        .extracting(RpcCalls.Message::kind)
        .containsExactly(
            RpcCalls.Message.Kind.REQUEST,
            RpcCalls.Message.Kind.NOTIFICATION,
            RpcCalls.Message.Kind.RESPONSE);
    assertThat(calls.messages())
        .extracting(RpcCalls.Message::summary)
        .containsExactly("tools/call t", "m", "response");
    assertThat(calls.echoedId()).isNull();
  }

  @Test
  void membersOfOneElement_doNotLeakIntoTheNext() {
    RpcCalls calls =
        read("[{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"name\":\"t\"}}," + CALL + "]");
    assertThat(calls.messages())
        .extracting(RpcCalls.Message::targets)
        .containsExactly(List.of(), List.of(new Target(Target.Kind.TOOL, "t")));
    assertThat(calls.messages()).extracting(RpcCalls.Message::id).containsExactly(null, 1L);
  }

  @Test
  void messages_cannotBeChanged() {
    List<RpcCalls.Message> source = new ArrayList<>(read(CALL).messages());
    RpcCalls calls = new RpcCalls(source, false);
    source.clear();
    assertThat(calls.messages()).hasSize(1);
    assertThatThrownBy(() -> calls.messages().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  private static RpcCalls read(String body) {
    return RpcCalls.read(body.getBytes(UTF_8));
  }

  /** Each is judged, also before anybody has logged in. */
  @Test
  void moreThanAThousandItems_areRefused() {
    String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
    assertThat(RpcCalls.read(batch(ping, 1000)).messages()).hasSize(1000);
    assertThatThrownBy(() -> RpcCalls.read(batch(ping, 1001))).isInstanceOf(AuthException.class);
    assertThat(RpcCalls.read(listen(1000)).messages().get(0).targets()).hasSize(1000);
    assertThatThrownBy(() -> RpcCalls.read(listen(1001))).isInstanceOf(AuthException.class);
  }

  private static byte[] batch(String message, int count) {
    return ("[" + String.join(",", Collections.nCopies(count, message)) + "]").getBytes(UTF_8);
  }

  private static byte[] listen(int count) {
    String uris = String.join(",", Collections.nCopies(count, "\"a:b\""));
    String notifications = "{\"resourceSubscriptions\":[" + uris + "]}";
    return ("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\",\"params\":"
            + "{\"notifications\":"
            + notifications
            + "}}")
        .getBytes(UTF_8);
  }
}
