package io.mcpauth.signals;

import io.mcpauth.access.AccessTarget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose tokens a signal ends. */
final class Targets {
  private Targets() {}

  /**
   * Those of a user, of one login of his, or of both together: where the login is known, the user's
   * other logins go on; which of them a token without a {@code sid} is of nobody can tell, so it
   * ends too.
   *
   * @param subject or null; one of both is there
   * @param session or null
   */
  static List<AccessTarget> of(String issuer, @Nullable String subject, @Nullable String session) {
    try {
      if (subject == null) {
        return session == null ? List.of() : List.of(AccessTarget.session(issuer, session));
      }
      return session == null
          ? List.of(AccessTarget.subject(issuer, subject))
          : List.of(AccessTarget.session(issuer, session), withoutSession(issuer, subject));
    } catch (IllegalArgumentException e) { // control characters, or longer than a token's
      throw SignalClaims.invalid(subject == null ? "sid" : "sub");
    }
  }

  /** Those of a user that carry no {@code sid}. */
  static AccessTarget withoutSession(String issuer, String subject) {
    try {
      return AccessTarget.subjectWithoutSession(issuer, subject);
    } catch (IllegalArgumentException e) {
      throw SignalClaims.invalid("sub");
    }
  }
}
