package io.mcpauth.signals;

import io.mcpauth.internal.jose.Jwt;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What is received at one path: what the request has to look like, what the token says, and how the
 * sender is answered.
 */
interface SignalKind {
  /** The one {@code Content-Type} that it comes with, in lower case and without parameters. */
  String contentType();

  /**
   * Refuses a sender by a header that it was told to send.
   *
   * @return whether there is such a header, so that the sender is proven
   * @throws io.mcpauth.error.AuthException SIGNAL_SENDER_NOT_PROVEN
   */
  boolean requireSender(Function<String, List<String>> headers);

  /**
   * The token in a body.
   *
   * @throws io.mcpauth.error.AuthException SIGNAL_INVALID where there is not exactly one
   */
  String token(byte[] body);

  /**
   * Judges what a token says; proves nothing.
   *
   * @throws io.mcpauth.error.AuthException with the reason why it is none that is accepted
   */
  Signal judge(Jwt jwt);

  /**
   * Requires that it is signed by the issuer that it names.
   *
   * @throws io.mcpauth.error.AuthException as {@code IssuerSignatures.requireSigned} does
   */
  void requireSigned(String token, String issuer);

  /** Whether a signal that was received before is refused; else it is answered as at first. */
  boolean refusesRepetition();

  /** The answer to a good one. */
  SignalAnswer accepted();

  /** The body of the answer to a bad one. */
  Map<String, Object> refused(SignalRefusal refusal);
}
