package io.mcpauth.examples.authserver;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The system's clock, moved forward by a test instead of waiting. */
final class MovedClock extends Clock {
  private volatile Duration ahead = Duration.ZERO;

  void moveTo(Duration fromNow) {
    ahead = fromNow;
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
