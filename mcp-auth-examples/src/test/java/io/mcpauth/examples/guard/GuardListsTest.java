package io.mcpauth.examples.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcpauth.policy.ListAnswers;
import io.mcpauth.policy.ToolPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a target's lists reaches a caller, whatever the target answers in. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardListsTest {
  private static final String CALL = RunningGuard.CALL.replace("ping", "tools/list");
  private static final String LIST =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"tools\":[{\"name\":\"a\"},{\"name\":\"secret\"}]}}";
  private static final String SHOWN =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"tools\":[{\"name\":\"a\"}]}}";
  private static final String[] JSON = {"Content-Type: application/json"};

  @TempDir Path directory;

  private RunningGuard before(RawTarget.Script script) throws IOException {
    Path policy =
        Files.writeString(
            directory.resolve("policy.json"),
            "{\"base\":[\"mcp\"],\"tools\":{\"a\":\"base\",\"step\":[\"x\"],\"secret\":\"denied\"}}");
    return RunningGuard.before(
        script, "MCP_AUTH_REQUIRED_SCOPES", "", "MCP_AUTH_POLICY_FILE", policy.toString());
  }

  @Test
  void listInJson_isReducedAndSaysItsLength() throws Exception {
    try (RunningGuard running = before(call -> call.answer("200 OK", LIST, JSON));
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.header("content-type")).isEqualTo("application/json");
      assertThat(head.header("content-length")).isEqualTo(Integer.toString(SHOWN.length()));
      assertThat(client.text(head)).isEqualTo(SHOWN);
    }
  }

  @Test
  void listInPieces_isReducedAsAWhole() throws Exception {
    try (RunningGuard running =
            before(
                call -> {
                  call.wire()
                      .write(
                          "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\n"
                              + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
                  for (int at = 0; at < LIST.length(); at += 9) {
                    call.wire().chunk(LIST.substring(at, Math.min(LIST.length(), at + 9)));
                  }
                  call.wire().write("0\r\n\r\n");
                });
        Wire client = running.send("POST", CALL)) {
      assertThat(client.text(client.head())).isEqualTo(SHOWN);
    }
  }

  /** A GET that takes a broken stream up again gets what was asked for on that. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "GET"})
  void listInAnEvent_isReducedAndTheOtherEventsPassAtOnce(String method) throws Exception {
    try (RunningGuard running =
            before(
                call -> {
                  call.stream();
                  call.wire().chunk("id: 1\ndata: {\"method\":\"x\"}\n\n");
                  call.wire().chunk("event: message\ndata: " + LIST.substring(0, 50));
                  call.wire().chunk(LIST.substring(50) + "\n\n");
                  call.wire().chunk(": end\n\n");
                  call.wire().write("0\r\n\r\n");
                });
        Wire client = running.send(method, method.equals("GET") ? "" : CALL, "Last-Event-ID: 1")) {
      Wire.Head head = client.head();
      assertThat(head.header("content-type")).isEqualTo("text/event-stream");
      assertThat(client.text(head))
          .isEqualTo(
              "id: 1\ndata: {\"method\":\"x\"}\n\nevent: message\ndata: "
                  + SHOWN
                  + "\n\n: end\n\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text/html        | identity | {"result":{"tools":[{"name":"secret"}]}}
          application/json | gzip     | {"result":{"tools":[{"name":"secret"}]}}
          application/json | identity | {"result":{"tools":[{"name":"secret"}]}
          application/json | identity | {"result":{"tools":["secret"]}}
          application/json | identity | {"result":{"tools":[]},"result":{"tools":[{"name":"secret"}]}}
          """)
  void listThatCannotBeRead_isAnErrorAndNeverPasses(String type, String coding, String body)
      throws Exception {
    try (RunningGuard running =
            before(
                call ->
                    call.answer(
                        "200 OK", body, "Content-Type: " + type, "Content-Encoding: " + coding));
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(502);
      assertThat(client.text(head))
          .contains("\"id\":7", "-31502", "target_list_unreadable")
          .doesNotContain("secret");
    }
  }

  /** Two ways to read it, and the client may take the other one. */
  @ParameterizedTest
  @ValueSource(strings = {"POST", "GET"})
  void answerOfTwoTypes_isAnError(String method) throws Exception {
    try (RunningGuard running =
            before(
                call ->
                    call.answer(
                        "200 OK",
                        LIST,
                        "Content-Type: text/event-stream",
                        "Content-Type: application/json"));
        Wire client = running.send(method, method.equals("GET") ? "" : CALL)) {
      assertThat(client.head().status()).isEqualTo(502);
    }
  }

  @Test
  void encodedStream_isRefused() throws Exception {
    try (RunningGuard running =
            before(
                call ->
                    call.answer(
                        "200 OK",
                        "data: " + LIST + "\n\n",
                        "Content-Type: text/event-stream",
                        "Content-Encoding: br"));
        Wire client = running.send("GET", "")) {
      assertThat(client.head().status()).isEqualTo(502);
    }
  }

  @Test
  void eventThatCannotBeRead_isAnErrorInItsPlace() throws Exception {
    try (RunningGuard running =
            before(
                call -> {
                  call.stream();
                  call.wire().chunk("data: {\"result\":{\"tools\":[\"secret\"]}}\n\ndata: {}\n\n");
                  call.wire().write("0\r\n\r\n");
                });
        Wire client = running.send("POST", CALL)) {
      assertThat(client.text(client.head()))
          .startsWith("data: {\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-31502")
          .endsWith("\n\ndata: {}\n\n")
          .doesNotContain("secret");
    }
  }

  /**
   * The client takes the stream up again, or tells its user; a call without an end does neither.
   */
  @Test
  void answerOnAStreamThatCannotBeNamed_breaksTheStreamOff() throws Exception {
    try (RunningGuard running =
            before(
                call -> {
                  call.stream();
                  call.wire().chunk("data: {}\n\ndata: {\"result\":{\"a\":1,\"a\":2}}\n\n");
                  call.wire().isClosedByPeer();
                });
        Wire client = running.send("GET", "", "Accept: text/event-stream")) {
      client.head();
      assertThat(new String(client.chunk(), UTF_8)).isEqualTo("data: {}\n\n");
      assertThat(client.isClosedByPeer()).isTrue();
    }
  }

  @Test
  void listBeyondTheLimit_isAnErrorBeforeItIsAllThere() throws Exception {
    try (RunningGuard running =
            before(
                call -> {
                  call.wire()
                      .write(
                          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                              + "Transfer-Encoding: chunked\r\n\r\n");
                  String spaces = " ".repeat(64 * 1024);
                  while (true) {
                    call.wire().chunk(spaces); // until the guard closes
                  }
                });
        Wire client = running.send("POST", CALL)) {
      assertThat(client.head().status()).isEqualTo(502);
    }
  }

  @ParameterizedTest
  @CsvSource({"404 Not Found", "500 Internal Server Error"})
  void whatWentWrong_passesAsItIs(String status) throws Exception {
    try (RunningGuard running = before(call -> call.answer(status, "no", "Content-Type: a/b"));
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.start()).contains(status.substring(0, 3));
      assertThat(client.text(head)).isEqualTo("no");
    }
  }

  /** Clients are known that read JSON whatever the status is. */
  @ParameterizedTest
  @ValueSource(strings = {"400 Bad Request", "202 Accepted", "500 No"})
  void listWithAnyStatus_isReducedAndKeepsIt(String status) throws Exception {
    try (RunningGuard running = before(call -> call.answer(status, LIST, JSON));
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.start()).contains(status.substring(0, 3));
      assertThat(client.text(head)).isEqualTo(SHOWN);
    }
  }

  /** A client has to see the 404: it ends its session. */
  @Test
  void errorThatCannotBeRead_keepsItsStatus() throws Exception {
    try (RunningGuard running = before(call -> call.answer("404 Not Found", "secret", JSON));
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(404);
      assertThat(client.text(head)).contains("target_list_unreadable").doesNotContain("secret");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Type: application/json", "Content-Type: text/html", "X-No: type"})
  void answerWithoutABody_passes(String header) throws Exception {
    for (String method : List.of("POST", "GET")) {
      try (RunningGuard running =
              before(
                  call ->
                      call.wire()
                          .write(
                              "HTTP/1.1 200 OK\r\n"
                                  + header
                                  + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  + "0\r\n\r\n"));
          Wire client = running.send(method, method.equals("GET") ? "" : CALL)) {
        Wire.Head head = client.head();
        assertThat(head.status()).isEqualTo(200);
        assertThat(client.text(head)).isEmpty();
      }
    }
  }

  @Test
  void listInJsonOfAGet_isReduced() throws Exception {
    try (RunningGuard running = before(call -> call.answer("200 OK", LIST, JSON));
        Wire client = running.send("GET", "")) {
      assertThat(client.text(client.head())).isEqualTo(SHOWN);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: application/json\r\nContent-Type: text/event-stream",
        "Content-Type: text/plain\r\nContent-Type: text/event-stream",
        "Content-Type: text/plain",
        "X-No: type"
      })
  void streamUnderAnotherType_isAnError(String type) throws Exception {
    try (RunningGuard running =
            before(call -> call.answer("200 OK", "data: " + LIST + "\n\n", type));
        Wire client = running.send("GET", "", "Accept: text/event-stream")) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(502);
      assertThat(client.text(head)).doesNotContain("secret");
    }
  }

  @Test
  void answerToAnotherRequest_isNotLookedAt() throws Exception {
    try (RunningGuard running = before(one -> one.answer("200 OK", "[" + LIST, "X: y"));
        Wire client = running.send("POST", RunningGuard.CALL)) {
      assertThat(client.text(client.head())).isEqualTo("[" + LIST);
    }
  }

  @Test
  void reducedListOfTheNewestRevision_isPrivate() throws Exception {
    String call =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\",\"params\":{\"_meta\":{"
            + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}";
    try (RunningGuard running = before(one -> one.answer("200 OK", LIST, JSON));
        Wire client =
            running.send(
                "POST", call, "MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/list")) {
      assertThat(client.text(client.head()))
          .isEqualTo(SHOWN.replace("]}}", "],\"cacheScope\":\"private\"}}"));
    }
  }

  private static Reduction reduction(ListRoom.Part part, String type) {
    return reduction(part, type, () -> new byte[0]);
  }

  private static Reduction reduction(ListRoom.Part part, String type, Supplier<byte[]> instead) {
    ListAnswers lists = new ListAnswers(() -> ToolPolicy.builder().build(), null, null);
    HttpFields headers = HttpFields.build().put("Content-Type", type);
    return Reduction.of(lists, part, 200, headers, false, instead);
  }

  @ParameterizedTest
  @CsvSource({"application/json, 0", "text/plain, 0", "text/event-stream, 1"})
  void errorInTheStreamsPlace_isMadeForEventsAlone(String type, int times) {
    AtomicInteger made = new AtomicInteger();
    Supplier<byte[]> instead = () -> new byte[made.incrementAndGet()];
    reduction(new ListRoom(10).part(caller("a")), type, instead).close();
    assertThat(made).hasValue(times);
  }

  private static Principal caller(String name) {
    return new Named(name);
  }

  private record Named(String name) implements Principal {
    @Override
    public String getName() {
      return name;
    }
  }

  /** However many ask, and however slow the target is. */
  @Test
  void listsOfAllCalls_shareOneRoomAndGiveItBack() {
    ListRoom room = new ListRoom(10);
    Reduction one = reduction(room.part(caller("a")), "application/json");
    Reduction other = reduction(room.part(caller("b")), "application/json");
    Reduction third = reduction(room.part(caller("c")), "application/json");
    assertThat(one.keep(new byte[5])).isTrue();
    assertThat(other.keep(new byte[5])).isTrue();
    assertThatThrownBy(() -> third.keep(new byte[1])).isInstanceOf(ListRoom.NoRoomException.class);
    one.close();
    one.close();
    assertThatThrownBy(() -> one.keep(new byte[1])).isInstanceOf(ListRoom.NoRoomException.class);
    assertThat(third.keep(new byte[5])).isTrue();
    other.close();
    third.close();
    assertThat(room.taken()).isZero();
    assertThat(room.owners()).isZero();
  }

  /** Nobody's lists are for one caller, or for strangers, to take away. */
  @Test
  void listsOfOneCaller_leaveTheOthersTheirRoom() {
    ListRoom room = new ListRoom(100);
    room.part(caller("loop")).hold(30);
    room.part(caller("loop")).hold(20);
    ListRoom.Part more = room.part(caller("loop"));
    assertThatThrownBy(() -> more.hold(1)).isInstanceOf(ListRoom.NoRoomException.class);
    room.part(null).hold(25);
    ListRoom.Part stranger = room.part(null);
    assertThatThrownBy(() -> stranger.hold(1)).isInstanceOf(ListRoom.NoRoomException.class);
    ListRoom.Part other = room.part(caller("other"));
    other.hold(25);
    assertThat(room.taken()).isEqualTo(100);
    other.hold(10);
    assertThat(room.taken()).isEqualTo(85);
  }

  /** What has not ended, and what the client has not read yet. */
  @Test
  void eventsOnTheirWay_areCounted() {
    ListRoom room = new ListRoom(16 * 1024);
    Reduction stream = reduction(room.part(caller("a")), "text/event-stream");
    assertThat(stream.next("data: ".getBytes(UTF_8))).isEmpty();
    assertThat(room.taken()).isPositive();
    int event = stream.next("{}\n\n".getBytes(UTF_8)).length;
    assertThat(room.taken()).isEqualTo(event);
    stream.written();
    assertThat(room.taken()).isZero();
    assertThatThrownBy(() -> stream.next(new byte[8 * 1024 + 1]))
        .isInstanceOf(ListRoom.NoRoomException.class);
    assertThat(stream.next(new byte[100])).isEmpty();
    stream.close();
    assertThat(room.taken()).isZero();
  }

  @Test
  void listWithoutRoom_isA503ToComeBackLater() throws Exception {
    try (RunningGuard running = before(call -> call.answer("200 OK", LIST, JSON))) {
      ListRoom room = running.guard().proxy().listRoom();
      try (ListRoom.Part one = room.part(caller("a"));
          ListRoom.Part other = room.part(caller("b"))) {
        long half = Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 8) / 2;
        one.hold(half);
        other.hold(half);
        try (Wire client = running.send("POST", CALL)) {
          Wire.Head head = client.head();
          assertThat(head.status()).isEqualTo(503);
          assertThat(head.header("retry-after")).isEqualTo("5");
          assertThat(client.text(head)).contains("\"id\":7", "no_room");
        }
      }
      try (Wire client = running.send("POST", CALL)) {
        assertThat(client.text(client.head())).isEqualTo(SHOWN);
      }
    }
  }

  @Test
  void streamWithoutRoom_isBrokenOffAndSaid() throws Exception {
    try (RunningGuard running =
        before(
            call -> {
              call.stream();
              call.wire().chunk("data: {}\n\n");
              call.wire().isClosedByPeer();
            })) {
      ListRoom room = running.guard().proxy().listRoom();
      try (ListRoom.Part one = room.part(caller("a"));
          ListRoom.Part other = room.part(caller("b"))) {
        long half = Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 8) / 2;
        one.hold(half);
        other.hold(half);
        try (Wire client = running.send("POST", CALL)) {
          assertThat(client.head().status()).isEqualTo(200);
          assertThat(client.isClosedByPeer()).isTrue();
        }
      }
      assertThat(running.guard().proxy().faults().said()).containsExactly(TargetFault.NO_ROOM);
    }
  }

  /** Its bytes are counted while nobody reads them, and no longer when the client has gone. */
  @Test
  @SuppressWarnings("try") // closed before its end: that is what is looked at
  void streamThatNobodyReads_takesRoomUntilItEnds() throws Exception {
    try (RunningGuard running =
            before(
                call -> {
                  call.stream();
                  call.wire().chunk("data: \"" + "x".repeat(1 << 20));
                  call.wire().isClosedByPeer();
                });
        Wire client = running.send("POST", CALL)) {
      ListRoom room = running.guard().proxy().listRoom();
      while (room.taken() < 1 << 20) {
        Thread.onSpinWait();
      }
      client.close();
      while (room.taken() > 0) {
        Thread.onSpinWait();
      }
      assertThat(room.owners()).isZero();
    }
  }

  @Test
  void largeListWithinTheLimit_passes() throws Exception {
    String large = LIST.replace("\"a\"", "\"a\",\"description\":\"" + "x".repeat(1 << 20) + "\"");
    try (RunningGuard running = before(call -> call.answer("200 OK", large, JSON));
        Wire client = running.send("POST", CALL)) {
      byte[] body = client.body(client.head());
      assertThat(new String(body, UTF_8)).hasSizeGreaterThan(1 << 20).doesNotContain("secret");
    }
  }
}
