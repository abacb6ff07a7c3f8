package io.mcpauth.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.time.Duration;
import org.apache.hc.core5.ssl.SSLContexts;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The clients that the tests share the making of. */
final class Clients {
  /** For tests that expect an answer: long enough for a busy machine. */
  static final Duration PATIENT = Duration.ofSeconds(60);

  /** For tests that expect the deadline. */
  static final Duration HASTY = Duration.ofMillis(300);

  private Clients() {}

  static OutboundHttp patient() {
    return with(new OutboundHttp.Limits(PATIENT, 1000, 4), InetAddress::getAllByName);
  }

  static OutboundHttp hasty() {
    return with(new OutboundHttp.Limits(HASTY, 1000, 4), InetAddress::getAllByName);
  }

  static OutboundHttp with(OutboundHttp.Limits limits, AddressLookup lookup) {
    return new OutboundHttp(limits, lookup, SSLContexts.createDefault());
  }

  static OutboundException failure(ThrowingCallable call) {
    OutboundException failure = catchThrowableOfType(OutboundException.class, call);
    assertThat(failure).as("the call fails").isNotNull();
    return failure;
  }

  static OutboundException.Reason reason(ThrowingCallable call) {
    return failure(call).reason();
  }
}
