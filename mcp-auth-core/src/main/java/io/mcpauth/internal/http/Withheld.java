package io.mcpauth.internal.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps texts of a peer from people where they repeat a secret that was sent to it. */
public final class Withheld {
  /** As much as is ever shown, and a short secret that the cut would hide. */
  private static final int MAX_LENGTH = 400;

  /** A part this long of a token gives it away, or is at least none of an error's words. */
  private static final int PART = 12;

  private final List<String> secrets;

  /**
   * What was sent.
   *
   * @param secrets each in the form in which it went over the wire
   */
  public Withheld(List<String> secrets) {
    this.secrets = List.copyOf(secrets);
  }

  /** The text of a JSON value, or what stands for it; null where it is no text. */
  public @Nullable String shown(@Nullable Object value) {
    if (!(value instanceof String whole)) {
      return null;
    }
    String text = whole.length() > MAX_LENGTH ? whole.substring(0, MAX_LENGTH) : whole;
    return secrets.stream().anyMatch(secret -> repeats(text, secret))
        ? "(withheld: it repeats a secret)"
        : text;
  }

  private static boolean repeats(String text, String secret) {
    if (secret.length() <= PART) {
      return text.contains(secret);
    }
    for (int i = 0; i + PART <= text.length(); i++) {
      if (secret.contains(text.substring(i, i + PART))) {
        return true;
      }
    }
    return false;
  }

  /** Nothing of the secrets. */
  @Override
  public String toString() {
    return "Withheld[...]";
  }
}
