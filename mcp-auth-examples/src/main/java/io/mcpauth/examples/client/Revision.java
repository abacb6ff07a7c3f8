package io.mcpauth.examples.client;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The revisions of the protocol that this client speaks. */
public enum Revision {
  /** The first with authorization, without protected resource metadata. */
  R2025_03_26("2025-03-26"),
  /** The first with protected resource metadata. */
  R2025_06_18("2025-06-18"),
  /** The last with a handshake. */
  R2025_11_25("2025-11-25"),
  /** Without handshake and session. */
  R2026_07_28("2026-07-28");

  private final String date;

  Revision(String date) {
    this.date = date;
  }

  /** The revision of that date, or null. */
  static @Nullable Revision of(String date) {
    return Arrays.stream(values()).filter(one -> one.date.equals(date)).findFirst().orElse(null);
  }

  /** As it travels. */
  public String date() {
    return date;
  }

  /** Without handshake and session, each request for itself. */
  boolean isStateless() {
    return this == R2026_07_28;
  }

  /** Whether a server may be without protected resource metadata, and is its own login then. */
  boolean isBeforeResourceMetadata() {
    return this == R2025_03_26;
  }

  @Override
  public String toString() {
    return date;
  }
}
