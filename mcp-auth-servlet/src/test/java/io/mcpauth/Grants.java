package io.mcpauth;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.mcpauth.session.SessionOwners;
import io.mcpauth.session.SessionStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Grants as only a decision makes them. */
public final class Grants {
  private Grants() {}

  /** Anonymous, and tells a list what its store is told of sessions, by their keys. */
  public static AccessDecision.Granted anonymous(List<String> told) {
    return granted(
        true,
        new SessionStore() {
          @Override
          public void put(String key, String owner) {
            told.add("opened " + key);
          }

          @Override
          public @Nullable String owner(String key) {
            return "";
          }

          @Override
          public boolean replaceOwner(String key, String expected, String owner) {
            return false;
          }

          @Override
          public void remove(String key) {
            told.add("ended " + key);
          }
        });
  }

  /** Anonymous, with a session store that fails. */
  public static AccessDecision.Granted withoutStore() {
    return granted(
        false,
        new SessionStore() {
          @Override
          public void put(String key, String owner) {
            throw new IllegalStateException("down");
          }

          @Override
          public @Nullable String owner(String key) {
            throw new IllegalStateException("down");
          }

          @Override
          public boolean replaceOwner(String key, String expected, String owner) {
            throw new IllegalStateException("down");
          }

          @Override
          public void remove(String key) {
            throw new IllegalStateException("down");
          }
        });
  }

  /** How a store knows a session. */
  public static String key(String id) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(US_ASCII));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static AccessDecision.Granted granted(boolean longStream, SessionStore store) {
    SessionOwners.Bound session = new SessionOwners(store).bound(List.of("named"), null);
    return new AccessDecision.Granted(null, longStream, () -> {}, session, Map.of(), Set.of());
  }
}
