package io.mcpauth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A resource server for file tools, with an issuer of its own. */
final class Guarded implements AutoCloseable {
  static final String RESOURCE = "https://mcp.example.com/mcp";
  static final String METADATA =
      "resource_metadata=\"https://mcp.example.com/.well-known/oauth-protected-resource/mcp\"";

  private final TestIssuer issuer = TestIssuer.start();
  private final List<AuthEvents.Event> events = new CopyOnWriteArrayList<>();
  private final ResourceServer server =
      ResourceServer.builder(RESOURCE, AuthorizationServer.of(issuer.issuer()), policy())
          .events(events::add)
          .build();

  private static ToolPolicy policy() {
    return ToolPolicy.builder()
        .baseScopes("mcp")
        .initialScopes("files:list")
        .tool("list_files", "files:list")
        .tool("read_file", "files:read")
        .tool("write_file", "files:write")
        .method("resources/read", "files:read")
        .implies("files:admin", "files:write")
        .build();
  }

  static String call(String id, String tool) {
    return "{\"jsonrpc\":\"2.0\",\"id\":"
        + id
        + ",\"method\":\"tools/call\",\"params\":{\"name\":\""
        + tool
        + "\"}}";
  }

  String token(String... scopes) {
    return issuer.token(RESOURCE).scopes(scopes).mint();
  }

  AccessDecision decide(AccessRequest request) {
    return server.decide(request);
  }

  /** Decides on a request of a caller with these scopes, which has to be refused. */
  AccessDecision.Refused refuse(RequestStub request, String... scopes) {
    AccessDecision decision = decide(request.bearer(token(scopes)));
    assertThat(decision).isInstanceOf(AccessDecision.Refused.class);
    return (AccessDecision.Refused) decision;
  }

  /** The last event of a reason; other tests may run at the same time. */
  AuthEvents.Event event(ReasonCode reason, String call) {
    return events.stream()
        .filter(event -> event.reason() == reason && event.calls().contains(call))
        .findFirst()
        .orElseThrow();
  }

  static String body(AccessDecision.Refused refused) {
    return new String(refused.body(), UTF_8);
  }

  @Override
  public void close() {
    server.close();
    issuer.close();
  }
}
