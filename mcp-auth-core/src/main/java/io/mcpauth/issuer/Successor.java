package io.mcpauth.issuer;

import io.mcpauth.internal.jose.Opaque;
import io.mcpauth.seal.SealKeys;
import io.mcpauth.seal.StoredSecrets;

/**
 * The refresh token after another one, encrypted under that one: who brings the former one in time
 * can be given it again, and who reads the store has nothing.
 */
final class Successor {
  private Successor() {}

  static String seal(String successor, String former, String grantId) {
    return under(former).seal(GrantEntries.GRANTS, grantId, successor);
  }

  /**
   * The refresh token.
   *
   * @throws io.mcpauth.store.StoreException if the text is not what {@link #seal} made for these
   */
  static String open(String sealed, String former, String grantId) {
    return under(former).open(GrantEntries.GRANTS, grantId, sealed);
  }

  /** Another hash than the one that the store has of it. */
  private static StoredSecrets under(String former) {
    return StoredSecrets.of(SealKeys.of(Opaque.sha256("key for the successor of " + former)));
  }
}
