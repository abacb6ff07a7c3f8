package io.mcpauth.access;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether access is open.
 *
 * @param mode who gets in at all
 * @param message what the refused are told while it is closed, empty for nothing of its own
 * @param retryAfter when they may come again, while it is closed
 * @param since when it was set, by the clock of the store; null where it never was
 * @param madeBy who set it, empty where nobody did
 */
public record AccessStatus(
    AccessMode mode,
    String message,
    @Nullable Duration retryAfter,
    @Nullable Instant since,
    String madeBy) {
  /** Who gets in. */
  public enum AccessMode {
    /** Whoever has what the policy asks for. */
    OPEN,
    /** Of these only who is known: allowed by a rule, or in a session that is open. */
    KNOWN,
    /** Nobody. */
    CLOSED
  }

  /** What holds where nobody has set anything. */
  static final AccessStatus INITIAL = new AccessStatus(AccessMode.OPEN, "", null, null, "");
}
