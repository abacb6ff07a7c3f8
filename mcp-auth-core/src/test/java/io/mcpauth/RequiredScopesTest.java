package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.config.ConfiguredServer;
import io.mcpauth.config.Setting;
import io.mcpauth.config.SettingSource;
import io.mcpauth.config.Settings;
import io.mcpauth.testing.TestIssuer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policy of {@code MCP_AUTH_REQUIRED_SCOPES}, which has no file. */
class RequiredScopesTest {
  private static final String RESOURCE = "https://mcp.example.com/mcp";

  @AutoClose private final TestIssuer issuer = TestIssuer.start();

  @AutoClose
  private final ResourceServer server =
      ConfiguredServer.builder(
              Settings.of(
                  List.of(Setting.values()),
                  SettingSource.environment(
                      Map.of(
                          "MCP_AUTH_RESOURCE",
                          RESOURCE,
                          "MCP_AUTH_ISSUER",
                          issuer.issuer(),
                          "MCP_AUTH_REQUIRED_SCOPES",
                          "mcp more"))))
          .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'initialize','params':{}",
        "'ping'",
        "'tools/list'",
        "'tools/call','params':{'name':'anything'}",
        "'prompts/get','params':{'name':'anything'}",
        "'resources/read','params':{'uri':'file:///a/../B'}",
        "'resources/subscribe','params':{'uri':'x:y'}",
        "'resources/unsubscribe','params':{'uri':'x:y'}",
        "'completion/complete','params':{'ref':{'type':'ref/prompt','name':'p'}}",
        "'completion/complete','params':{'ref':{'type':'ref/resource','uri':'x:{y}'}}",
        "'tasks/get','params':{'taskId':'1'}",
        "'skills/list'",
        "'own/method','params':{'name':'anything'}",
      })
  void everyCall_needsAllTheScopes(String call) {
    assertThat(decide(call, "mcp", "more")).isInstanceOf(AccessDecision.Granted.class);
    AccessDecision.Refused refused = (AccessDecision.Refused) decide(call, "mcp");
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.headers().get("WWW-Authenticate"))
        .contains("error=\"insufficient_scope\", scope=\"mcp more\"");
    assertThat(((AccessDecision.Refused) server.decide(post(call))).status()).isEqualTo(401);
  }

  private AccessDecision decide(String call, String... scopes) {
    return server.decide(post(call).bearer(issuer.token(RESOURCE).scopes(scopes).mint()));
  }

  private static RequestStub post(String call) {
    return RequestStub.post(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":" + call.replace('\'', '"') + "}");
  }
}
