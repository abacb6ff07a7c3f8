package io.mcpauth.issuer;

import io.mcpauth.error.AuthException;
import io.mcpauth.error.ReasonCode;
import io.mcpauth.internal.jose.Opaque;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Codes in a store: each is taken by one caller, and remembered for ten minutes, so that its coming
 * again ends what it began.
 *
 * @param end of the grant of a code that comes again
 */
record IssuedCodes(GrantEntries entries, OpaqueTexts texts, GrantEnd end, Clock clock) {
  private static final Duration LASTS = Duration.ofMinutes(1);
  private static final Duration IS_REMEMBERED = Duration.ofMinutes(10);

  String keep(Code code) {
    String text = texts.code();
    new GrantShares(entries).makeRoomForCode(code.user().id());
    entries.create(text, CodeEntry.of(code), code.user(), in(LASTS));
    return text;
  }

  boolean isOurs(String text) {
    return texts.isOurs(text, OpaqueTexts.Kind.CODE);
  }

  /** Whether it was issued to that client, also where it was taken. */
  boolean isOf(String code, String clientId) {
    GrantEntries.FoundCode found = entries.code(code);
    return found != null && found.entry().clientId().equals(clientId);
  }

  /** The id of the grant that a code of ours begins. */
  static String grantId(String code) {
    return Opaque.hash(OpaqueTexts.familyOfCode(code));
  }

  /**
   * Takes it, to one caller only.
   *
   * @throws AuthException CODE_INVALID, CODE_REUSED
   */
  Code take(String code) {
    if (!isOurs(code)) {
      throw new AuthException(ReasonCode.CODE_INVALID, Map.of("problem", "not issued here"));
    }
    GrantEntries.FoundCode found = entries.code(code);
    Code fresh = found == null ? null : found.entry().code();
    if (found != null && fresh != null) {
      CodeEntry taken = found.entry().taken(grantId(code));
      if (entries.replace(code, found, taken, in(IS_REMEMBERED))) {
        return fresh;
      }
      found = entries.code(code); // a fresh one changes once: another has just taken it
    }
    if (found == null) {
      throw new AuthException(ReasonCode.CODE_INVALID, Map.of("problem", "unknown or too old"));
    }
    comeAgain(code, found);
    throw reused(code);
  }

  /**
   * First that it came again, for who is just making the grant; then what there is of it. Whoever
   * sends it on and on has no more written.
   */
  private void comeAgain(String code, GrantEntries.FoundCode found) {
    if (found.entry().again()) {
      boolean unused = end.ifThere(grantId(code));
      return;
    }
    // A taken one changes once: where another was faster, he has written the same.
    boolean unusedIfSlower =
        entries.replace(code, found, found.entry().comeAgain(), in(IS_REMEMBERED));
    boolean unused = end.grant(grantId(code));
  }

  /**
   * Asks once more, behind what was made for a code that was taken.
   *
   * @throws AuthException if that must not be handed out: the code has come again, or its user or
   *     client was ended
   */
  void requireTakenOnce(String code) {
    GrantEntries.FoundCode found = entries.code(code);
    if (found == null) {
      throw new AuthException(ReasonCode.CODE_INVALID, Map.of("problem", "ended meanwhile"));
    }
    if (found.entry().again()) {
      throw reused(code);
    }
  }

  static AuthException reused(String code) {
    return new AuthException(ReasonCode.CODE_REUSED, Map.of("grant", grantId(code)));
  }

  private Instant in(Duration time) {
    return clock.instant().plus(time);
  }

  @Override
  public String toString() {
    return "IssuedCodes";
  }
}
