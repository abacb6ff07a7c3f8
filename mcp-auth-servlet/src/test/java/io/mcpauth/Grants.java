package io.mcpauth;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import java.util.List;
import java.util.Map;

/** Grants as only a decision makes them. */
public final class Grants {
  private Grants() {}

  /** Anonymous, and tells a list what it is told of sessions. */
  public static AccessDecision.Granted anonymous(List<String> told) {
    return new AccessDecision.Granted(
        null,
        true,
        new SessionCalls() {
          @Override
          public void opened(String id) {
            told.add("opened " + id);
          }

          @Override
          public void ended() {
            told.add("ended");
          }

          @Override
          public boolean isLost() {
            return false;
          }
        },
        Map.of());
  }

  /** Anonymous, with a session store that fails. */
  public static AccessDecision.Granted withoutStore() {
    return new AccessDecision.Granted(
        null,
        false,
        new SessionCalls() {
          @Override
          public void opened(String id) {
            throw new AuthException(ReasonCode.SESSIONS_UNAVAILABLE);
          }

          @Override
          public void ended() {
            throw new AuthException(ReasonCode.SESSIONS_UNAVAILABLE);
          }

          @Override
          public boolean isLost() {
            return true;
          }
        },
        Map.of());
  }
}
