package io.mcpauth.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import java.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a message endpoint of HTTP+SSE is. */
class MessageEndpointsTest {
  private static final String ORIGIN = "https://mcp.example.com";
  private static final Principal ALICE = () -> "alice";
  private static final Principal BOB = () -> "bob";

  private final MessageEndpoints endpoints = new MessageEndpoints(ORIGIN, "/mcp", List.of());

  private MessageEndpoints.Asked open(@Nullable Principal caller, String path, String endpoint) {
    MessageEndpoints.Asked stream = endpoints.asked("GET", path, null, caller);
    assertThat(stream.refusal()).isNull();
    assertThat(stream.watches()).isTrue();
    stream.passes("event: endpoint\ndata: " + endpoint + "\n\n");
    assertThat(stream.watches()).isFalse();
    return stream;
  }

  /** What a message of this caller gets: the endpoint as it was announced, or why not. */
  private String post(@Nullable Principal caller, String target) {
    int mark = target.indexOf('?');
    MessageEndpoints.Asked message =
        endpoints.asked(
            "POST",
            mark < 0 ? target : target.substring(0, mark),
            mark < 0 ? null : target.substring(mark + 1),
            caller);
    Refusal refusal = message.refusal();
    if (refusal == null) {
      return message.announced() == null ? "no session" : message.announced();
    }
    assertThat(refusal.reason()).isEqualTo(ReasonCode.SESSION_NOT_FOUND);
    return String.valueOf(refusal.facts().get("problem"));
  }

  private static void assertUnknown(MessageEndpoints.Asked request) {
    assertThat(request.refusal())
        .extracting(Refusal::reason)
        .isEqualTo(ReasonCode.SESSION_NOT_FOUND);
  }

  /** As the SDKs write it: Java and TypeScript, Python, Go, C#, mcp-go, php-mcp, Quarkus. */
  @ParameterizedTest
  @CsvSource({
    "/sse, /message?sessionId=4f1c, /message?sessionId=4f1c",
    "/sse, /messages/?session_id=4f1c, /messages/?session_id=4f1c",
    "/sse, /sse?sessionid=4f1c, /sse?sessionid=4f1c",
    "/sse, message?sessionId=4f1c, /message?sessionId=4f1c",
    "/sse, ?sessionid=4f1c, /sse?sessionid=4f1c",
    "/a/b/sse, ../message?sessionId=4f1c, /a/message?sessionId=4f1c",
    "/sse, https://mcp.example.com/message?sessionId=4f1c, /message?sessionId=4f1c",
    "/sse, HTTPS://MCP.example.com:443/message?sessionId=4f1c, /message?sessionId=4f1c",
    "/sse, //mcp.example.com/message?sessionId=4f1c, /message?sessionId=4f1c",
    "/sse, /message?clientId=4f1c, /message?clientId=4f1c",
    "/sse, /message?profile=dev&sessionId=4f1c#x, /message?profile=dev&sessionId=4f1c",
    "/mcp/sse, /mcp/messages/4f1c, /mcp/messages/4f1c",
    "/mcp/sse, messages/4f1c, /mcp/messages/4f1c"
  })
  void endpoint_isItsCallersAndNobodyElses(String stream, String announced, String target) {
    MessageEndpoints.Asked alice = open(ALICE, stream, announced);
    assertThat(post(ALICE, target)).isEqualTo(announced);
    assertThat(post(BOB, target)).isEqualTo("the session of another caller");
    assertThat(post(null, target)).isEqualTo("the session of another caller");
    String unknown = target.replace("4f1c", "5e2d");
    assertThat(post(ALICE, unknown)).isEqualTo("unknown or over");

    alice.ended();

    assertThat(post(ALICE, target)).isEqualTo("unknown or over");
    assertThat(endpoints.size()).isZero();
  }

  /** Two readers may take these for different endpoints, or servers for that of another. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/message?sessionId=alices&sessionId=bobs",
        "/message?sessionId=bobs&sessionId=alices",
        "/message?session%49d=alices",
        "/message?%73ession_id=alices",
        "/message?SESSIONID=alices",
        "/message?sessionId[]=alices",
        "/message?x=1;sessionId=alices",
        "/message?sessionId=%61lices",
        "/message?sessionId=alices&",
        "/message?&sessionId=alices",
        "/other?sessionId=alices",
        "/message/?sessionId=alices",
        "/./message?sessionId=alices",
        "/x/../message?sessionId=alices",
        "//message?sessionId=alices",
        "/message;x=1?sessionId=alices",
        "/mcp?sessionId=alices"
      })
  void anotherSpelling_isNobodys(String target) {
    MessageEndpoints.Asked alice = open(ALICE, "/sse", "/message?sessionId=alices");
    MessageEndpoints.Asked bob = open(BOB, "/sse", "/message?sessionId=bobs");
    assertThat(post(BOB, target)).isIn("unknown or over", "the session of another caller");
    assertThat(post(BOB, "/message?sessionId=bobs")).isEqualTo("/message?sessionId=bobs");
    alice.ended();
    bob.ended();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/mcp/messages/alices/",
        "/mcp/messages//alices",
        "/mcp//messages/alices",
        "/mcp/messages/./alices",
        "/mcp/messages/alices;x=1",
        "/mcp/messages/%61lices",
        "/mcp/x/../messages/alices",
        "/mcp/messages/bobs/../alices",
        "/mcp%2Fmessages/alices",
        "/mcp\\messages/alices",
        "/app/mcp/messages/alice5"
      })
  void anotherSpellingOfAPath_isNobodys(String target) {
    open(ALICE, "/mcp/sse", "/mcp/messages/alices");
    open(BOB, "/mcp/sse", "/mcp/messages/bobs");
    assertThat(post(BOB, target)).isIn("unknown or over", "the session of another caller");
    assertThat(post(BOB, "/mcp/messages/bobs")).isEqualTo("/mcp/messages/bobs");
  }

  /** Streamable HTTP beside it, at the same server. */
  @ParameterizedTest
  @ValueSource(strings = {"/mcp", "/mcp?profile=dev", "/sse", "/other/mcp"})
  void whatIsNoMessageEndpoint_goesOn(String target) {
    assertThat(post(BOB, target + (target.contains("?") ? "" : "?sessionId=x")))
        .isEqualTo("no session"); // HTTP+SSE is not spoken here so far
    open(ALICE, "/sse", "/messages/?session_id=1");
    assertThat(post(BOB, target)).isEqualTo("no session");
    assertThat(post(null, target)).isEqualTo("no session");
  }

  /** A proxy in front takes a prefix away, or puts one before the path. */
  @Test
  void pathsOfAProxy_matchByTheirEnd() {
    open(ALICE, "/sse", "/api/v1/message?sessionId=1");
    assertThat(post(ALICE, "/message?sessionId=1")).isEqualTo("/api/v1/message?sessionId=1");
    assertThat(post(ALICE, "/v1/message?sessionId=1")).isEqualTo("/api/v1/message?sessionId=1");
    assertThat(post(ALICE, "/app/api/v1/message?sessionId=1"))
        .isEqualTo("/api/v1/message?sessionId=1");
    assertThat(post(BOB, "/message?sessionId=1")).isEqualTo("the session of another caller");
    assertThat(post(ALICE, "/essage?sessionId=1")).isEqualTo("unknown or over");
    assertThat(post(ALICE, "/v2/message?sessionId=1")).isEqualTo("unknown or over");
  }

  /** Nobody without a login can be told from another, but who has one can be told from them. */
  @Test
  void sessionOfNobody_isNeverThatOfACaller() {
    MessageEndpoints.Asked stream = open(null, "/sse", "/message?sessionId=1");
    assertThat(post(null, "/message?sessionId=1")).isEqualTo("/message?sessionId=1");
    assertThat(post(ALICE, "/message?sessionId=1")).isEqualTo("the session of another caller");
    assertThat(post(null, "/message?sessionId=1")).isEqualTo("/message?sessionId=1");
    stream.ended();
    assertThat(post(null, "/message?sessionId=1")).isEqualTo("unknown or over");
  }

  @Test
  void endpointThatAnotherHas_isRefusedAndStaysTheFirstOnes() {
    open(ALICE, "/sse", "/message");
    MessageEndpoints.Asked second = endpoints.asked("GET", "/sse", null, BOB);
    assertThat(refused(second, "/message")).contains("another caller's");
    second.ended();
    assertThat(post(ALICE, "/message")).isEqualTo("/message");
    assertThat(post(BOB, "/message")).isEqualTo("the session of another caller");
  }

  @Test
  void secondStreamOfTheSameCaller_keepsTheEndpointWhenTheFirstEnds() {
    MessageEndpoints.Asked first = open(ALICE, "/sse", "/message?sessionId=1");
    MessageEndpoints.Asked again = open(ALICE, "/sse", "/message?sessionId=1");
    first.ended();
    assertThat(post(ALICE, "/message?sessionId=1")).isEqualTo("/message?sessionId=1");
    again.ended();
    again.ended();
    assertThat(endpoints.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://mcp.example.com/message?sessionId=1",
        "https://mcp.example.com:8443/message?sessionId=1",
        "https://evil.example/message?sessionId=1",
        "https://mcp.example.com@evil.example/message?sessionId=1",
        "//evil.example/message?sessionId=1",
        "///evil.example/message?sessionId=1",
        "////evil.example/message",
        "///message?sessionId=1",
        "http:/evil.example/message",
        "https:/evil.example/message",
        "https:///evil.example/message",
        "https:/message?sessionId=1",
        "https:evil.example/message",
        "/\\evil.example/message",
        "\\\\evil.example/message",
        "\\/evil.example/message",
        "https:\\\\evil.example/message",
        "https://mcp.example.com\\@evil.example/message",
        "/message?sessionId=1\\",
        "mailto:message",
        "/message?sessionId=\u00e9",
        "/mess age?sessionId=1",
        "#x",
        " "
      })
  void endpointThatNoClientMayUse_endsTheStream(String announced) {
    MessageEndpoints.Asked stream = endpoints.asked("GET", "/sse", null, ALICE);
    assertThat(refused(stream, announced)).startsWith("the message endpoint: it is ");
    assertThat(endpoints.size()).isZero();
    assertThat(post(ALICE, "/message?sessionId=1")).isEqualTo("unknown or over");
  }

  @Test
  void problem_quotesNoSession() {
    MessageEndpoints.Asked stream = endpoints.asked("GET", "/sse", null, ALICE);
    assertThat(refused(stream, "http://evil.example/message?sessionId=secret^"))
        .doesNotContain("secret");
    MessageEndpoints.Asked other = endpoints.asked("GET", "/sse", null, ALICE);
    assertThat(refused(other, "http://evil.example/message?sessionId=secret"))
        .contains("http://evil.example")
        .doesNotContain("secret");
    assertThat(MessageEndpoint.of("/message?sessionId=secret", "/sse", ORIGIN).toString())
        .doesNotContain("secret");
  }

  private static String refused(MessageEndpoints.Asked stream, String announced) {
    AuthException refused =
        catchThrowableOfType(
            AuthException.class,
            () -> stream.passes("event: endpoint\ndata: " + announced + "\n\n"));
    assertThat(refused.reason()).isEqualTo(ReasonCode.SESSIONS_UNAVAILABLE);
    return String.valueOf(refused.facts().get("problem"));
  }

  @Test
  void endpointInPieces_isBoundWithTheLastOfThem() {
    byte[] event = "event: endpoint\r\ndata: /message?sessionId=1\r\n\r\n".getBytes(US_ASCII);
    int end = event.length - 1; // the CR of the empty line: the LF behind it adds nothing
    for (int cut = 0; cut < end; cut++) {
      MessageEndpoints.Asked stream = endpoints.asked("GET", "/sse", null, ALICE);
      stream.passes(event, 0, cut);
      assertThat(post(ALICE, "/message?sessionId=1")).isNotEqualTo("/message?sessionId=1");
      stream.passes(event, cut, event.length - cut);
      assertThat(post(ALICE, "/message?sessionId=1")).isEqualTo("/message?sessionId=1");
      stream.ended();
    }
  }

  @Test
  void longEvent_isRefusedAndLongStreamIsLeftAlone() {
    MessageEndpoints.Asked event = endpoints.asked("GET", "/sse", null, ALICE);
    assertThat(refused(event, "/message?sessionId=" + "x".repeat(9000))).contains("longer than");
    MessageEndpoints.Asked stream = endpoints.asked("GET", "/mcp", null, ALICE);
    stream.passes("data: " + "x".repeat(9000));
    assertThat(stream.watches()).isFalse();
    stream.passes("\n\nevent: endpoint\ndata: /message?sessionId=1\n\n");
    assertThat(endpoints.size()).isZero();
  }

  /** What nobody can read may have opened a session. */
  @Test
  void encodedStream_leavesItsSessionToNobody() {
    assertThat(post(BOB, "/message?sessionId=1")).isEqualTo("no session");
    endpoints.asked("GET", "/sse", null, ALICE).unreadable();
    assertThat(post(ALICE, "/message?sessionId=1")).isEqualTo("unknown or over");
    assertThat(post(ALICE, "/mcp")).isEqualTo("no session");
  }

  @Test
  void declaredPaths_areClosedBeforeTheFirstStream() {
    MessageEndpoints declared =
        new MessageEndpoints(ORIGIN, "/mcp", List.of("/message", "/sessions/*"));
    for (String path :
        List.of("/message", "/app/message", "//message", "/message/", "/sessions/1/post")) {
      assertUnknown(declared.asked("POST", path, null, ALICE));
    }
    assertThat(declared.asked("POST", "/mcp", null, ALICE).refusal()).isNull();
    assertThat(declared.asked("POST", "/sessions", null, ALICE).refusal()).isNull();
    assertThat(declared.asked("POST", "/messages", null, ALICE).refusal()).isNull();
    assertUnknown(declared.asked("POST", "/any", "sessionId=1", ALICE));
    assertThat(declared.asked("GET", "/sse", null, ALICE).refusal()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "message", "/", "/*", "/a/../b", "/a?x", "/a/*/b", "/a b", "*.mcp"})
  void declaredPathThatIsNone_isRefused(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MessageEndpoints.path(path))
        .withMessageContaining("'/messages/*'");
  }

  /** A GET may take over the stream of a session that it names. */
  @Test
  void getThatNamesTheSessionOfAnother_isRefused() {
    open(ALICE, "/sse", "/message?sessionId=1");
    assertUnknown(endpoints.asked("GET", "/sse", "sessionId=1", BOB));
    assertUnknown(endpoints.asked("DELETE", "/message", "sessionId=1", BOB));
    assertThat(endpoints.asked("DELETE", "/message", "sessionId=1", ALICE).refusal()).isNull();
  }

  /** An adapter that does not say the path has no sessions of this transport, and no hole. */
  @Test
  void adapterWithoutPaths_refusesEverySession() {
    assertUnknown(endpoints.asked("POST", null, "session_id=1", ALICE));
    MessageEndpoints.Asked stream = endpoints.asked("GET", null, null, ALICE);
    stream.passes("event: endpoint\ndata: message?sessionId=1\n\n");
    assertUnknown(endpoints.asked("POST", null, "sessionId=1", ALICE));
    assertThat(endpoints.asked("POST", null, null, ALICE).refusal()).isNull();
  }

  @Test
  void streamThatIsOver_bindsNothing() {
    MessageEndpoints.Asked stream = endpoints.asked("GET", "/sse", null, ALICE);
    stream.passes("event: endpoint\ndata: /message?sessionId=1\n");
    stream.ended();
    stream.passes("\n");
    assertThat(endpoints.size()).isZero();
  }

  /** Its client goes by an event that nobody here has seen. */
  @Test
  void endpointThatComesLate_isNobodys() {
    MessageEndpoints.Asked stream = endpoints.asked("GET", "/sse", null, ALICE);
    stream.passes(": " + "x".repeat(9000) + "\nevent: endpoint\ndata: /message?sessionId=1\n\n");
    assertThat(post(BOB, "/message?sessionId=1")).isEqualTo("unknown or over");
    assertThat(post(ALICE, "/mcp?sessionId=of-somebody-else")).isEqualTo("no session");
  }

  /** The segment that differs from session to session is learned, and nothing else is closed. */
  @Test
  void sessionsWithTheirIdInTheMiddle_closeTheirKindAlone() {
    for (int i = 0; i < 200; i++) {
      open(ALICE, "/sse", "/s/" + i + "/message").ended();
    }
    assertThat(post(BOB, "/s/999/message")).isEqualTo("unknown or over");
    assertThat(post(BOB, "/s/%39/message")).isEqualTo("unknown or over");
    assertThat(post(BOB, "/other/999/message")).isEqualTo("no session");
    assertThat(post(BOB, "/mcp?tenant=x")).isEqualTo("no session");
  }

  @Test
  void namesOfAQueryOfMessages_areNotTheEndpoints() {
    open(ALICE, "/sse", "/message?s=1&tenant=x").ended();
    assertThat(post(BOB, "/message?s=1")).isEqualTo("unknown or over");
    assertThat(post(BOB, "/mcp?tenant=y")).isEqualTo("no session");
    assertThat(post(BOB, "/app/mcp?tenant=y")).isEqualTo("no session");
    open(ALICE, "/mcp", "/mcp?s=2");
    assertThat(post(BOB, "/mcp?s=3")).isEqualTo("unknown or over");
  }

  @Test
  void endpointWithoutAnId_closesNothingBesideIt() {
    open(ALICE, "/sse", "/message").ended();
    assertThat(post(BOB, "/%6dessage")).isEqualTo("unknown or over");
    assertThat(post(BOB, "/other")).isEqualTo("no session");
    assertThat(post(BOB, "/app/mcp")).isEqualTo("no session");
  }

  /** So many kinds that nobody can tell any more: all but the resource itself has to be known. */
  @Test
  void moreKindsOfUrlsThanAServerHas_closeAllOthers() {
    for (int i = 0; i < 70; i++) {
      open(ALICE, "/sse", "/s" + i + "/messages").ended();
    }
    assertThat(post(BOB, "/s99/messages")).isEqualTo("unknown or over");
    assertThat(post(BOB, "/mcp")).isEqualTo("no session");
  }
}
