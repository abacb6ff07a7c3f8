package io.mcpauth.examples.guard;

import static io.mcpauth.examples.guard.RunningGuard.CALL;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.key.KeyControl;
import io.mcpauth.key.NewKey;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.store.Store;
import io.mcpauth.token.ApiKeys;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a caller the target sees, and what of the target a client sees. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardHeadersTest {
  /** Credentials, identities, traces of proxies; as they are and as WSGI reads them. */
  private static final String[] STRIPPED = {
    "Cookie: session=1",
    "DPoP: proof",
    "X-API-Key: key",
    "Api-Key: key",
    "X-Auth-Token: token",
    "X-Access-Token: token",
    "Proxy-Authorization: Basic eDp5",
    "X-Amz-Security-Token: token",
    "Forwarded: for=1.2.3.4",
    "X-Forwarded-For: 1.2.3.4",
    "X-Forwarded-Host: elsewhere",
    "X-Forwarded-Proto: https",
    "X-Forwarded-User: admin",
    "X-Forwarded-Email: admin@example.com",
    "X-Forwarded-Groups: admins",
    "X-Forwarded-Preferred-Username: admin",
    "X-Forwarded-Access-Token: token",
    "X-Forwarded-Client-Cert: cert",
    "X-Real-IP: 1.2.3.4",
    "X-Original-URL: /admin",
    "X-Rewrite-URL: /admin",
    "X-HTTP-Method-Override: DELETE",
    "X-Remote-User: admin",
    "X_Remote_User: admin",
    "Remote-User: admin",
    "Remote_User: admin",
    "X-Auth-Request-User: admin",
    "X-Auth-Request-Email: admin@example.com",
    "X-Authenticated-User: admin",
    "X-Authenticated-Userid: admin",
    "X-Webauth-User: admin",
    "X-Credential-Username: admin",
    "X-Consumer-Username: admin",
    "Tailscale-User-Login: admin",
    "Cf-Access-Jwt-Assertion: jwt",
    "Cf-Access-Authenticated-User-Email: admin@example.com",
    "X-Amzn-Oidc-Data: jwt",
    "X-Amzn-Oidc-Identity: admin",
    "X-Goog-Iap-Jwt-Assertion: jwt",
    "X-Goog-Authenticated-User-Email: admin@example.com",
    "X-MS-CLIENT-PRINCIPAL: admin",
    "X-MS-CLIENT-PRINCIPAL-NAME: admin",
    "X-User: admin",
    "X-User-Id: 1",
    "X_User_Id: 1",
    "X-Email: admin@example.com",
    "X-Groups: admins",
    "Impersonate-User: admin",
    "X-Client-Cert: cert",
    "Ssl-Client-Cert: cert",
    "X-MCP-Auth-Subject: admin",
    "X-MCP-Auth-Issuer: other",
    "X-MCP-Auth-Client: other",
    "X-MCP-Auth-Scopes: all",
    "X_MCP_Auth_Subject: admin",
    "Mcp_Session_Id: other",
    "Mcp-Authorization: Bearer token",
    "Mcp-Access-Token: token",
    "Mcp-Api-Key: key",
    "Mcp-Cookie: session=1",
    "Mcp-Auth-Subject: admin",
    "Mcp-Remote-User: admin",
    "Mcp-Forwarded-User: admin",
    "Mcp-User-Email: admin@example.com",
    "Mcp-Sub: admin",
    "Mcp-Principal: admin",
    "Mcp-Scopes: all",
    "Mcp-Something-New: 1",
    "Via: 1.0 other",
    "TE: trailers",
    "Keep-Alive: timeout=5",
    "HTTP2-Settings: AAMAAABkAAQAAP__",
    "Proxy-Connection: keep-alive",
    "Accept-Encoding: gzip",
    "If-None-Match: \"1\"",
    "Range: bytes=0-1",
    "X-What-Comes-Next-Year-User: admin",
    "X-Request-Id: named by Connection",
    "Connection: keep-alive, X-Request-Id",
  };

  private static final String[] PASSED = {
    "Accept: application/json, text/event-stream",
    "Accept-Language: pl",
    "User-Agent: test/1",
    "MCP-Protocol-Version: 2025-11-25",
    "Last-Event-ID: 42",
    "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "tracestate: a=b",
    "baggage: c=d",
    "X-Request-Id: r1",
  };

  private final BlockingQueue<Wire.Head> seen = new LinkedBlockingQueue<>();

  private Wire.Head seenOf(RunningGuard running, String... headers) throws Exception {
    try (Wire client = running.send("POST", CALL, headers)) {
      assertThat(client.head().status()).isEqualTo(200);
      return seen.take();
    }
  }

  private void echo(RawTarget.Call call) throws Exception {
    seen.put(call.head());
    call.answer("200 OK", "{}");
  }

  /** Also where the operator has it passed on. */
  @Test
  void keyInAHeaderOfItsOwn_neverReachesTheTarget() throws Exception {
    Store store = Store.inMemory();
    try (RunningGuard running =
        RunningGuard.before(
            this::echo,
            builder -> builder.store(store).accept(ApiKeys.shared().inHeader("X-Build")),
            "GUARD_PASS_HEADERS",
            "X-Build, X-Other")) {
      ResourceIdentifier resource = ResourceIdentifier.of(running.guard().url());
      String key = KeyControl.on(store, resource).create(NewKey.named("ci").scopes("mcp")).secret();
      try (Wire client = running.connect()) {
        client.write(Wire.request("POST", CALL, "X-Build: " + key, "X-Other: 1"));
        assertThat(client.head().status()).isEqualTo(200);
      }

      assertThat(seen.take().headers())
          .containsEntry("x-other", "1")
          .doesNotContainKey("x-build")
          .allSatisfy((name, value) -> assertThat(value).doesNotContain(key));
    }
  }

  @Test
  void requestOfACaller_reachesTheTargetWithoutWhatItMustNotSay() throws Exception {
    try (RunningGuard running = RunningGuard.before(this::echo)) {
      Map<String, String> headers = seenOf(running, STRIPPED).headers();
      assertThat(headers)
          .containsOnly(
              Map.entry("host", running.target().url().split("/", 4)[2]),
              Map.entry("content-type", "application/json"),
              Map.entry("content-length", Integer.toString(CALL.length())),
              Map.entry("accept-encoding", "identity"),
              Map.entry("via", "1.1 mcp-guard"));
    }
  }

  @Test
  void headersOfTheProtocol_reachTheTarget() throws Exception {
    try (RunningGuard running = RunningGuard.before(this::echo)) {
      Map<String, String> headers = seenOf(running, PASSED).headers();
      for (String line : PASSED) {
        String[] header = line.split(": ", 2);
        assertThat(headers).containsEntry(header[0].toLowerCase(Locale.ROOT), header[1]);
      }
    }
  }

  /** modelcontextprotocol/typescript-sdk#2469, geelen/mcp-remote#307. */
  @Test
  void sessionIdOfAnInitialize_doesNotReachTheTarget() throws Exception {
    String initialize = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}";
    try (RunningGuard running = RunningGuard.before(this::echo);
        Wire client = running.send("POST", initialize, "Mcp-Session-Id: dead", "traceparent: t")) {
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(seen.take().headers())
          .doesNotContainKey("mcp-session-id")
          .containsEntry("traceparent", "t");
    }
  }

  /** Casdoor's own MCP server has its origin as the resource. */
  @Test
  void resourceThatIsAnOrigin_isServedWhereTheEndpointIs() throws Exception {
    try (RunningGuard running =
            RunningGuard.before(
                this::echo,
                "MCP_AUTH_RESOURCE",
                "https://mcp.example.com",
                "MCP_AUTH_ENDPOINT_PATH",
                "/api/mcp",
                "GUARD_BIND",
                "loopback");
        Wire client = running.connect()) {
      assertThat(running.guard().url()).isEqualTo("https://mcp.example.com/api/mcp");
      String token = running.issuer().token("https://mcp.example.com").scopes("mcp").mint();
      String request = Wire.request("POST", CALL, "Authorization: Bearer " + token);
      client.write(request.replaceFirst(" /\\S* ", " /api/mcp "));
      assertThat(client.head().status()).isEqualTo(200);
    }
  }

  @Test
  void headerThatTheOperatorNames_reachesTheTarget() throws Exception {
    try (RunningGuard running =
        RunningGuard.before(this::echo, "GUARD_PASS_HEADERS", "X-Tenant, X-Region")) {
      assertThat(seenOf(running, "x-tenant: t1", "X-Other: 1").headers())
          .containsEntry("x-tenant", "t1")
          .doesNotContainKeys("x-other", "x-region");
    }
  }

  @Test
  void identityHeaders_sayWhoCallsAndNothingElse() throws Exception {
    try (RunningGuard running = RunningGuard.before(this::echo, "GUARD_IDENTITY_HEADERS", "true")) {
      Map<String, String> headers = seenOf(running, STRIPPED).headers();
      assertThat(headers)
          .containsEntry("x-mcp-auth-issuer", running.issuer().issuer())
          .containsEntry("x-mcp-auth-subject", "alice")
          .containsEntry("x-mcp-auth-client", "test-client")
          .containsEntry("x-mcp-auth-scopes", "mcp more")
          .hasSize(9);
    }
  }

  @Test
  void identityThatIsHostile_isEncoded() throws Exception {
    String subject = "a%0D%0AX-Evil: 1,;\"'\\ ü\u2603";
    try (RunningGuard running = RunningGuard.before(this::echo, "GUARD_IDENTITY_HEADERS", "true");
        Wire client = running.connect()) {
      String token =
          running
              .issuer()
              .token(running.guard().url())
              .scopes("mcp", "a,b")
              .claim("sub", subject)
              .withoutClaim("client_id")
              .mint();
      client.write(Wire.request("POST", CALL, "Authorization: Bearer " + token));
      assertThat(client.head().status()).isEqualTo(200);
      Wire.Head head = seen.take();
      assertThat(head.header("x-mcp-auth-subject")).matches("[!#-&(-+\\--:<-\\[\\]-~]+");
      assertThat(URLDecoder.decode(head.header("x-mcp-auth-subject"), StandardCharsets.UTF_8))
          .isEqualTo(subject);
      assertThat(head.header("x-mcp-auth-scopes")).isEqualTo("mcp a%2Cb");
      assertThat(head.headers()).doesNotContainKeys("x-evil", "x-mcp-auth-client");
    }
  }

  /** The filter refuses such a token; the encoding does not rely on it. */
  @Test
  void lineBreaksInAnIdentity_areEncoded() {
    assertThat(IdentityHeaders.encoded("a\r\nb\u0000\u007F")).isEqualTo("a%0D%0Ab%00%7F");
  }

  @Test
  void pathAndQueryOfTheTarget_areCalledAndNothingOfTheCallers() throws Exception {
    try (RawTarget target = new RawTarget(this::echo);
        RunningGuard running =
            RunningGuard.before(
                call -> {}, "TARGET_URL", target.url() + "/a%2Fb?key=x%2By+z&flag&&e=%C3%BC");
        Wire client = running.connect()) {
      client.write(
          Wire.request("POST", CALL, running.token()).replace("POST /mcp ", "POST /mcp?x=y "));
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(seen.take().start())
          .isEqualTo("POST /there/a%2Fb?key=x%2By+z&flag&&e=%C3%BC HTTP/1.1");
    }
  }

  @Test
  void answerOfTheTarget_reachesTheClientWithoutWhatBelongsToTheTarget() throws Exception {
    try (RunningGuard running =
            RunningGuard.before(
                call ->
                    call.answer(
                        "200 OK",
                        "{}",
                        "Content-Type: application/json;charset=utf-8",
                        "Mcp-Session-Id: s1",
                        "Cache-Control: no-cache",
                        "X-Accel-Buffering: no",
                        "Retry-After: 5",
                        "X-Content-Type-Options: nosniff",
                        "Content-Encoding: br",
                        "Date: Thu, 01 Jan 1970 00:00:00 GMT",
                        "X-Accel-Redirect: /internal",
                        "X-Accel-Expires: 3600",
                        "X-Sendfile: /etc/passwd",
                        "X-Lighttpd-Send-File: /etc/passwd",
                        "Clear-Site-Data: \"*\"",
                        "Service-Worker-Allowed: /",
                        "NEL: {\"report_to\":\"x\",\"max_age\":31536000}",
                        "Report-To:"
                            + " {\"group\":\"x\",\"endpoints\":[{\"url\":\"https://e.example\"}]}",
                        "Reporting-Endpoints: x=\"https://e.example\"",
                        "What-Browsers-Learn-Next-Year: 1",
                        "Mcp-Something-New: 1",
                        "X-Custom: 1",
                        "ETag: \"1\"",
                        "Set-Cookie: a=b",
                        "WWW-Authenticate: Bearer realm=\"elsewhere\"",
                        "Server: secret/1.0",
                        "X-Powered-By: secret",
                        "Via: 1.1 inner",
                        "Location: http://inside/",
                        "Refresh: 0; url=http://inside/",
                        "Alt-Svc: h3=\":443\"",
                        "Strict-Transport-Security: max-age=1",
                        "Access-Control-Allow-Origin: *",
                        "Access-Control-Allow-Credentials: true",
                        "Keep-Alive: timeout=5",
                        "Proxy-Authenticate: Basic",
                        "X-Request-Id: named by Connection",
                        "Connection: X-Request-Id"));
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.headers())
          .containsOnly(
              Map.entry("content-type", "application/json;charset=utf-8"),
              Map.entry("mcp-session-id", "s1"),
              Map.entry("cache-control", "no-cache"),
              Map.entry("x-accel-buffering", "no"),
              Map.entry("retry-after", "5"),
              Map.entry("x-content-type-options", "nosniff"),
              Map.entry("content-encoding", "br"),
              Map.entry("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
              Map.entry("content-length", "2"));
      assertThat(client.text(head)).isEqualTo("{}");
    }
  }

  @Test
  void headerOfTheTargetThatTheOperatorNames_reachesTheClient() throws Exception {
    String[] headers = {"X-Twice: 1", "X-Twice: 2", "ratelimit: limit=1", "X-Other: 1"};
    try (RunningGuard running =
            RunningGuard.before(
                call -> call.answer("200 OK", "{}", headers),
                "GUARD_PASS_RESPONSE_HEADERS",
                "X-Twice, RateLimit");
        Wire client = running.send("POST", CALL)) {
      assertThat(client.head().headers())
          .containsEntry("x-twice", "1 | 2")
          .containsEntry("ratelimit", "limit=1")
          .doesNotContainKey("x-other");
    }
  }

  /** The target knows of no credential, so what it says about sharing is not about this answer. */
  @ParameterizedTest
  @ValueSource(strings = {"public, max-age=60", "max-age=1, S-MaxAge=60", "must-revalidate"})
  void answerToACredential_isNotForSharedCaches(String cacheControl) throws Exception {
    try (RunningGuard running =
            RunningGuard.before(
                call -> call.answer("200 OK", "{}", "Cache-Control: " + cacheControl));
        Wire client = running.send("GET", "")) {
      assertThat(client.head().header("cache-control")).isEqualTo("no-store");
    }
  }

  @Test
  void headOfAnAnswerThatIsTooLarge_isABrokenTarget() throws Exception {
    try (RunningGuard running =
            RunningGuard.before(
                call -> call.answer("200 OK", "{}", "X-Large: " + "a".repeat(20_000)));
        Wire client = running.send("POST", CALL)) {
      Wire.Head head = client.head();
      assertThat(head.status()).isEqualTo(502);
      assertThat(client.text(head)).contains("\"target_broken\"");
    }
  }
}
