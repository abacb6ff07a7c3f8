package io.mcpauth.client;

import java.util.regex.Pattern;

/**
 * A JWT that another party has signed and that stands for a user or a workload: an ID token, an
 * identity assertion (ID-JAG) or a workload's token (RFC 7521 section 3). Immutable; nothing prints
 * the value.
 *
 * <p>Does not check: its signature and its claims, which are for the server that it is shown to.
 */
public final class JwtAssertion {
  /** RFC 7515 section 3.1; the alg none has no signature. */
  private static final Pattern SIGNED =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

  private static final int MAX_LENGTH = 16 * 1024;

  private final String value;

  private JwtAssertion(String value) {
    this.value = value;
  }

  /**
   * One that was received.
   *
   * @throws IllegalArgumentException if it has not the three parts of a signed JWT, or is over 16
   *     KiB; the message does not repeat it
   */
  public static JwtAssertion of(String value) {
    if (value.length() > MAX_LENGTH || !SIGNED.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "An assertion is a signed JWT of three parts, up to 16384 characters."
              + " Write the token alone.");
    }
    return new JwtAssertion(value);
  }

  String value() {
    return value;
  }

  /** No value. */
  @Override
  public String toString() {
    return "JwtAssertion[...]";
  }
}
