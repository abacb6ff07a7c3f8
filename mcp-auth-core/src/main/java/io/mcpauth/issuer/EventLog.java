package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.net.LogLimit;
import io.mcpauth.store.StoreException;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log and the application's listener what happened; of each kind some a second. */
final class EventLog {
  private static final Logger LOG = LoggerFactory.getLogger(OAuthServer.class);

  private final String issuer;
  private final Clock clock;
  private final Consumer<AuthorizationEvent> listener;
  private final LogLimit limit = new LogLimit(System::nanoTime);

  EventLog(String issuer, Clock clock, Consumer<AuthorizationEvent> listener) {
    this.issuer = issuer;
    this.clock = clock;
    this.listener = listener;
  }

  /**
   * Something was done, or refused.
   *
   * @param refusal null where it was done
   */
  void tell(
      AuthorizationEvent.Kind kind,
      @Nullable AuthException refusal,
      @Nullable String clientId,
      @Nullable String subject,
      @Nullable String grantId,
      Set<String> scopes) {
    ReasonCode reason = refusal == null ? null : refusal.reason();
    Map<String, String> facts = refusal == null ? Map.of() : refusal.facts();
    AuthorizationEvent event =
        new AuthorizationEvent(
            clock.instant(),
            issuer,
            kind,
            reason,
            clientId == null ? null : AuthException.fitForLog(clientId),
            subject,
            grantId,
            scopes,
            facts);
    log(event);
    try {
      listener.accept(event);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error(
          "A listener for events of the authorization server failed; what happened stands: {}",
          e.getClass().getName());
    }
  }

  /** Users are personal, so they are for the listener alone. */
  private void log(AuthorizationEvent event) {
    ReasonCode reason = event.reason();
    Object kind = reason == null ? event.kind() : reason;
    long left = limit.admit(kind);
    if (left < 0) {
      return;
    }
    if (left > 0) {
      LOG.info("{} more of {} were not logged", left, kind);
    }
    String whose = event.clientId() == null ? "" : " for client " + event.clientId();
    if (reason == null) {
      LOG.info("{}{} {}", event.kind(), whose, event.scopes());
    } else {
      LOG.info("{}{} refused: {} {}", event.kind(), whose, reason, event.facts());
    }
  }

  /** What a fault is told as. */
  static AuthException refusal(RuntimeException fault) {
    return new AuthException(
        fault instanceof StoreException ? ReasonCode.STORE_UNAVAILABLE : ReasonCode.INTERNAL_FAULT);
  }

  /** A fault of this side: its class and place, for its message may quote a secret. */
  void fault(Throwable fault) {
    if (limit.admit("faults") >= 0) {
      StackTraceElement[] frames = fault.getStackTrace();
      LOG.error(
          "A request to the authorization server could not be answered: {} at {}",
          fault.getClass().getName(),
          frames.length == 0 ? "an unknown place" : frames[0]);
    }
  }
}
