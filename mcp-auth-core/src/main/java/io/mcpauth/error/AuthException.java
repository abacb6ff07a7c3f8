package io.mcpauth.error;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request cannot be granted. The one exception of the library for requests; mistakes in the
 * set-up are {@code IllegalArgumentException} and {@code IllegalStateException}.
 *
 * <p>It carries no stack trace: refusing hostile traffic has to be cheap, and the reason says where
 * it comes from.
 */
public final class AuthException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_FACT_LENGTH = 200;

  private final ReasonCode reason;
  private final transient Map<String, String> facts;
  private final String description;

  /** A refusal without further facts. */
  public AuthException(ReasonCode reason) {
    this(reason, Map.of());
  }

  /**
   * A refusal.
   *
   * @param reason why
   * @param facts what an operator wants to know (expected and found issuer, audience, key id): for
   *     logs and events, never for the client, and never a token or a key. Values are made fit for
   *     a log line: control characters replaced, cut at 200 characters.
   */
  public AuthException(ReasonCode reason, Map<String, String> facts) {
    this(reason, reason.description(), facts);
  }

  /**
   * A refusal because of something that failed here, such as a request to the provider.
   *
   * @param facts as in the other constructor
   * @param cause what failed, or null; never for the client
   */
  public AuthException(ReasonCode reason, Map<String, String> facts, @Nullable Throwable cause) {
    this(reason, reason.description(), facts, cause);
  }

  /**
   * A refusal that tells the client what is wrong with its own request.
   *
   * @param description for the client, in place of {@link ReasonCode#description()}: a sentence
   *     that names the member and the remedy. Characters that an {@code error_description} does not
   *     have (RFC 6749 section 5.2) are replaced; cut at 200. It repeats no secret.
   * @param facts as in the other constructor
   */
  public AuthException(ReasonCode reason, String description, Map<String, String> facts) {
    this(reason, description, facts, null);
  }

  private AuthException(
      ReasonCode reason, String description, Map<String, String> facts, @Nullable Throwable cause) {
    super(reason.name(), cause, false, false);
    this.reason = reason;
    this.description = fitForDescription(description);
    Map<String, String> fit = new LinkedHashMap<>();
    facts.forEach((name, value) -> fit.put(name, fitForLog(value)));
    this.facts = Collections.unmodifiableMap(fit);
  }

  /** Why the request is refused. */
  public ReasonCode reason() {
    return reason;
  }

  /** What the client may be told, in the characters of an {@code error_description}. */
  public String description() {
    return description;
  }

  /** What an operator wants to know, in a stable order; never for the client. */
  public Map<String, String> facts() {
    return facts;
  }

  /** A value made fit for one line of a log: control characters replaced, cut at 200 characters. */
  public static String fitForLog(String value) {
    StringBuilder fit = new StringBuilder(Math.min(value.length(), MAX_FACT_LENGTH));
    for (int i = 0; i < value.length() && i < MAX_FACT_LENGTH; i++) {
      char c = value.charAt(i);
      // Line and paragraph separators and bidi controls forge log lines as CR and LF do.
      int type = Character.getType(c);
      boolean harmful =
          Character.isISOControl(c)
              || type == Character.FORMAT
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR
              || Character.isSurrogate(c);
      fit.append(harmful ? '?' : c);
    }
    return fit.toString();
  }

  /** RFC 6749 section 5.2: printable ASCII without the quotation mark and the backslash. */
  private static String fitForDescription(String text) {
    StringBuilder fit = new StringBuilder(Math.min(text.length(), MAX_FACT_LENGTH));
    for (int i = 0; i < text.length() && i < MAX_FACT_LENGTH; i++) {
      char c = text.charAt(i);
      boolean allowed = c >= ' ' && c <= '~' && c != '"' && c != '\\';
      fit.append(allowed ? c : '?');
    }
    return fit.toString();
  }
}
