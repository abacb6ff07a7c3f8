package io.mcpauth.examples.guard;

import static io.mcpauth.examples.guard.RunningGuard.CALL;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client gets where the target gives no answer that is for it. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardFaultTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static JsonNode fault(Wire client, int status, String error) throws IOException {
    Wire.Head head = client.head();
    assertThat(head.status()).isEqualTo(status);
    assertThat(head.header("content-type")).isEqualTo("application/json");
    assertThat(head.header("cache-control")).isEqualTo("no-store");
    assertThat(head.headers()).doesNotContainKeys("www-authenticate", "set-cookie", "location");
    JsonNode body = JSON.readTree(client.body(head));
    assertThat(body.path("jsonrpc").stringValue()).isEqualTo("2.0");
    assertThat(body.path("error").path("code").intValue()).isEqualTo(-31502);
    assertThat(body.path("error").path("data").path("error").stringValue()).isEqualTo(error);
    return body;
  }

  @Test
  void targetThatIsNotThere_isA502WithTheIdOfTheRequest() throws Exception {
    String nobody = "http://127.0.0.1:1/mcp?key=very-secret";
    try (RunningGuard running = RunningGuard.before(call -> {}, "TARGET_URL", nobody);
        Wire client = running.send("POST", CALL)) {
      JsonNode body = fault(client, 502, "target_unreachable");
      assertThat(body.path("id").intValue()).isEqualTo(7);
      assertThat(body.toString()).doesNotContain("secret", "127.0.0.1");
      assertThat(Files.readString(Path.of("..", "docs", "guard.md")))
          .contains(
              "```http\nHTTP/1.1 502 Bad Gateway\nContent-Type: application/json\n\n"
                  + body
                  + "\n```");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"jsonrpc\":\"2.0\",\"id\":\"x\\u00e9\",\"method\":\"tools/list\"} | \"xé\"",
        "{\"jsonrpc\":\"2.0\",\"id\":9007199254740993,\"method\":\"tools/list\"} |"
            + " 9007199254740993",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"} | none",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}] | none",
      })
  void idOfAnError_isTheRequestsWhereThereIsOneRequest(String request, String id) throws Exception {
    try (RunningGuard running = RunningGuard.before(call -> {});
        Wire client = running.send("POST", request)) {
      JsonNode body = fault(client, 502, "target_broken");
      assertThat(body.has("id") ? body.path("id").toString() : "none").isEqualTo(id);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Le", "SSH-2.0-x\r\n\r\n"})
  void targetThatBreaksOffBeforeItsAnswerBegins_isA502(String start) throws Exception {
    try (RunningGuard running = RunningGuard.before(call -> call.wire().write(start));
        Wire client = running.send("POST", CALL)) {
      assertThat(fault(client, 502, "target_broken").path("id").intValue()).isEqualTo(7);
    }
  }

  @Test
  void targetThatDoesNotAnswerInTime_isA502() throws Exception {
    try (RunningGuard running =
            RunningGuard.before(
                call -> assertThat(call.wire().isClosedByPeer()).isTrue(),
                "GUARD_TARGET_TIMEOUT_SECONDS",
                "1");
        Wire client = running.send("POST", CALL)) {
      fault(client, 502, "target_timeout");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401 Unauthorized, target_refused",
    "403 Forbidden, target_refused",
    "407 Proxy Authentication Required, target_refused",
    "301 Moved, target_redirected",
    "302 Found, target_redirected",
    "304 Not Modified, target_redirected",
    "307 Temporary Redirect, target_redirected",
    "101 Switching Protocols, target_redirected",
  })
  void statusThatIsNotForTheClient_isA502(String status, String error) throws Exception {
    try (RunningGuard running =
            RunningGuard.before(
                call ->
                    call.answer(
                        status,
                        "no",
                        "WWW-Authenticate: Bearer resource_metadata=\"http://inside/\"",
                        "Location: http://inside/",
                        "Set-Cookie: a=b"));
        Wire client = running.send("POST", CALL)) {
      assertThat(fault(client, 502, error).path("id").intValue()).isEqualTo(7);
      assertThat(running.target().calls()).isEqualTo(1);
      assertThat(running.guard().proxy().faults().said())
          .containsExactly(TargetFault.valueOf(error.toUpperCase(Locale.ROOT)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "200 OK",
        "201 Created",
        "202 Accepted",
        "400 Bad Request",
        "404 Not Found",
        "405 Method Not Allowed",
        "406 Not Acceptable",
        "429 Too Many Requests",
        "500 Server Error",
        "503 Service Unavailable"
      })
  void otherStatus_passesAsItIs(String status) throws Exception {
    try (RunningGuard running =
            RunningGuard.before(call -> call.answer(status, "own words", "Retry-After: 3"));
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
      assertThat(head.header("retry-after")).isEqualTo("3");
      assertThat(client.text(head)).isEqualTo("own words");
    }
  }

  @Test
  void interimAnswers_areNotTheAnswer() throws Exception {
    try (RunningGuard running =
            RunningGuard.before(
                call -> {
                  call.wire().write("HTTP/1.1 102 Processing\r\n\r\n");
                  call.wire().write("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
                  call.answer("200 OK", "yes");
                });
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(200);
      assertThat(client.text(head)).isEqualTo("yes");
    }
  }

  @Test
  void callWithoutACredential_neverReachesTheTarget() throws Exception {
    try (RunningGuard running = RunningGuard.before(call -> call.answer("200 OK", ""));
        Wire client = running.connect()) {
      client.write(Wire.request("POST", CALL));
      assertThat(client.head().status()).isEqualTo(401);
      assertThat(running.target().calls()).isZero();
    }
  }

  @Test
  void otherPathOfTheGuard_isNotTheTargets() throws Exception {
    try (RunningGuard running = RunningGuard.before(call -> call.answer("200 OK", ""));
        Wire client = running.connect()) {
      client.write(
          Wire.request("GET", "", running.token()).replace("GET /mcp ", "GET /mcp/admin "));
      assertThat(client.head().status()).isEqualTo(404);
      assertThat(running.target().calls()).isZero();
    }
  }
}
