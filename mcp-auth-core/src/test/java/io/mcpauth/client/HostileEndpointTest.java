package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.ENDPOINT_FAULT;
import static io.mcpauth.error.ClientException.Reason.ENDPOINT_UNREACHABLE;
import static io.mcpauth.error.ClientException.Reason.REFUSED;
import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.MutableClock;
import io.mcpauth.RecordedLog;
import io.mcpauth.error.ClientException;
import io.mcpauth.internal.http.OutboundHttp;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token endpoint that misbehaves, over HTTP. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class HostileEndpointTest {
  private static final OutboundHttp.Limits PATIENT =
      new OutboundHttp.Limits(Duration.ofSeconds(60), 50 * 1024, 4);
  private static final OutboundHttp.Limits BRIEF =
      new OutboundHttp.Limits(Duration.ofMillis(300), 50 * 1024, 4);

  private final TokenServer server = new TokenServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void request_isAFormWithTheClientsCredentials() throws Exception {
    try (ClientCredentials client = client(PATIENT)) {
      assertThat(client.token().value()).isEqualTo("token-1");
    }

    TokenServer.Request request = server.requests().get(0);
    assertThat(request.contentType()).startsWith("application/x-www-form-urlencoded");
    assertThat(request.authorization()).startsWith("Basic ");
    assertThat(request.form()).containsEntry("grant_type", "client_credentials");
  }

  @Test
  void endpointThatHangsOrDrips_isGivenUp() {
    server.answer(server::hang);
    assertThat(problem(BRIEF).reason()).isEqualTo(ENDPOINT_UNREACHABLE);
    server.answer(server::drip);
    assertThat(problem(BRIEF).reason()).isEqualTo(ENDPOINT_UNREACHABLE);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirect_isNotFollowed(int status) {
    try (TokenServer elsewhere = new TokenServer()) {
      server.answer(
          exchange -> {
            exchange.getResponseHeaders().set("Location", elsewhere.uri().toString());
            exchange.sendResponseHeaders(status, -1);
          });

      assertThat(problem(PATIENT).reason()).isEqualTo(RESPONSE_INVALID);
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  @Test
  void answerOverTheLimit_isRefused() {
    server.answer("{\"x\":\"" + "x".repeat(50 * 1024) + "\"}");

    assertThat(problem(PATIENT).reason()).isEqualTo(RESPONSE_INVALID);
  }

  @Test
  void htmlWithStatus200_isRefused() {
    server.answer(TokenServer.of(200, "text/html", "<title>Log in</title>"));

    assertThat(problem(PATIENT).reason()).isEqualTo(RESPONSE_INVALID);
  }

  @Test
  void fault_isAFault() {
    server.answer(TokenServer.of(502, "text/html", "<h1>Bad gateway</h1>"));

    assertThat(problem(PATIENT).reason()).isEqualTo(ENDPOINT_FAULT);
  }

  @Test
  void refusals_keepTheProvidersWords() {
    server.answer(TokenServer.json(401, "{\"error\":\"invalid_client\"}"));
    ClientException client = problem(PATIENT);
    assertThat(client.reason()).isEqualTo(REFUSED);
    assertThat(client.error()).isEqualTo("invalid_client");

    server.answer(
        TokenServer.json(
            400, "{\"error\":\"invalid_scope\",\"error_description\":\"no\\r\\nsuch scope\"}"));
    ClientException scope = problem(PATIENT);
    assertThat(scope.error()).isEqualTo("invalid_scope");
    assertThat(scope.errorDescription()).isEqualTo("no??such scope");
  }

  @Test
  void endpointThatIsGone_isUnreachable() {
    server.close();

    assertThat(problem(PATIENT).reason()).isEqualTo(ENDPOINT_UNREACHABLE);
  }

  private ClientException problem(OutboundHttp.Limits limits) {
    try (ClientCredentials client = client(limits)) {
      ClientException problem = catchThrowableOfType(ClientException.class, client::token);
      assertThat(problem).isNotNull();
      return problem;
    }
  }

  private ClientCredentials client(OutboundHttp.Limits limits) {
    return new ClientCredentials(
        server.endpoint(),
        TokenTarget.unnamed(),
        limits,
        new MutableClock(),
        new RecordedLog().logger());
  }
}
