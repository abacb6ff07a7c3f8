package io.mcpauth.registration;

import org.jspecify.annotations.Nullable;

/**
 * The secrets of one request, and what may be shown of its answer: no text that repeats one.
 *
 * @param token that authorizes the request
 * @param clientSecret in its body
 */
record Withheld(@Nullable String token, @Nullable String clientSecret) {
  /** As much as is ever shown, and a short secret that the cut would hide. */
  private static final int MAX_LENGTH = 400;

  /** A part this long of a secret gives it away. */
  private static final int PART = 12;

  Withheld(@Nullable String token) {
    this(token, null);
  }

  /** The text of a JSON value, or what stands for it; null where it is no text. */
  @Nullable String shown(@Nullable Object value) {
    if (!(value instanceof String whole)) {
      return null;
    }
    String text = whole.length() > MAX_LENGTH ? whole.substring(0, MAX_LENGTH) : whole;
    return repeats(text, token) || repeats(text, clientSecret)
        ? "(withheld: it repeats a secret)"
        : text;
  }

  private static boolean repeats(String text, @Nullable String secret) {
    if (secret == null || secret.length() <= PART) {
      return secret != null && text.contains(secret);
    }
    for (int i = 0; i + PART <= text.length(); i++) {
      if (secret.contains(text.substring(i, i + PART))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return "Withheld[...]";
  }
}
