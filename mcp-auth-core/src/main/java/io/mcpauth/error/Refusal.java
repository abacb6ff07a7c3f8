package io.mcpauth.error;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why the walk of a request ends: what each of its steps returns instead of going on. Part of the
 * machinery behind {@code ResourceServer}; code of an application throws {@link AuthException}.
 *
 * @param reason why
 * @param scopes what a 401 or 403 asks for; none leaves that to the policy's initial scopes, or to
 *     nobody
 * @param facts what an operator wants to know, fit for a log line; never for the client
 * @param notice what the operator says to the client; null for nothing of his own
 * @param login what another login of the user has to be; null where none is asked for
 */
public record Refusal(
    ReasonCode reason,
    List<String> scopes,
    Map<String, String> facts,
    @Nullable Notice notice,
    @Nullable AnotherLogin login) {
  /**
   * Words of the operator's own for those who are refused.
   *
   * @param message in place of the description of the reason; empty for that
   * @param retryAfterSeconds when they may come again (RFC 9110 section 10.2.3)
   */
  public record Notice(String message, long retryAfterSeconds) {}

  /**
   * A login of the user (RFC 9470 section 3).
   *
   * @param acrValues one of these has to be its {@code acr}, the best first; null for any
   * @param maxAge the longest that it may be ago, in whole seconds; null for any time
   */
  public record AnotherLogin(@Nullable List<String> acrValues, @Nullable Duration maxAge) {
    /** As parameters of a challenge. */
    public Map<String, String> parameters() {
      Map<String, String> parameters = new LinkedHashMap<>();
      if (acrValues != null) {
        parameters.put("acr_values", String.join(" ", acrValues));
      }
      if (maxAge != null) {
        parameters.put("max_age", Long.toString(maxAge.toSeconds()));
      }
      return parameters;
    }
  }

  private Refusal(ReasonCode reason, List<String> scopes, Map<String, String> facts) {
    this(reason, scopes, facts, null, null);
  }

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
    return new Refusal(reason, asked, facts, notice, login);
  }

  /** The same, with words of the operator's own. */
  public Refusal saying(Notice words) {
    return new Refusal(reason, scopes, facts, words, login);
  }

  /** The same, asking for another login. */
  public Refusal asking(AnotherLogin another) {
    return new Refusal(reason, scopes, facts, notice, another);
  }
}
