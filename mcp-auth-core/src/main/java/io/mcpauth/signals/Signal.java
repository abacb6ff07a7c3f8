package io.mcpauth.signals;

import io.mcpauth.access.AccessTarget;
import java.time.Instant;
import java.util.List;

/**
 * What a signal says, judged; nobody has vouched for it before its signature is checked.
 *
 * @param issuer its {@code iss}
 * @param tokenId its {@code jti}
 * @param name what it is, for the log, such as {@code session-revoked}
 * @param targets whose tokens end; none where there is nothing to do
 * @param before the instant: what was issued until then
 * @param goodUntil when it is too old in any case, so that its id need not be known any longer
 * @param note what the operator should know once, such as a subject that nobody here has; empty
 *     where there is nothing
 */
record Signal(
    String issuer,
    String tokenId,
    String name,
    List<AccessTarget> targets,
    Instant before,
    Instant goodUntil,
    String note) {
  Signal {
    targets = List.copyOf(targets);
  }
}
