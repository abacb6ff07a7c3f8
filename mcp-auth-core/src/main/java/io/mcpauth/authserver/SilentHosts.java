package io.mcpauth.authserver;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.http.OutboundException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The hosts and documents that gave no answer, for the moment in which nobody asks them again. */
final class SilentHosts {
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final int MOST = 1000;

  private final Clock clock;
  private final Cache<String, Silence> silences;

  private record Silence(Instant since, AuthException problem) {}

  SilentHosts(Clock clock) {
    this.clock = clock;
    this.silences =
        Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterWrite(PAUSE)
            .executor(Runnable::run)
            .build();
  }

  void requireNone(ClientIdUrl url) {
    for (String place : new String[] {url.value(), origin(url)}) {
      Silence silence = silences.getIfPresent(place);
      if (silence != null
          && Duration.between(silence.since(), clock.instant()).abs().compareTo(PAUSE) < 0) {
        throw silence.problem();
      }
    }
  }

  /** What a failed fetch is called; remembers those that are the host's and no response. */
  AuthException noticed(ClientIdUrl url, OutboundException e) {
    if (e.reason() == OutboundException.Reason.TOO_LARGE) {
      return new AuthException(
          ReasonCode.CLIENT_DOCUMENT_INVALID,
          "The client metadata document is larger than 5 KB",
          Map.of("client_id", url.value(), "problem", "TOO_LARGE"));
    }
    AuthException problem = DocumentFetch.unavailable(url, e.reason().name());
    switch (e.reason()) {
      // Of the whole host: all its documents are out of reach alike.
      case CONNECT, PROXY, TLS, ADDRESS_REFUSED -> remember(origin(url), problem);
      // Perhaps of this document alone, and hosts may have many owners.
      case TIMEOUT -> remember(url.value(), problem);
      case TOO_LARGE, REDIRECT, SCHEME_REFUSED, BUSY, INTERRUPTED, IO, CLOSED -> {}
    }
    return problem;
  }

  private void remember(String place, AuthException problem) {
    silences.put(place, new Silence(clock.instant(), problem));
  }

  private static String origin(ClientIdUrl url) {
    return url.uri().getScheme() + "://" + url.uri().getRawAuthority();
  }
}
