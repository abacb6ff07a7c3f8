package io.mcpauth.token;

import io.mcpauth.internal.jose.IssuerKeys;
import io.mcpauth.internal.jose.VerificationKey;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Why a token is known to be authentic, and for how long that may be kept. */
sealed interface Evidence {
  /**
   * A key of the issuer signed it.
   *
   * @param keys the keys of the issuer
   * @param key the one that signed
   */
  record SignedBy(IssuerKeys keys, VerificationKey key) implements Evidence {
    @Override
    public boolean holds() {
      return keys.publishes(key);
    }

    @Override
    public Duration keptFor() {
      return KeptVerdicts.LONGEST;
    }

    /** As the issuer publishes it: a token need not name it. */
    @Override
    public @Nullable String keyId() {
      return key.kid();
    }
  }

  /**
   * A verifier of the application's own said so, or the authorization server that was asked.
   *
   * @param keptFor for how long it may be kept; zero for not at all
   * @param grantedAt when what the token is of was granted, by the clock of rules of access; null
   *     where that is not known
   */
  record Vouched(Duration keptFor, @Nullable Instant grantedAt) implements Evidence {
    /** Of something that was granted nobody knows when. */
    Vouched(Duration keptFor) {
      this(keptFor, null);
    }

    @Override
    public boolean holds() {
      return true;
    }

    @Override
    public @Nullable String keyId() {
      return null;
    }
  }

  /**
   * A key of the issuer signed it, and the issuer said that it has not revoked it.
   *
   * @param signed the key
   * @param keptFor for how long that may be kept
   */
  record SignedAndActive(Evidence signed, Duration keptFor) implements Evidence {
    @Override
    public boolean holds() {
      return signed.holds();
    }

    @Override
    public @Nullable String keyId() {
      return signed.keyId();
    }
  }

  /** Whether it still is so; asks the issuer when its time has come. */
  boolean holds();

  /** The longest that a verdict may be kept on it. */
  Duration keptFor();

  /** The id of the key that signed, or null. */
  @Nullable String keyId();

  /** When it was granted, by the clock of rules of access; null where that is not known. */
  default @Nullable Instant grantedAt() {
    return null;
  }
}
