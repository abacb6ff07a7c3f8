package io.mcpauth.scaling;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.FakeProvider;
import io.mcpauth.internal.jose.VerificationKey;
import java.util.ArrayList;
import java.util.List;

/**
 * An issuer whose times are known ahead: when it signs with a new key, which it publishes no
 * earlier, and when it cannot be reached. It answers in no time, and counts who asks.
 */
final class ScriptedProvider {
  private static final List<VerificationKey> BEFORE = new FakeProvider("old").get();
  private static final List<VerificationKey> AFTER = new FakeProvider("old", "new").get();

  private final List<Long> requests = new ArrayList<>();
  private long rotation = Long.MAX_VALUE;
  private long downFrom = Long.MAX_VALUE;
  private long downUntil = Long.MAX_VALUE;

  ScriptedProvider rotatesAt(long micros) {
    rotation = micros;
    return this;
  }

  ScriptedProvider downBetween(long from, long until) {
    downFrom = from;
    downUntil = until;
    return this;
  }

  /** The key that its tokens of that time are signed with. */
  String signsWith(long at) {
    return at < rotation ? "old" : "new";
  }

  List<VerificationKey> keys(long at) {
    requests.add(at);
    if (at >= downFrom && at < downUntil) {
      throw new AuthException(ReasonCode.KEYS_UNAVAILABLE);
    }
    return at < rotation ? BEFORE : AFTER;
  }

  long requestsBetween(long from, long until) {
    return requests.stream().filter(at -> at >= from && at < until).count();
  }

  /** The most requests in one of the spans that a time is divided into. */
  long mostInOne(long span, long from, long until) {
    int[] counts = new int[Math.toIntExact((until - from) / span)];
    long most = 0;
    for (long at : requests) {
      if (at >= from && at < until) {
        most = Math.max(most, ++counts[(int) ((at - from) / span)]);
      }
    }
    return most;
  }
}
