package io.mcpauth;

import io.mcpauth.edge.Edge;
import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.error.Refusal;
import io.mcpauth.internal.net.LogLimit;
import io.mcpauth.metadata.ResourceIdentifier;
import io.mcpauth.policy.Actor;
import io.mcpauth.policy.RpcCalls;
import io.mcpauth.token.Authenticator;
import io.mcpauth.token.McpPrincipal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the log and the application's listener of every decision. Refusals are logged at INFO,
 * faults of this side or of the authorization server at WARN, grants at DEBUG; of refusals no more
 * than a few each second.
 */
final class DecisionLog {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceServer.class);

  /** The calls of a batch that an event names. */
  private static final int MAX_SUMMARIES = 20;

  private static final int MAX_CAUSES = 5;
  private static final int MAX_FRAMES = 8;

  private final List<AuthEvents> listeners;

  private final Logger log;
  private final LogLimit limit;

  DecisionLog(List<AuthEvents> listeners) {
    this(listeners, LOG, new LogLimit(System::nanoTime));
  }

  DecisionLog(List<AuthEvents> listeners, Logger log, LogLimit limit) {
    this.listeners = new CopyOnWriteArrayList<>(listeners);
    this.log = log;
    this.limit = limit;
  }

  /** Tells one more, until its place is given up. */
  ResourceServer.Registration add(AuthEvents listener) {
    // Its own, so that one who listens twice can leave once.
    AuthEvents one =
        new AuthEvents() {
          @Override
          public void decided(Event event) {
            listener.decided(event);
          }
        };
    listeners.add(one);
    return () -> listeners.remove(one);
  }

  /** Makes the event where somebody hears it: a listener, or the log. */
  void decided(Walk.End end, Clock clock, ResourceIdentifier resource) {
    Refusal refusal = end.refusal();
    boolean logged = isLogged(refusal) && isWithinLimit(refusal);
    if (!logged && listeners.isEmpty()) {
      return;
    }
    Edge.Messages messages = end.messages();
    AuthEvents.Event event =
        new AuthEvents.Event(
            clock.instant(),
            resource.value(),
            refusal == null ? null : refusal.reason(),
            end.caller(),
            messages == null ? List.of() : summaries(messages.calls().messages()),
            refusal == null ? Map.of() : refusal.facts());
    if (logged) {
      log(event);
    }
    for (AuthEvents listener : listeners) {
      try {
        listener.decided(event);
      } catch (Exception | Error e) {
        if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
          throw fatal;
        }
        log.error("An AuthEvents listener failed; the decision stands: {}", trace(e));
      }
    }
  }

  /** Bounded: a batch of a megabyte would make a line of a log almost as long. */
  private static List<String> summaries(List<RpcCalls.Message> messages) {
    List<String> summaries = new ArrayList<>();
    for (RpcCalls.Message message : messages.subList(0, Math.min(messages.size(), MAX_SUMMARIES))) {
      summaries.add(AuthException.fitForLog(message.summary()));
    }
    if (messages.size() > MAX_SUMMARIES) {
      summaries.add((messages.size() - MAX_SUMMARIES) + " more");
    }
    return summaries;
  }

  void setUp(Authenticator.SetupNote note) {
    if (note.warning()) {
      log.warn("authorization server {}: {}", note.issuer(), note.text());
    } else {
      log.info("authorization server {}: {}", note.issuer(), note.text());
    }
  }

  void fault(Throwable fault) {
    long left = limit.admit("faults");
    if (left > 0) {
      log.error("{} more faults were not logged", left);
    }
    if (left >= 0) {
      log.error("A request could not be judged and is refused: {}", trace(fault));
    }
  }

  /** Classes and places without the messages: a verifier's exception may quote the token. */
  private static String trace(Throwable fault) {
    StringBuilder trace = new StringBuilder();
    Throwable cause = fault;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      trace.append(depth == 0 ? "" : " caused by ").append(cause.getClass().getName());
      StackTraceElement[] frames = cause.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
        trace.append(" at ").append(frames[i]);
      }
      cause = cause.getCause();
    }
    return trace.toString();
  }

  private void log(AuthEvents.Event event) {
    var reason = event.reason();
    if (reason == null) {
      log.debug("granted {} to client {}", event.calls(), client(event));
    } else if (isOutage(reason)) {
      log.warn("refused: {} {}", reason, event.facts());
    } else if (event.principal() == null) {
      log.info("refused: {} {}", reason, event.facts()); // nobody is known, and no body was read
    } else {
      log.info(
          "refused {} to client {}: {} {}", event.calls(), client(event), reason, event.facts());
    }
  }

  private boolean isLogged(@Nullable Refusal refusal) {
    if (refusal == null) {
      return log.isDebugEnabled();
    }
    return isOutage(refusal.reason()) ? log.isWarnEnabled() : log.isInfoEnabled();
  }

  private boolean isWithinLimit(@Nullable Refusal refusal) {
    if (refusal == null) {
      return true; // whoever has grants logged wants them all
    }
    long left = limit.admit(refusal.reason());
    if (left > 0) {
      log.atLevel(isOutage(refusal.reason()) ? Level.WARN : Level.INFO)
          .log("refused: {} more for {} that were not logged", left, refusal.reason());
    }
    return left >= 0;
  }

  private static boolean isOutage(ReasonCode reason) {
    return reason.status() == 503
        && reason != ReasonCode.KEY_NOT_KNOWN_YET
        && reason != ReasonCode.OVER_LIMIT // strangers can have these two when they like
        && reason != ReasonCode.ACCESS_CLOSED; // it is so because somebody wants it
  }

  /** With the clients that act for its user: subjects may be personal. */
  private static @Nullable String client(AuthEvents.Event event) {
    McpPrincipal principal = event.principal();
    String client = principal == null ? null : principal.clientId();
    Actor actor = principal == null ? null : principal.actor();
    String name = client == null ? null : AuthException.fitForLog(client);
    return actor == null ? name : name + " (acting: " + actor.clients() + ")";
  }
}
