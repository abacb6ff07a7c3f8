package io.mcpauth.token;

import io.mcpauth.edge.AccessRequest;
import io.mcpauth.edge.SessionUser;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.policy.LivePolicy;
import io.mcpauth.policy.Scheme;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the application whose session a request is of, and judges what it says as every other
 * credential of this server is judged.
 *
 * @param local mints the principal
 * @param resource what such a session is for
 */
record SessionAuthentication(LocalIssuer local, String resource, Clock clock)
    implements Authentication<Credential.Session> {
  /** For so long one request proves it: a logout is told to nobody, and a stream asks once. */
  private static final Duration LONGEST = Duration.ofHours(1);

  @Override
  public Class<Credential.Session> credential() {
    return Credential.Session.class;
  }

  @Override
  public Authenticator.Outcome prove(
      Credential.Session credential, AccessRequest request, LivePolicy.Generation generation) {
    SessionUser user = user(request);
    Instant now = clock.instant();
    Instant end = user == null ? now : earlier(user.until(), now.plus(LONGEST));
    if (user == null || end.getEpochSecond() <= now.getEpochSecond()) {
      return new Authenticator.Nobody(); // one that is over is none, and no bad token
    }
    Instant since = user.since();
    LocalIssuer.Known known =
        new LocalIssuer.Known(
            null,
            "",
            user.subject(),
            null,
            resource,
            user.scopes(),
            since == null ? null : earlier(since, now),
            end,
            user.claims());
    return local.prove(known, Scheme.SESSION, generation);
  }

  /** The application says who it is, or that it cannot; a request is not its business. */
  private static @Nullable SessionUser user(AccessRequest request) {
    try {
      return request.session();
    } catch (AuthException e) {
      throw e.reason().status() == 503
          ? e
          : new AuthException(
              ReasonCode.INTERNAL_FAULT, Map.of("session_reason", e.reason().name()));
    }
  }

  private static Instant earlier(@Nullable Instant one, Instant other) {
    return one == null || other.isBefore(one) ? other : one;
  }
}
