package io.mcpauth;

import static io.mcpauth.Guarded.METADATA;
import static io.mcpauth.Guarded.body;
import static io.mcpauth.Guarded.call;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods, headers and bodies that are refused before any policy. */
class ResourceServerBodyTest {
  private static final Guarded GUARDED = new Guarded();
  private static final String LIST = call("1", "list_files");
  private static final String RESPONSE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

  @AfterAll
  static void close() {
    GUARDED.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} {}",
        "{\"jsonrpc\":\"2.0\",\"id\":1e99999999999,\"method\":\"ping\"}",
        "\ufeff{}",
      })
  void noStrictJson_is400ParseError(String text) {
    AccessDecision.Refused refused = refuse(RequestStub.post(text));
    assertThat(refused.reason()).isEqualTo(ReasonCode.BODY_NOT_JSON);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.headers()).doesNotContainKey("WWW-Authenticate");
    assertThat(body(refused))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"Parse error\","
                + "\"data\":{\"error\":\"invalid_request\",\"message\":\"Parse error\"}}}");
  }

  /** By its name alone, in plain characters: what was sent is the caller's own. */
  @ParameterizedTest
  @CsvSource({
    "method,method",
    "m\\u0065thod,method",
    "a\\\"\\r\\n<b>,a????b?",
    "abcdefghijabcdefghijabcdefghijabcdefghijabc,abcdefghijabcdefghijabcdefghijabcdefghij..."
  })
  void duplicateMember_isNamedToTheClient(String written, String shown) {
    String member = "\"" + written + "\":\"s3cr3t\"";
    AccessDecision.Refused refused =
        refuse(RequestStub.post("{\"jsonrpc\":\"2.0\"," + member + "," + member + "}"));
    assertThat(refused.reason()).isEqualTo(ReasonCode.BODY_NOT_JSON);
    assertThat(body(refused))
        .contains("\"message\":\"Parse error: the member '" + shown + "' is there twice\"")
        .doesNotContain("s3cr3t");
    assertThat(body(refuse(RequestStub.post("{")))).doesNotContain("twice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "5",
        "[[]]",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"Method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}",
      })
  void noMessage_is400InvalidRequest(String text) {
    AccessDecision.Refused refused = refuse(RequestStub.post(text).revision("2026-07-28"));
    assertThat(refused.reason()).isEqualTo(ReasonCode.BODY_NOT_JSON_RPC);
    assertThat(body(refused))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"Invalid request\","
                + "\"data\":{\"error\":\"invalid_request\",\"message\":\"Invalid request\"}}}");
  }

  @Test
  void utf16Body_is400() {
    assertThat(refuse(RequestStub.post("").bytes(LIST.getBytes(UTF_16BE))).reason())
        .isEqualTo(ReasonCode.BODY_NOT_JSON);
  }

  @ParameterizedTest
  @EnumSource(
      value = ReasonCode.class,
      names = {"BODY_TOO_LARGE", "BODY_TIMEOUT"})
  void limitOfTheAdapter_isPassedOn(ReasonCode reason) {
    AccessDecision.Refused refused =
        refuse(RequestStub.post(LIST).bodyFails(new AuthException(reason)));
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.status()).isEqualTo(reason == ReasonCode.BODY_TIMEOUT ? 408 : 413);
    assertThat(refused.headers()).doesNotContainKeys("WWW-Authenticate", "Retry-After");
    assertThat(body(refused)).contains(reason.description());
  }

  @Test
  void bodyThatBreaksOff_is400AndTellsNothing() {
    AccessDecision.Refused refused = refuse(RequestStub.post(LIST).bodyBreaksOff());
    assertThat(refused.reason()).isEqualTo(ReasonCode.BODY_UNREADABLE);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(body(refused)).contains("The body cannot be read").doesNotContain("s3cr3t");
  }

  @Test
  void adapterThatFails_is503AndTellsNothing() {
    AccessDecision.Refused refused =
        refuse(RequestStub.post(LIST).bodyFails(new IllegalStateException("s3cr3t")));
    assertThat(refused.reason()).isEqualTo(ReasonCode.INTERNAL_FAULT);
    assertThat(refused.headers()).containsKey("Retry-After").doesNotContainKey("WWW-Authenticate");
    assertThat(body(refused)).doesNotContain("s3cr3t").doesNotContain("Exception");
  }

  /** hoophq/hoop#1764. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "APPLICATION/JSON",
        "application/json;charset=utf-8",
        "application/json; charset=UTF-8",
        "application/json ; charset=\"utf-8\"",
        "application/json;",
        "application/json ; ",
        "application/json;;charset=utf-8;",
        "application/json; charset=UTF8",
        "application/json;charset=\"utf8\"",
        " application/json\t"
      })
  void jsonInUtf8_isRead(String type) {
    assertThat(decide(RequestStub.post(LIST).header("Content-Type", type)))
        .isInstanceOf(AccessDecision.Granted.class);
  }

  /** A pattern that calls itself for each of them would run out of stack. */
  @Test
  void semicolonsWithoutEnd_areRead() {
    String type = "application/json" + "; ".repeat(100_000);
    assertThat(decide(RequestStub.post(LIST).header("Content-Type", type)))
        .isInstanceOf(AccessDecision.Granted.class);
    assertThat(decide(RequestStub.post(LIST).header("Content-Type", type + "x")))
        .isInstanceOf(AccessDecision.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "text/json",
        "application/jsonp",
        "application/json-rpc",
        "application/json, text/plain",
        "application/json;charset=iso-8859-1",
        "application/json;charset=utf-16",
        "application/json;charset=utf-7",
        "application/json;charset=utf-8;charset=utf-16",
        "application/json;charset=utf-16;charset=utf-8",
        "application/json;charset='utf-8'",
        "application/json;charset=\"utf-8",
        "application/json;version=1",
        "application/json;charset",
        "application/json;charset=",
        "application/json;charset=utf_8",
        "application/json;charset=utf-88",
        "application/json;charset=utf8;charset=utf8",
        "application/x-www-form-urlencoded",
        "multipart/form-data;boundary=x",
        "*/*",
      })
  void otherContentType_is415AndNotRead(String type) {
    RequestStub request = RequestStub.post(LIST).header("Content-Type", type);
    assertNotAccepted(request);
  }

  @Test
  void noOrTwoContentTypes_are415() {
    assertNotAccepted(RequestStub.post(LIST).header("Content-Type"));
    assertNotAccepted(
        RequestStub.post(LIST).header("Content-Type", "application/json", "application/json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate", "br", "identity", "gzip, identity", ""})
  void contentEncoding_is415(String coding) {
    assertNotAccepted(RequestStub.post(LIST).header("Content-Encoding", coding));
  }

  private static void assertNotAccepted(RequestStub request) {
    AccessDecision.Refused refused = refuse(request);
    assertThat(refused.reason()).isEqualTo(ReasonCode.CONTENT_NOT_ACCEPTED);
    assertThat(refused.status()).isEqualTo(415);
    assertThat(body(refused)).startsWith("{\"error\":\"invalid_request\",\"message\":");
    assertThat(request.requests()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length,1",
    "Content-Length,00",
    "Content-Length,+0",
    "Content-Length,-1",
  })
  void bodyWithAMethodThatHasNone_is400(String header, String value) {
    for (String method : new String[] {"GET", "HEAD", "DELETE", "OPTIONS"}) {
      RequestStub request = RequestStub.of(method).header(header, value);
      assertThat(refuse(request).reason()).isEqualTo(ReasonCode.BODY_UNREADABLE);
      assertThat(request.requests()).isZero();
    }
    assertThat(refuse(RequestStub.of("GET").header("Content-Length", "0", "0")).status())
        .isEqualTo(400);
    assertThat(decide(RequestStub.of("GET").header("Content-Length", "0")))
        .isInstanceOf(AccessDecision.Granted.class);
  }

  /** linkerd/linkerd2#402, eclipse-vertx/vertx-http-proxy#17, fastly/Viceroy#96. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS"})
  void chunkedAndEmptyBodyWithAMethodThatHasNone_isNoBody(String method) {
    RequestStub empty = RequestStub.of(method).header("Transfer-Encoding", "chunked");
    assertThat(decide(empty)).isInstanceOf(AccessDecision.Granted.class);
    RequestStub full =
        RequestStub.of(method).header("Transfer-Encoding", "chunked").bytes(new byte[] {'{'});
    assertThat(refuse(full).reason()).isEqualTo(ReasonCode.BODY_UNREADABLE);
  }

  /** From HTTP/2 on no header has to announce it. */
  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS"})
  void unannouncedBodyWithAMethodThatHasNone_is400(String method) {
    RequestStub request = RequestStub.of(method).bytes(new byte[] {' '});
    AccessDecision.Refused refused = refuse(request);
    assertThat(refused.reason()).isEqualTo(ReasonCode.BODY_UNREADABLE);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(request.requests()).isEqualTo(1);
    RequestStub empty = RequestStub.of(method);
    assertThat(decide(empty)).isInstanceOf(AccessDecision.Granted.class);
    assertThat(empty.requests()).isEqualTo(1);
    assertThat(refuse(RequestStub.of(method).bodyBreaksOff()).reason())
        .isEqualTo(ReasonCode.BODY_UNREADABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH", "TRACE", "CONNECT", "PROPFIND", "post", "Get", "", "X-Y"})
  void otherMethod_is405WithAllow(String method) {
    RequestStub request = RequestStub.of(method).header("Content-Type", "application/json");
    AccessDecision.Refused refused = refuse(request);
    assertThat(refused.status()).isEqualTo(405);
    assertThat(refused.headers()).containsEntry("Allow", "GET, HEAD, POST, DELETE, OPTIONS");
    assertThat(body(refused))
        .isEqualTo("{\"error\":\"invalid_request\",\"message\":\"Method not allowed\"}");
    assertThat(request.requests()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "TRACE", "post", ""})
  void noCredential_is401WithoutReadingTheBody(String method) {
    RequestStub request =
        RequestStub.of(method)
            .header("Content-Type", "application/json")
            .bodyFails(new IllegalStateException("read"));
    AccessDecision decision = GUARDED.decide(request);
    assertThat(decision)
        .isInstanceOfSatisfying(
            AccessDecision.Refused.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(401);
              assertThat(refused.headers().get("WWW-Authenticate"))
                  .isEqualTo("Bearer scope=\"mcp files:list\", " + METADATA);
            });
    assertThat(GUARDED.decide(request.bearer("junk")))
        .isInstanceOfSatisfying(
            AccessDecision.Refused.class, refused -> assertThat(refused.status()).isEqualTo(401));
    assertThat(request.requests()).isZero();
  }

  @Test
  void body_isReadOnce() {
    RequestStub request = RequestStub.post(LIST);
    assertThat(decide(request)).isInstanceOf(AccessDecision.Granted.class);
    assertThat(request.requests()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-07-28,false",
    "2027-01-01,false",
    "2025-11-25,true",
    "2025-03-26,true",
    "2026-07-27,true",
    "'',true",
    "latest,true",
    "'2026-07-28 ',false"
  })
  void responseOrBatchOfTheClient_endedWith20260728(String revision, boolean granted) {
    for (String text :
        new String[] {RESPONSE, "[" + LIST + "]", "[" + LIST + "," + RESPONSE + "]"}) {
      RequestStub request = RequestStub.post(text).header("MCP-Protocol-Version", revision);
      if (granted) {
        assertThat(decide(request)).isInstanceOf(AccessDecision.Granted.class);
      } else {
        assertThat(refuse(request).reason()).isEqualTo(ReasonCode.BODY_NOT_JSON_RPC);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-07-28,-31001",
    "2030-01-01,-31001",
    "2025-11-25,-32001",
    "2025-06-18,-32001",
    "'',-32001",
    "2026-07-28x,-32001"
  })
  void errorCode_dependsOnTheRevision(String revision, int code) {
    String expected = "\"error\":{\"code\":" + code + ",";
    String denied = call("1", "nothing").replace("\"params\":{", "\"params\":{" + meta(revision));
    RequestStub request =
        RequestStub.post(denied)
            .revision(revision)
            .header("Mcp-Method", "tools/call")
            .header("Mcp-Name", "nothing");
    AccessDecision decision = GUARDED.decide(request);
    assertThat(body(refuse(request))).contains(expected);
    assertThat(decision)
        .isInstanceOfSatisfying(
            AccessDecision.Refused.class,
            refused ->
                assertThat(body(refused))
                    .startsWith(
                        "{\"jsonrpc\":\"2.0\"," + expected + "\"message\":\"Unauthorized\""));
  }

  private static String meta(String revision) {
    return "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" + revision + "\"},";
  }

  private static AccessDecision decide(RequestStub request) {
    return GUARDED.decide(request.bearer(GUARDED.token("mcp", "files:list")));
  }

  private static AccessDecision.Refused refuse(RequestStub request) {
    return GUARDED.refuse(request, "mcp", "files:list");
  }
}
