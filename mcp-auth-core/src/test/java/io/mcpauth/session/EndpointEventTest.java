package io.mcpauth.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one event of HTTP+SSE that is read in passing. */
class EndpointEventTest {
  private static final String EVENT = "event: endpoint\ndata: /message?sessionId=1\n\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        EVENT,
        "event:endpoint\ndata:/message?sessionId=1\n\n",
        "data: /message?sessionId=1\nevent: endpoint\n\n",
        "event: endpoint\r\ndata: /message?sessionId=1\r\n\r\n",
        "event: endpoint\rdata: /message?sessionId=1\r\r",
        "event: message\nevent: endpoint\ndata: /message?sessionId=1\n\n",
        ": ping\n\n: ping\n\nid: 7\nretry: 1000\n" + EVENT,
        "event: message\ndata: {}\n\n" + EVENT,
        "event: endpoint\n\n" + EVENT, // without data it is none
        "\uFEFF" + EVENT,
        "\u00EF\u00BB\u00BF" + EVENT,
        "unknown\n" + EVENT
      })
  void endpoint_isFoundHoweverItIsWritten(String stream) {
    assertThat(data(stream)).isEqualTo("/message?sessionId=1");
  }

  /** Before a client can know of it: at the end of its empty line, whatever comes then. */
  @Test
  void endpoint_isFoundWithTheCharacterThatEndsIt() {
    EndpointEvent event = new EndpointEvent();
    for (int i = 0; i < EVENT.length() - 1; i++) {
      assertThat(event.next(EVENT.charAt(i))).isEqualTo(EndpointEvent.Found.NOT_YET);
    }
    assertThat(event.next('\n')).isEqualTo(EndpointEvent.Found.ENDPOINT);
  }

  @Test
  void severalLinesOfData_areOneValue() {
    assertThat(data("event: endpoint\ndata: /message\ndata: ?sessionId=1\ndata\n\n"))
        .isEqualTo("/message\n?sessionId=1\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event: message\ndata: /message?sessionId=1\n\n",
        "data: /message?sessionId=1\n\n",
        "event: endpoints\ndata: /message?sessionId=1\n\n",
        "Event: endpoint\ndata: /message?sessionId=1\n\n",
        " event: endpoint\ndata: /message?sessionId=1\n\n",
        "event: endpoint\ndata: /message?sessionId=1\n",
        "event: endpoint\nevent: message\ndata: /message?sessionId=1\n\n",
        "event: endpoint\n\ndata: /message?sessionId=1\n\n"
      })
  void whatAClientTakesForNoEndpoint_isNone(String stream) {
    assertThat(data(stream)).isNull();
  }

  @Test
  void endpointBeyondTheLimit_isNotLookedForAndOneAcrossItIsTooLong() {
    EndpointEvent late = new EndpointEvent();
    String comment = ": " + "x".repeat(EndpointEvent.MOST) + "\n";
    assertThat(last(late, comment)).isEqualTo(EndpointEvent.Found.NONE);

    EndpointEvent across = new EndpointEvent();
    String begun = "event: endpoint\ndata: /" + "x".repeat(EndpointEvent.MOST);
    assertThat(last(across, begun)).isEqualTo(EndpointEvent.Found.TOO_LONG);
  }

  private static EndpointEvent.Found last(EndpointEvent event, String stream) {
    EndpointEvent.Found found = EndpointEvent.Found.NOT_YET;
    for (int i = 0; i < stream.length() && found == EndpointEvent.Found.NOT_YET; i++) {
      found = event.next(stream.charAt(i));
    }
    return found;
  }

  private static @Nullable String data(String stream) {
    EndpointEvent event = new EndpointEvent();
    return last(event, stream) == EndpointEvent.Found.ENDPOINT ? event.data() : null;
  }
}
