package io.mcpauth.internal.json;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads a time as tokens have it: seconds since 1970, fractions allowed (RFC 7519 section 2). */
public final class NumericDate {
  /** A day short of what an Instant holds, so that a clock skew can be added. */
  private static final BigDecimal LAST_SECOND =
      BigDecimal.valueOf(Instant.MAX.minus(Duration.ofDays(1)).getEpochSecond());

  private NumericDate() {}

  /** The time in whole seconds; null where the value is none. */
  public static @Nullable Instant of(@Nullable Object value) {
    if (value instanceof Long whole && whole >= 0 && whole <= LAST_SECOND.longValue()) {
      return Instant.ofEpochSecond(whole); // as nearly always
    }
    BigDecimal seconds =
        value instanceof BigDecimal decimal
            ? decimal
            : value instanceof Long whole ? BigDecimal.valueOf(whole) : number(value);
    // Compared before it is expanded: 1e300 has three hundred digits.
    if (seconds == null || seconds.signum() < 0 || seconds.compareTo(LAST_SECOND) > 0) {
      return null;
    }
    return Instant.ofEpochSecond(seconds.longValue());
  }

  /** A number as a verifier of the application's own may give it. */
  private static @Nullable BigDecimal number(@Nullable Object value) {
    return value instanceof Number number && Double.isFinite(number.doubleValue())
        ? BigDecimal.valueOf(number.doubleValue())
        : null;
  }
}
