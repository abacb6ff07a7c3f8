package io.mcpauth.scaling;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** The time of a simulation, in microseconds from its start: it passes where it is told to. */
final class VirtualTime extends Clock {
  static final long SECOND = 1_000_000;
  static final long MINUTE = 60 * SECOND;

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private long micros;

  long micros() {
    return micros;
  }

  void passTo(long later) {
    if (later < micros) {
      throw new IllegalArgumentException("Time does not go back from " + micros + " to " + later);
    }
    micros = later;
  }

  @Override
  public Instant instant() {
    return START.plus(micros, ChronoUnit.MICROS);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("No simulation needs another zone");
  }
}
