package io.mcpauth.issuer;

import static io.mcpauth.issuer.ConsentDesk.PLACE;
import static io.mcpauth.issuer.ConsentDesk.RESOURCE;
import static io.mcpauth.issuer.ConsentDesk.SECRET;
import static io.mcpauth.issuer.ConsentDesk.VERIFIER;
import static io.mcpauth.issuer.ConsentDesk.query;
import static io.mcpauth.issuer.ConsentDesk.told;
import static io.mcpauth.issuer.ServerInTest.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.AccessDecision;
import io.mcpauth.RequestStub;
import io.mcpauth.ResourceServer;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two MCP servers on one host, behind one authorization server of their own. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class ResourcesOfOneHostTest {
  private static final String OTHER = "https://mcp.test/mcp-other";
  private static final ToolPolicy POLICY = ToolPolicy.builder().tool("t", "files:read").build();

  private final ConsentDesk desk = new ConsentDesk(builder -> builder.resource(OTHER, POLICY));
  private final ResourceServer one = at(RESOURCE);
  private final ResourceServer other = at(OTHER);

  private ResourceServer at(String resource) {
    return ResourceServer.builder(resource, desk.server.authorizationServer(), POLICY)
        .store(desk.store)
        .clock(desk.clock)
        .build();
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
    desk.close();
  }

  private String token(String resource) {
    Visitor alice = desk.visitor("alice");
    OAuthAnswer page = alice.open(query("app", "resource", resource));
    String[] form = {
      "grant_type",
      "authorization_code",
      "code",
      Objects.requireNonNull(told(alice.decide(page, "allow"), PLACE).get("code")),
      "code_verifier",
      VERIFIER.value(),
      "client_id",
      "app",
      "client_secret",
      SECRET
    };
    OAuthAnswer answer = desk.server.answer(SentRequest.post(OAuthAddresses.TOKEN, form));
    return text(answer, "access_token");
  }

  private static @Nullable ReasonCode refused(ResourceServer server, String token) {
    AccessDecision decision = server.decide(RequestStub.of("GET").bearer(token));
    return decision instanceof AccessDecision.Refused no ? no.reason() : null;
  }

  /** Whatever the host, and however alike the paths. */
  @Test
  void tokenForOne_isNoneForTheOther() {
    String forOne = token(RESOURCE);
    String forOther = token(OTHER);

    assertThat(refused(one, forOne)).isNull();
    assertThat(refused(other, forOther)).isNull();
    assertThat(refused(other, forOne)).isEqualTo(ReasonCode.WRONG_AUDIENCE);
    assertThat(refused(one, forOther)).isEqualTo(ReasonCode.WRONG_AUDIENCE);
  }
}
