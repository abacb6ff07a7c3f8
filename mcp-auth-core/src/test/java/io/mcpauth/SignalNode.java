package io.mcpauth;

import io.mcpauth.access.AccessControl;
import io.mcpauth.access.AccessRule;
import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.signals.BackChannelLogout;
import io.mcpauth.signals.SecurityEvents;
import io.mcpauth.signals.SignalAnswer;
import io.mcpauth.store.Store;
import io.mcpauth.testing.TestIssuer;
import io.mcpauth.token.AuthorizationServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A node that receives signals, of an issuer and a store that a test has. */
final class SignalNode implements AutoCloseable {
  static final String LOGOUT = "/backchannel-logout";
  static final String EVENTS = "/events";
  static final String RESOURCE = "https://mcp.test/mcp";
  static final String CLIENT = "claude";
  static final String AUDIENCE = "https://mcp.test/events";
  static final String LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";
  static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
  static final String RISC = "https://schemas.openid.net/secevent/risc/event-type/";

  private final ResourceServer server;

  private SignalNode(ResourceServer server) {
    this.server = server;
  }

  static SignalNode start(TestIssuer issuer, Store store, MutableClock clock) {
    return start(issuer, store, clock, SecurityEvents.at(EVENTS, AUDIENCE), own -> own);
  }

  static SignalNode start(
      TestIssuer issuer,
      Store store,
      MutableClock clock,
      SecurityEvents events,
      UnaryOperator<ResourceServerBuilder> more) {
    return start(AuthorizationServer.of(issuer.issuer()), store, clock, events, more);
  }

  static SignalNode start(
      AuthorizationServer server,
      Store store,
      MutableClock clock,
      SecurityEvents events,
      UnaryOperator<ResourceServerBuilder> more) {
    ResourceServerBuilder builder =
        ResourceServer.builder(RESOURCE, server, ToolPolicy.builder().tool("*").build())
            .store(store)
            .clock(clock)
            .backChannelLogout(BackChannelLogout.at(LOGOUT, "other", CLIENT))
            .securityEvents(events);
    return new SignalNode(more.apply(builder).build());
  }

  ResourceServer server() {
    return server;
  }

  SignalAnswer logout(String token) {
    return server.signal(LOGOUT, SignalRequest.logout(token));
  }

  SignalAnswer event(String token) {
    return server.signal(EVENTS, SignalRequest.event(token));
  }

  /** What is cut off, each as its kind and what it is about. */
  static List<String> cutOff(Store store) {
    return AccessControl.on(store).list().stream().map(SignalNode::text).toList();
  }

  private static String text(AccessRule rule) {
    return rule.kind()
        + (rule.target().subject() == null ? "" : " sub " + rule.target().subject())
        + (rule.target().sessionId() == null ? "" : " sid " + rule.target().sessionId())
        + (rule.target().withoutSession() ? " without sid" : "");
  }

  static String body(SignalAnswer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /** A logout token as providers write it. */
  static TestIssuer.Token logoutToken(TestIssuer issuer) {
    return issuer
        .token(CLIENT)
        .header("typ", "logout+jwt")
        .withoutClaim("client_id")
        .claim("sid", "s-1")
        .claim("events", Map.of(LOGOUT_EVENT, Map.of()));
  }

  /** A security event token about alice. */
  static TestIssuer.Token eventToken(TestIssuer issuer, String uri, Map<String, Object> event) {
    return issuer
        .token(AUDIENCE)
        .header("typ", "secevent+jwt")
        .withoutClaim("client_id")
        .withoutClaim("sub")
        .withoutClaim("exp")
        .claim("sub_id", issSub(issuer.issuer(), "alice"))
        .claim("events", Map.of(uri, event));
  }

  static Map<String, Object> issSub(String issuer, String subject) {
    return Map.of("format", "iss_sub", "iss", issuer, "sub", subject);
  }

  static Map<String, Object> opaque(String id) {
    return Map.of("format", "opaque", "id", id);
  }

  @Override
  public void close() {
    server.close();
  }
}
