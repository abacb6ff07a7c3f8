package io.mcpauth.internal.http;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The instant, on the monotonic clock, by which a whole exchange must be over. */
record Deadline(long nanoTime) {
  static Deadline after(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  /** The time left; zero or less when it is over. */
  long remainingNanos() {
    return nanoTime - System.nanoTime();
  }

  /** The time left for a socket option, where zero would mean "for ever". */
  int remainingMillis() throws SocketTimeoutException {
    long nanos = remainingNanos();
    if (nanos <= 0) {
      throw new SocketTimeoutException();
    }
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
  }
}
