package io.mcpauth;

import io.mcpauth.metadata.ResourceIdentifier;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;

/**
 * Whether anybody ever asked a resource server, which is there to be asked: one that stands beside
 * an MCP server and in front of nothing leaves it open to everybody, and nothing else would say so.
 */
final class Asked {
  /**
   * What lived for less was made to see whether its configuration holds, or by a start that failed.
   */
  static final Duration SHORTEST_SERVICE = Duration.ofSeconds(10);

  private final Clock clock;
  private final Logger log;
  private final Instant since;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean ever;

  Asked(Clock clock, Logger log) {
    this.clock = clock;
    this.log = log;
    this.since = clock.instant();
  }

  /** By a request, or by an adapter that started. Read first: each request comes by here. */
  void now() {
    if (!ever) {
      ever = true;
    }
  }

  void closed(ResourceIdentifier resource) {
    boolean first = closed.compareAndSet(false, true);
    if (!first || ever || clock.instant().isBefore(since.plus(SHORTEST_SERVICE))) {
      return;
    }
    log.warn(
        "the resource server of '{}' is closed and was never asked: an MCP server that ran beside"
            + " it was open to everybody. A ResourceServer does nothing by itself. In a servlet"
            + " container write McpAuthInstaller.of(server).install(context); elsewhere call"
            + " server.decide(request) before each request (docs/reactive.md), or put the guard in"
            + " front (docs/guard.md).",
        resource);
  }
}
