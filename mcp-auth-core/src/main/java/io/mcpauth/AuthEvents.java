package io.mcpauth;

import io.mcpauth.error.ReasonCode;
import io.mcpauth.issuer.AuthorizationEvent;
import io.mcpauth.token.McpPrincipal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sees every decision, on the thread of the request: it must be quick and do no I/O that can stall.
 * What it throws is logged and changes nothing.
 *
 * <pre>{@code
 * BlockingQueue<AuthEvents.Event> audit = new LinkedBlockingQueue<>(10_000);
 * LongAdder lost = new LongAdder();
 * builder.events(
 *     event -> {
 *       if (!audit.offer(event)) { // another thread takes from it, and writes
 *         lost.increment();
 *       }
 *     });
 * }</pre>
 */
@FunctionalInterface
public interface AuthEvents {
  /** A decision was taken. */
  void decided(Event event);

  /**
   * Something happened at an authorization server of one's own: a login, a consent, tokens, an end.
   * Heard by a listener that is set there too, as {@code events(listener::happened)}. Does nothing
   * by default.
   */
  default void happened(AuthorizationEvent event) {}

  /**
   * One decision, for audit and metrics. Holds no token, no argument of a call and no claim beyond
   * those of the principal.
   *
   * @param at when it was taken
   * @param resource the resource identifier
   * @param reason why it was refused, or null where it was granted
   * @param principal the caller, or null where none was proven; {@code actor()} says who acts for
   *     it
   * @param calls the JSON-RPC methods with the names of their targets, such as {@code tools/call
   *     read_file}; empty where the body was not read. Control characters are replaced. Of a batch
   *     the first twenty, and how many more there are.
   * @param facts what an operator wants to know of a refusal, such as the expected and the found
   *     issuer; fit for a log line, not for the client
   */
  record Event(
      Instant at,
      String resource,
      @Nullable ReasonCode reason,
      @Nullable McpPrincipal principal,
      List<String> calls,
      Map<String, String> facts) {
    /** Whether the request was handed on. */
    public boolean granted() {
      return reason == null;
    }
  }
}
