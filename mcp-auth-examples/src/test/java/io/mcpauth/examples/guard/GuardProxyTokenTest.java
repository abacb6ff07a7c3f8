package io.mcpauth.examples.guard;

import static io.mcpauth.examples.guard.RunningGuard.CALL;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The guard behind a proxy that says who calls, or which certificate a client has. */
@Timeout(value = 180, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GuardProxyTokenTest {
  private final BlockingQueue<Wire.Head> seen = new LinkedBlockingQueue<>();

  private void echo(RawTarget.Call call) throws Exception {
    seen.put(call.head());
    call.answer("200 OK", "{}");
  }

  private static int status(RunningGuard running, String... headers) throws IOException {
    try (Wire wire = running.connect()) {
      wire.write(Wire.request("POST", CALL, headers));
      return wire.head().status();
    }
  }

  @Test
  void tokenOfTheProxy_countsAndNeitherItNorAuthorizationReachesTheTarget() throws Exception {
    try (RunningGuard running =
        RunningGuard.before(
            this::echo,
            "MCP_AUTH_PROXY_TOKEN_HEADER",
            "X-Team-Who",
            "MCP_AUTH_PROXY_TOKEN_ISSUER",
            "{issuer}",
            "MCP_AUTH_PROXY_TOKEN_AUDIENCE",
            "files",
            "GUARD_PASS_HEADERS",
            "X-Team-Who, X-Tenant")) {
      String token = running.issuer().token("files").scopes("mcp").mint();
      String header = "X-Team-Who: " + token;

      assertThat(status(running, header, running.token(), "X-Tenant: acme")).isEqualTo(200);
      Map<String, String> headers = seen.take().headers();
      assertThat(headers)
          .containsEntry("x-tenant", "acme")
          .doesNotContainKeys("x-team-who", "authorization");
      assertThat(headers.values()).noneMatch(value -> value.contains(token));

      assertThat(status(running, header)).isEqualTo(200);
      assertThat(status(running, running.token())).isEqualTo(401);
      assertThat(status(running, header, header)).isEqualTo(400);
      assertThat(seen).hasSize(1);
    }
  }

  @Test
  void certificateOfAProxyOnThisComputer_isBelievedAndNoForwardedAddressIs() throws Exception {
    String[] settings = {
      "MCP_AUTH_MTLS", "header",
      "MCP_AUTH_MTLS_HEADER", "X-Cert",
      "MCP_AUTH_MTLS_HEADER_FORMAT", "envoy",
      "GUARD_PASS_HEADERS", "X-Cert",
      "MCP_AUTH_MTLS_TRUSTED_PROXIES", "127.0.0.1, ::1"
    };
    String certificate = "X-Cert: Hash=" + "0".repeat(64);
    Map<String, String> cnf = Map.of("x5t#S256", "A".repeat(43)); // of as many zeros
    try (RunningGuard running = RunningGuard.before(this::echo, settings)) {
      String token = bearer(running, cnf);
      assertThat(status(running, token, certificate)).isEqualTo(200);
      assertThat(seen.take().headers()).doesNotContainKey("x-cert");
      assertThat(status(running, token)).isEqualTo(401);
      assertThat(status(running, token, certificate.replace("=0", "=1"))).isEqualTo(401);
    }
    settings[9] = "10.0.0.7";
    try (RunningGuard running = RunningGuard.before(this::echo, settings)) {
      assertThat(
              status(
                  running,
                  bearer(running, cnf),
                  certificate,
                  "X-Forwarded-For: 10.0.0.7",
                  "Forwarded: for=10.0.0.7"))
          .isEqualTo(401);
    }
    assertThat(seen).isEmpty();
  }

  private static String bearer(RunningGuard running, Map<String, String> cnf) {
    return "Authorization: Bearer "
        + running.issuer().token(running.guard().url()).scopes("mcp").claim("cnf", cnf).mint();
  }

  @Test
  void certificateOfTheConnection_isNotToBeHadHere() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RunningGuard.before(this::echo, "MCP_AUTH_MTLS", "container"))
        .withMessageContaining("MCP_AUTH_MTLS (environment) is 'container'")
        .withMessageContaining("TLS does not end here");
  }
}
