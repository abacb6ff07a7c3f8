package io.mcpauth.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that holds for some callers until it is undone.
 *
 * @param id names it for {@link AccessControl#undo}: the same for the same kind and target, whoever
 *     made it
 * @param before for a cut-off, the instant: what may have been issued until then is refused; null
 *     for other kinds
 * @param since when it was made, by the clock of the store
 * @param endsAt when it ends by itself; null where it does not
 * @param madeBy who made it, as far as that is known, such as {@code command line}
 */
public record AccessRule(
    String id,
    Kind kind,
    AccessTarget target,
    @Nullable Instant before,
    Instant since,
    @Nullable Instant endsAt,
    String madeBy) {
  /** What a rule does. */
  public enum Kind {
    /** Its callers get in where only known clients do. */
    ALLOW,
    /** Its callers do not get in, whatever they bring. */
    DENY,
    /** What was issued before an instant is not good any more. */
    CUT_OFF,
    /**
     * What is left of cut-offs that are older than any token should last: a token from before,
     * which lasts longer than servers accept of a new one, is cut off, whosever it is.
     */
    CUT_OFF_OLD
  }
}
