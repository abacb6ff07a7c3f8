package io.mcpauth.authserver;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document and what its response said about keeping it.
 *
 * @param document what it says
 * @param since when it was asked for; its age counts from there
 * @param freshFor how long it may be used without asking again
 * @param mayBeKept false where nothing of it may outlive the request that asked
 * @param etag to ask for a newer one only, or null where it has none fit to be sent
 * @param headers those of the response, by lower-case name: a 304 changes some and leaves others
 */
record KeptDocument(
    ClientIdDocument document,
    Instant since,
    Duration freshFor,
    boolean mayBeKept,
    @Nullable String etag,
    Map<String, List<String>> headers) {

  /** In either direction: a clock that is set back must not make a document last longer. */
  boolean isFreshAt(Instant now) {
    return Duration.between(since, now).abs().compareTo(freshFor) < 0;
  }
}
