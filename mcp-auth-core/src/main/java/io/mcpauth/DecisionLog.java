package io.mcpauth;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.token.McpPrincipal;
import io.mcpauth.token.SetupNote;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log and the application's listener of every decision. Refusals are logged at INFO,
 * faults of this side or of the authorization server at WARN, grants at DEBUG.
 */
final class DecisionLog {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceServer.class);

  private static final int MAX_CAUSES = 5;
  private static final int MAX_FRAMES = 8;

  private final List<AuthEvents> listeners;

  DecisionLog(List<AuthEvents> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  void decided(AuthEvents.Event event) {
    log(event);
    for (AuthEvents listener : listeners) {
      try {
        listener.decided(event);
      } catch (Exception | Error e) {
        if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
          throw fatal;
        }
        LOG.error("An AuthEvents listener failed; the decision stands: {}", trace(e));
      }
    }
  }

  void setUp(SetupNote note) {
    if (note.warning()) {
      LOG.warn("authorization server {}: {}", note.issuer(), note.text());
    } else {
      LOG.info("authorization server {}: {}", note.issuer(), note.text());
    }
  }

  void fault(Throwable fault) {
    LOG.error("A request could not be judged and is refused: {}", trace(fault));
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

  private static void log(AuthEvents.Event event) {
    var reason = event.reason();
    if (reason == null) {
      LOG.debug("granted {} to client {}", event.calls(), client(event));
    } else if (reason.status() == 503 && reason != ReasonCode.KEY_NOT_KNOWN_YET) {
      LOG.warn("refused: {} {}", reason, event.facts());
    } else if (event.principal() == null) {
      LOG.info("refused: {} {}", reason, event.facts()); // nobody is known, and no body was read
    } else {
      LOG.info(
          "refused {} to client {}: {} {}", event.calls(), client(event), reason, event.facts());
    }
  }

  private static @Nullable String client(AuthEvents.Event event) {
    McpPrincipal principal = event.principal();
    String client = principal == null ? null : principal.clientId();
    return client == null ? null : AuthException.fitForLog(client);
  }
}
