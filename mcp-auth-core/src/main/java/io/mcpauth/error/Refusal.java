package io.mcpauth.error;

import java.util.List;
import java.util.Map;

/**
 * Why the walk of a request ends: what each of its steps returns instead of going on. Part of the
 * machinery behind {@code ResourceServer}; code of an application throws {@link AuthException}.
 *
 * @param reason why
 * @param scopes what a 401 or 403 asks for; none leaves that to the policy's initial scopes, or to
 *     nobody
 * @param facts what an operator wants to know, fit for a log line; never for the client
 */
public record Refusal(ReasonCode reason, List<String> scopes, Map<String, String> facts) {
  /** A refusal that names no scopes and has nothing to add. */
  public static Refusal of(ReasonCode reason) {
    return new Refusal(reason, List.of(), Map.of());
  }

  /** What was thrown, as a record. */
  public static Refusal of(AuthException thrown) {
    return new Refusal(thrown.reason(), List.of(), thrown.facts());
  }

  /** A refusal with facts, made fit for a log line. */
  public static Refusal of(ReasonCode reason, Map<String, String> facts) {
    return of(new AuthException(reason, facts));
  }

  /** The same, asking for these scopes. */
  public Refusal asking(List<String> asked) {
    return new Refusal(reason, asked, facts);
  }
}
