package io.mcpauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcpauth.policy.ToolPolicy;
import io.mcpauth.signals.BackChannelLogout;
import io.mcpauth.token.AuthorizationServer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What the end of a resource server says that was in front of nothing. */
class AskedTest {
  private static final Duration LONG = Asked.SHORTEST_SERVICE;
  private static final String WARNING =
      "WARN the resource server of 'https://mcp.example.com/mcp' is closed and was never asked: an"
          + " MCP server that ran beside it was open to everybody. A ResourceServer does nothing by"
          + " itself. In a servlet container write McpAuthInstaller.of(server).install(context);"
          + " elsewhere call server.decide(request) before each request (docs/reactive.md), or put"
          + " the guard in front (docs/guard.md).";

  @Test
  void neverAsked_isToldOnce() {
    assertThat(linesAfter(server -> {}, LONG)).containsExactly(WARNING);
    assertThat(linesAfter(server -> server.metadata(), LONG)).containsExactly(WARNING);
    assertThat(linesAfter(ResourceServer::close, Duration.ZERO)).isEmpty();
  }

  @Test
  void closedTwice_isToldOnce() {
    RecordedLog log = new RecordedLog();
    MutableClock clock = new MutableClock();
    ResourceServer server = builder(clock).build(log.logger());
    clock.advance(LONG);
    server.close();
    server.close();
    assertThat(log.lines()).containsExactly(WARNING);
  }

  @Test
  void askedOrInstalled_saysNothing() {
    assertThat(linesAfter(server -> server.decide(RequestStub.of("GET")), LONG)).isEmpty();
    assertThat(linesAfter(ResourceServer::checkSetup, LONG)).isEmpty();
  }

  @Test
  void signalAlone_saysNothing() {
    RecordedLog log = new RecordedLog();
    MutableClock clock = new MutableClock();
    try (ResourceServer server =
        builder(clock)
            .backChannelLogout(BackChannelLogout.at("/logout", "client"))
            .build(log.logger())) {
      server.signal("/logout", RequestStub.of("POST"));
      clock.advance(LONG);
    }
    assertThat(log.lines()).isEmpty();
  }

  /** A command that looks whether a configuration holds, a test, or a start that failed. */
  @Test
  void madeToBeLookedAt_saysNothing() {
    assertThat(linesAfter(server -> {}, LONG.minusMillis(1))).isEmpty();
  }

  /** A clock that was set back says nothing about the time that it was there. */
  @Test
  void clockSetBack_saysNothing() {
    assertThat(linesAfter(server -> {}, LONG.negated())).isEmpty();
  }

  private static List<String> linesAfter(Consumer<ResourceServer> use, Duration service) {
    RecordedLog log = new RecordedLog();
    MutableClock clock = new MutableClock();
    try (ResourceServer server = builder(clock).build(log.logger())) {
      use.accept(server);
      clock.advance(service);
    }
    return log.lines();
  }

  private static ResourceServerBuilder builder(MutableClock clock) {
    return ResourceServer.builder(
            "https://mcp.example.com/mcp",
            AuthorizationServer.of("https://login.example.com"),
            ToolPolicy.builder().tool("t", "s").build())
        .clock(clock);
  }
}
