package io.mcpauth.client;

import java.util.regex.Pattern;

/**
 * What a client gets new access tokens with (RFC 6749 section 1.5), at the authorization server
 * that issued it and nowhere else. Immutable; nothing prints the value.
 */
public final class RefreshToken {
  /** RFC 6749 appendix A.17: VSCHAR. */
  private static final Pattern FORM = Pattern.compile("[ -~]{1,16384}");

  private final String value;

  private RefreshToken(String value) {
    this.value = value;
  }

  /**
   * One that was kept.
   *
   * @throws IllegalArgumentException if it is blank, over 16 KiB or has other characters than
   *     visible ASCII; the message does not repeat it
   */
  public static RefreshToken of(String value) {
    if (!isWellFormed(value)) {
      throw new IllegalArgumentException(
          "A refresh token is 1 to 16384 characters of visible ASCII."
              + " Write it as the authorization server sent it.");
    }
    return new RefreshToken(value);
  }

  static boolean isWellFormed(String value) {
    return FORM.matcher(value).matches() && !value.isBlank();
  }

  /** The value; a secret. */
  public String value() {
    return value;
  }

  /** No value. */
  @Override
  public String toString() {
    return "RefreshToken[...]";
  }
}
