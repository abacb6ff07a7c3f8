package io.mcpauth.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.token.Principals;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists in event streams, cut into pieces as a network cuts them. */
class ListEventsTest {
  private static final String WHOLE =
      "{\"result\":{\"tools\":[{\"name\":\"a\"},{\"name\":\"b\"}]}}";
  private static final String SHOWN = "{\"result\":{\"tools\":[{\"name\":\"a\"}]}}";
  private static final String ERROR = "{\"error\":1,\"id\":7}";

  private static ListEvents events() {
    return events(ERROR);
  }

  private static ListEvents events(String instead) {
    ToolPolicy policy = ToolPolicy.builder().tool("a", "x").build();
    return new ListAnswers(() -> policy, Principals.with("x"), null)
        .events(instead.getBytes(UTF_8));
  }

  /** The stream in pieces of a size, and what is left at its end. */
  private static String passed(String stream, int piece) {
    ListEvents events = events();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = stream.getBytes(UTF_8);
    for (int at = 0; at < bytes.length; at += piece) {
      byte[] next = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece));
      out.writeBytes(events.next(next));
    }
    out.writeBytes(events.end());
    return out.toString(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 1000})
  void listInAnEvent_isReducedHoweverItIsCut(int piece) {
    assertThat(passed("id: 7\nevent: message\ndata: " + WHOLE + "\nretry: 5\n\n: ping\n\n", piece))
        .isEqualTo("id: 7\nevent: message\nretry: 5\ndata: " + SHOWN + "\n\n: ping\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void anyEndOfLines_isUnderstood(String end) {
    String stream = "data:" + WHOLE + end + end + "data: {}" + end + end;
    assertThat(passed(stream, 1))
        .startsWith("data: " + SHOWN + "\n\n")
        .contains("data: {}" + end + end)
        .doesNotContain("\"b\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"method\":\"notifications/progress\"}\n\n",
        "data: {\r\ndata: }\r\n\r\n",
        "event: endpoint\ndata: /message?sessionId=1\n\n",
        "id: 1\ndata:\n\n",
        "id: 1\ndata\n\n",
        ": comment\n\n\n\n",
        "retry: 10\n\n",
        "\uFEFFdata: {}\n\n"
      })
  void whatIsNoList_passesUnchanged(String stream) {
    assertThat(passed(stream, 1)).isEqualTo(stream);
    assertThat(passed(stream, 1000)).isEqualTo(stream);
  }

  @Test
  void listOverSeveralLinesOfData_isOneList() {
    assertThat(passed(WHOLE.replace("[{", "[\ndata: {").replaceFirst("^", "data: ") + "\n\n", 5))
        .isEqualTo("data: " + SHOWN + "\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {\"result\":{\"tools\":[{}]}}\n\n",
        "data: {\"result\":\n\n",
        "data: text\n\n",
        "\uFEFFdata: text\n\n",
        "event:\ndata: text\n\n",
        "event: other\nevent: message\ndata: text\n\n"
      })
  void messageThatCannotBeRead_isAnError(String stream) {
    assertThat(passed(stream, 4)).contains("data: " + ERROR + "\n\n").doesNotContain("text");
  }

  /** Readers take blanks off, or care for no type at all. */
  @ParameterizedTest
  @ValueSource(strings = {"message ", "  message", "MESSAGE", " ", "other", "message\t"})
  void listInAnEventOfAnyType_isReduced(String type) {
    assertThat(passed("event: " + type + "\ndata: " + WHOLE + "\n\n", 100))
        .isEqualTo("event: " + type + "\ndata: " + SHOWN + "\n\n");
  }

  /** Else its call would never end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":3,\"result\":{\"structuredContent\":{\"a\":1,\"a\":2}}}",
        "{\"result\":{\"x\":{\"id\":9,\"id\":\"}\\\"\"}},\"id\" : 3}",
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"tools\":[\"b\"]}}"
      })
  void answerThatCannotBeRead_isAnErrorWithItsOwnId(String message) {
    for (String instead : new String[] {"{\"error\":1}", "{\"error\":1,\"id\":7}"}) {
      ListEvents events = events(instead);
      assertThat(events.next(("data: " + message + "\n\n").getBytes(UTF_8)))
          .asString(UTF_8)
          .isEqualTo("data: {\"error\":1,\"id\":3}\n\n");
      assertThat(events.isBroken()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":3,\"id\":4,\"result\":{}}",
        "{\"id\":[3],\"result\":{\"a\":1,\"a\":1}}",
        "{\"result\":{\"a\":1,\"a\":1},\"id\":3",
        "{\"\\u0069d\":4,\"id\":3,\"result\":{\"a\":1,\"a\":1}}",
        "[{\"id\":3,\"result\":{\"a\":1,\"a\":1}}]"
      })
  void answerWhoseIdIsNotCertain_breaksTheStreamOff(String message) {
    ListEvents events = events("{\"error\":1}");
    assertThat(events.next(("data: 1\n\ndata: " + message + "\n\ndata: 2\n\n").getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("data: 1\n\n");
    assertThat(events.isBroken()).isTrue();
    assertThat(events.next("data: 3\n\n".getBytes(UTF_8))).isEmpty();
    assertThat(events.end()).isEmpty();
  }

  /** Ids of a server's requests are none of the client's: the error must end no call of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {"{\"id\":3,\"method\":\"x\",\"params\":{\"a\":1,\"a\":1}}", "text", "1 2"})
  void whatIsNoAnswer_isAnErrorWithoutAnId(String message) {
    ListEvents events = events("{\"error\":1}");
    assertThat(events.next(("data: " + message + "\n\n").getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("data: {\"error\":1}\n\n");
    assertThat(events.isBroken()).isFalse();
  }

  @Test
  void answerBeyondTheLimit_isAnErrorWithItsIdOrTheEnd() {
    String large = "x".repeat(ListAnswers.MOST_BYTES);
    ListEvents first = events("{\"error\":1}");
    assertThat(first.next(("data: {\"id\":3,\"result\":\"" + large + "\"}\n\n").getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("data: {\"error\":1,\"id\":3}\n\n");
    ListEvents last = events("{\"error\":1}");
    assertThat(last.next(("data: {\"result\":\"" + large + "\",\"id\":3}\n\n").getBytes(UTF_8)))
        .isEmpty();
    assertThat(last.isBroken()).isTrue();
  }

  @Test
  void eventLeavesAsSoonAsItIsWhole_andNoPartBefore() {
    ListEvents events = events();
    assertThat(events.next("data: {}\n".getBytes(UTF_8))).isEmpty();
    assertThat(events.next("\ndata".getBytes(UTF_8))).asString(UTF_8).isEqualTo("data: {}\n\n");
    assertThat(events.next(": {}\n\n".getBytes(UTF_8))).asString(UTF_8).isEqualTo("data: {}\n\n");
    assertThat(events.end()).isEmpty();
  }

  @Test
  void eventBeyondTheLimit_isAnErrorAndTheNextOneIsRead() {
    ListEvents events = events();
    byte[] piece = "x".repeat(64 * 1024).getBytes(UTF_8);
    assertThat(events.next("data: \"".getBytes(UTF_8))).isEmpty();
    for (int sent = 0; sent <= ListAnswers.MOST_BYTES; sent += piece.length) {
      assertThat(events.next(piece)).isEmpty();
    }
    assertThat(events.next(("\"\n\ndata: " + WHOLE + "\n\n").getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("data: " + ERROR + "\n\ndata: " + SHOWN + "\n\n");
  }

  @Test
  void listBehindTheLastEmptyLine_isReducedToo() {
    assertThat(passed("data: " + WHOLE, 10)).isEqualTo("data: " + SHOWN + "\n\n");
    assertThat(passed("data: {}", 10)).isEqualTo("data: {}");
  }
}
