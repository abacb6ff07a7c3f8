package io.mcpauth.examples.guard;

import static io.mcpauth.examples.guard.RunningGuard.CALL;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the guard shows the target in place of the caller's token. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardCredentialTest {
  private static final String SECRET = "s3cret";

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  private void note(RawTarget.Call call) throws Exception {
    seen.put(call.head().header("authorization"));
    call.answer("200 OK", "{}");
  }

  private static RunningGuard guard(TokenDesk desk, RawTarget.Script script, String... more)
      throws Exception {
    String[] own = {
      "OAUTH_CLIENT_ID", "guard",
      "OAUTH_CLIENT_SECRET", SECRET,
      "OAUTH_SCOPES", "inner:read inner:write",
      "GUARD_TOKEN_ENDPOINT", desk.endpoint(),
      "GUARD_TARGET_RESOURCE", "https://inner.example.com/mcp",
      "GUARD_TARGET_AUDIENCE", "inner-api"
    };
    String[] all = new String[own.length + more.length];
    System.arraycopy(own, 0, all, 0, own.length);
    System.arraycopy(more, 0, all, own.length, more.length);
    return RunningGuard.before(script, all);
  }

  private static int status(RunningGuard running) throws Exception {
    try (Wire client = running.send("POST", CALL)) {
      return client.head().status();
    }
  }

  @Test
  void ownToken_isAskedForOnceAndShownToTheTarget() throws Exception {
    try (TokenDesk desk = new TokenDesk();
        RunningGuard running = guard(desk, this::note)) {
      assertThat(status(running)).isEqualTo(200);
      assertThat(status(running)).isEqualTo(200);
      assertThat(seen.take()).isEqualTo("Bearer token-1");
      assertThat(seen.take()).isEqualTo("Bearer token-1");
      assertThat(desk.nextRequest())
          .startsWith("Basic ")
          .contains(
              "grant_type=client_credentials",
              "scope=inner%3Aread+inner%3Awrite",
              "resource=https%3A%2F%2Finner.example.com%2Fmcp",
              "audience=inner-api");
      assertThat(desk.issued()).isEqualTo(1);
    }
  }

  @Test
  void tokenEndpoint_isFoundInTheMetadataOfTheFirstIssuer() throws Exception {
    try (TokenDesk desk = new TokenDesk();
        RunningGuard running =
            RunningGuard.before(
                this::note,
                "OAUTH_CLIENT_ID",
                "guard",
                "OAUTH_CLIENT_SECRET",
                SECRET,
                "MCP_AUTH_ISSUER",
                desk.issuer() + ",{issuer}")) {
      assertThat(status(running)).isEqualTo(200);
      assertThat(seen.take()).isEqualTo("Bearer token-1");
    }
  }

  @Test
  void tokenThatTheTargetRefuses_isReplacedAndTheCallMadeAgain() throws Exception {
    try (TokenDesk desk = new TokenDesk();
        RunningGuard running =
            guard(
                desk,
                call -> {
                  seen.put(call.head().header("authorization") + " " + call.body().length);
                  if (call.number() == 1) {
                    call.answer("401 Unauthorized", "", "WWW-Authenticate: Bearer");
                  } else {
                    call.answer("200 OK", "{}");
                  }
                })) {
      assertThat(status(running)).isEqualTo(200);
      assertThat(seen.take()).isEqualTo("Bearer token-1 " + CALL.length());
      assertThat(seen.take()).isEqualTo("Bearer token-2 " + CALL.length());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void targetThatGoesOnRefusing_isA502AfterAsManyCallsAsMakeSense(int refusal) throws Exception {
    try (TokenDesk desk = new TokenDesk();
        RunningGuard running =
            guard(desk, call -> call.answer(refusal + " No", "", "WWW-Authenticate: Bearer"));
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(502);
      assertThat(head.headers()).doesNotContainKey("www-authenticate");
      assertThat(client.text(head)).contains("target_refused").doesNotContain("token-");
      assertThat(running.target().calls()).isEqualTo(refusal == 401 ? 2 : 1);
    }
  }

  @Test
  void exchangedToken_isTheCallersAndShownToTheTarget() throws Exception {
    try (TokenDesk desk = new TokenDesk();
        RunningGuard running = guard(desk, this::note, "GUARD_CREDENTIAL", "token_exchange")) {
      String authorization = running.token();
      for (int i = 0; i < 2; i++) {
        try (Wire client = running.connect()) {
          client.write(Wire.request("POST", CALL, authorization));
          assertThat(client.head().status()).isEqualTo(200);
        }
        assertThat(seen.take()).isEqualTo("Bearer token-1");
      }
      assertThat(desk.nextRequest())
          .contains(
              "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange",
              "subject_token=" + authorization.substring("Authorization: Bearer ".length()),
              "audience=inner-api");
      assertThat(desk.issued()).isEqualTo(1);
    }
  }

  @Test
  void authorizationServerThatIsDown_isA503ThatNamesNoSecret() throws Exception {
    String endpoint;
    try (TokenDesk desk = new TokenDesk()) {
      endpoint = desk.endpoint();
    }
    try (RunningGuard running =
            RunningGuard.before(
                this::note,
                "OAUTH_CLIENT_ID",
                "guard",
                "OAUTH_CLIENT_SECRET",
                SECRET,
                "GUARD_TOKEN_ENDPOINT",
                endpoint);
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(503);
      assertThat(head.header("retry-after")).isEqualTo("5");
      assertThat(client.text(head))
          .contains("\"id\":7", "no_credential")
          .doesNotContain(SECRET, endpoint);
      assertThat(running.target().calls()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_credentials", "token_exchange"})
  void authorizationServerThatRefusesTheGuard_isA502(String kind) throws Exception {
    try (TokenDesk desk = new TokenDesk()) {
      desk.answerWith(401, "{\"error\":\"invalid_client\"}");
      try (RunningGuard running = guard(desk, this::note, "GUARD_CREDENTIAL", kind);
          Wire client = running.send("POST", CALL)) {
        Wire.Head head = client.head();
        assertThat(head.status()).isEqualTo(502);
        assertThat(client.text(head)).contains("credential_refused");
        assertThat(running.target().calls()).isZero();
      }
    }
  }

  @Test
  void withoutAClient_theTargetGetsNoCredential() throws Exception {
    try (RunningGuard running = RunningGuard.before(this::note)) {
      assertThat(status(running)).isEqualTo(200);
      assertThat(seen.take()).isEmpty();
    }
  }
}
