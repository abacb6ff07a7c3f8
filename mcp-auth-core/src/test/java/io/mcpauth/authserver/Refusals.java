package io.mcpauth.authserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What the tests of this package share. */
final class Refusals {
  private Refusals() {}

  static AuthException refusal(ThrowingCallable call) {
    AuthException refusal = catchThrowableOfType(AuthException.class, call);
    assertThat(refusal).as("the call is refused").isNotNull();
    return refusal;
  }

  static ReasonCode reason(ThrowingCallable call) {
    return refusal(call).reason();
  }
}
