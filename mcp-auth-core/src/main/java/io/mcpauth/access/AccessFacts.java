package io.mcpauth.access;

import io.mcpauth.internal.jose.Opaque;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What rules of access ask of a proven caller. Part of the machinery behind {@code ResourceServer};
 * applications do not need it.
 */
public interface AccessFacts {
  /** The {@code iss} of the token. */
  String issuer();

  /** Its {@code sub}, or null. */
  @Nullable String subject();

  /** Its client, or null. */
  @Nullable String clientId();

  /** The id of the key that signed it, or null. */
  @Nullable String keyId();

  /** The earliest time that it may have been issued, by our clock; null for any. */
  @Nullable Instant surelyIssuedAt();

  /**
   * The earliest time that what the token is of may have been granted: what a cut-off compares. By
   * our clock, or that of the rules themselves; null for any. When it was issued where nothing else
   * is known.
   */
  default @Nullable Instant surelyGrantedAt() {
    return surelyIssuedAt();
  }

  /** The {@link #mark} of its {@code jti}. */
  long tokenMark();

  /** The {@link #mark} of its {@code sid}. */
  long sessionMark();

  /** The SHA-256 of the token in base64url. */
  String tokenHash();

  /** Whether the credential is as good as when it was proven: one that we issue may have ended. */
  default boolean isStillGood() {
    return true;
  }

  /** The groups of the user; null where they were not kept. */
  @Nullable Collection<String> groups();

  /**
   * What rules ask of who acts for the subject (RFC 8693 section 4.1): the same token with the
   * issuer, subject and client of the current actor. Who is kept out gets in for nobody else
   * either. Null where nobody acts.
   */
  default @Nullable AccessFacts actor() {
    return null;
  }

  /**
   * What is kept of an id that only its issuer knows: enough to tell it from others, and small.
   * Whose mark is that of another, one in 2^64, would be refused with him; nobody gets in by it.
   *
   * @return never 0 for an id; 0 for none
   */
  static long mark(String issuer, @Nullable String id) {
    if (id == null) {
      return 0;
    }
    long mark = ByteBuffer.wrap(Opaque.sha256(issuer + "\n" + id)).getLong();
    return mark == 0 ? 1 : mark;
  }
}
