package io.mcpauth;

import static io.mcpauth.Answers.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.token.AuthorizationServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The id of a request without a credential, for who wants it in the 401. */
class EchoedIdTest {
  @AutoClose
  private final ResourceServer server =
      builder().readBodiesWithoutCredentialToEchoTheirIds().build();

  private static ResourceServerBuilder builder() {
    return ResourceServer.builder(
        Guarded.RESOURCE,
        AuthorizationServer.of("https://login.example.com"),
        ToolPolicy.builder().tool("read_file", "files:read").build());
  }

  /** As Casdoor's own MCP server answers. */
  @Test
  void idOfARequestWithoutACredential_isInThe401() {
    AccessDecision.Refused refused = refused(RequestStub.post(Guarded.call("1", "read_file")));
    assertThat(Guarded.body(refused))
        .startsWith(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32001,"
                + "\"message\":\"Unauthorized\"");
    assertThat(refused.headers().get("WWW-Authenticate")).startsWith("Bearer resource_metadata=");
  }

  @Test
  void withoutTheOption_noBodyIsRead() {
    RequestStub request = RequestStub.post(Guarded.call("1", "read_file"));
    try (ResourceServer plain = builder().build()) {
      assertRefused(plain.decide(request), 401, ReasonCode.CREDENTIAL_MISSING);
    }
    assertThat(request.requests()).isZero();
  }

  /** It is refused for its missing credential, whatever else is wrong with it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]"
      })
  void whatHasNoIdToRepeat_isThePlain401(String body) {
    assertThat(Guarded.body(refused(RequestStub.post(body)))).doesNotContain("\"id\"");
  }

  @ParameterizedTest
  @EnumSource(
      value = ReasonCode.class,
      names = {"OVER_LIMIT", "BODY_TIMEOUT", "BODY_TOO_LARGE", "CREDENTIAL_MISSING"})
  void bodyThatCostsTooMuch_isThePlain401(ReasonCode limit) {
    RequestStub request =
        RequestStub.post(Guarded.call("1", "read_file")).bodyFails(new AuthException(limit));
    assertThat(Guarded.body(refused(request))).doesNotContain("\"id\"");
    assertThat(Guarded.body(refused(RequestStub.post("{}").bodyBreaksOff())))
        .doesNotContain("\"id\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "PUT", "OPTIONS"})
  void otherMethods_areNotRead(String method) {
    RequestStub request = RequestStub.of(method);
    assertRefused(server.decide(request), 401, ReasonCode.CREDENTIAL_MISSING);
    assertThat(request.requests()).isZero();
  }

  private AccessDecision.Refused refused(RequestStub request) {
    return assertRefused(server.decide(request), 401, ReasonCode.CREDENTIAL_MISSING);
  }
}
