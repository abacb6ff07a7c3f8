package io.mcpauth.authserver;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;

/**
 * Tells the operator which documents could not be had or used: their clients cannot log in, and do
 * not fall back to registration. Whoever may name a client id can cause such lines, so there are 10
 * in a minute at most, and the next one says how many were left out.
 */
final class DocumentLog {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int MOST = 10;

  private final Logger log;
  private final Clock clock;
  private Instant since = Instant.EPOCH;
  private int lines;
  private int left;

  DocumentLog(Logger log, Clock clock) {
    this.log = log;
    this.clock = clock;
  }

  /** What is behind a failed fetch; the client is not told. */
  void unavailable(ClientIdUrl url, String cause) {
    if (mayWrite()) {
      log.warn(
          "The client metadata document of {} cannot be had: {}. Clients that bring it cannot log"
              + " in. Where this server reaches no public addresses, have its metadata say"
              + " client_id_metadata_document_supported: false, and they register instead.",
          url.host(),
          cause);
    }
  }

  /** What is wrong with a document that came. */
  void invalid(ClientIdUrl url, String problem) {
    if (mayWrite()) {
      log.warn(
          "The client metadata document of {} cannot be used: {}. Its publisher has to mend it.",
          url.host(),
          problem);
    }
  }

  private synchronized boolean mayWrite() {
    Instant now = clock.instant();
    if (Duration.between(since, now).abs().compareTo(WINDOW) >= 0) {
      since = now;
      lines = 0;
    }
    if (lines == MOST) {
      left++;
      return false;
    }
    lines++;
    if (left > 0) {
      log.warn("{} more client metadata documents were not told of.", left);
      left = 0;
    }
    return true;
  }
}
