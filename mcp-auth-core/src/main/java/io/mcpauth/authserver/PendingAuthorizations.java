package io.mcpauth.authserver;

import io.mcpauth.client.PendingAuthorization;
import io.mcpauth.error.AuthException;
import io.mcpauth.internal.net.SetOnce;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The logins that a server has sent browsers to, in a store that all its nodes share: each comes
 * back once, before its end, and to the browser that it was started in.
 *
 * <p>The last of these is what {@code state} alone does not give: an attacker who starts a login
 * and lets somebody else finish it knows the state (CVE-2026-27124, RFC 9700 section 4.7). So
 * {@link #keep} returns a second secret, for a cookie of that browser ({@code HttpOnly}, {@code
 * Secure}, {@code SameSite=Lax}, with the path of the redirect URI), and {@link #take} wants it
 * back. A browser may have several logins under way, in a tab each: give each cookie a name of its
 * own, such as one with the start of {@link StoreKey#hash} of the state, or the last one that was
 * started is the only one that comes back. What belongs to the login, such as the request of the
 * client that a proxy serves, is {@linkplain
 * io.mcpauth.client.AuthorizationRequest.Builder#remember remembered} with it. A program that is no
 * server, and waits on loopback itself, needs no store: it holds on to the {@link
 * PendingAuthorization}.
 *
 * <p>Whoever may start a login keeps something here, so it is bounded: 2,000 at a time, of which
 * one source may have a tenth, and all whose source is unknown a half ({@link
 * #keep(PendingAuthorization, String)}). Whoever starts more loses his own oldest; where many fill
 * the room the oldest of all gives way.
 *
 * <p>The store has no secret in the clear: the key is the hash of the state, and the value is
 * sealed. Used by all threads.
 *
 * <p>Does not check: the response. {@link PendingAuthorization#accept} does.
 */
public final class PendingAuthorizations {
  static final String COLLECTION = "pending-authorization";

  private static final int CAPACITY = 2_000;
  private static final int MOST = 1_000_000;

  private final Store store;
  private final StoredSecrets secrets;
  private final @Nullable Integer capacity;
  private final StrangersRoom room;

  private PendingAuthorizations(Store store, StoredSecrets secrets, @Nullable Integer capacity) {
    this.store = store;
    this.secrets = secrets;
    this.capacity = capacity;
    this.room = new StrangersRoom(store, COLLECTION, capacity == null ? CAPACITY : capacity);
  }

  /**
   * Those of a store.
   *
   * @param secrets seals them, with keys that all nodes have
   */
  public static PendingAuthorizations in(Store store, StoredSecrets secrets) {
    return new PendingAuthorizations(store, secrets, null);
  }

  /**
   * With another limit than 2,000 logins at a time. Each takes 34 KB of the store at most, with the
   * longest that can be remembered, and usually one or two.
   *
   * @throws IllegalArgumentException if it is not 1 to 1,000,000, or is set twice
   */
  public PendingAuthorizations withCapacity(int logins) {
    SetOnce.require(capacity == null, "The capacity");
    if (logins < 1 || logins > MOST) {
      throw new IllegalArgumentException(
          "The capacity " + logins + " is out of range: write 1 to " + MOST + ".");
    }
    return new PendingAuthorizations(store, secrets, logins);
  }

  /**
   * Keeps a login of whom nobody knows where he is.
   *
   * @return as the other method
   * @throws AuthException STORE_UNAVAILABLE
   */
  public String keep(PendingAuthorization pending) {
    return keep(pending, null);
  }

  /**
   * Keeps a login until its end.
   *
   * @param source where the request that starts it came from, such as {@link RequestSources#of}
   *     says, or the user where one has logged in; null where that is not known. Kept as a hash
   * @return 43 URL-safe characters for a cookie of the browser that is sent away; a secret
   * @throws AuthException STORE_UNAVAILABLE
   */
  public String keep(PendingAuthorization pending, @Nullable String source) {
    room.makeRoomInShare(source, this::letGo);
    room.makeRoom(this::letGo);
    String binding = StoreKey.newSecret();
    String key = StoreKey.hash(pending.state());
    String value = secrets.seal(COLLECTION, key, StoreKey.hash(binding) + " " + pending.toText());
    String group = StrangersRoom.group(source);
    boolean created =
        StrangersRoom.asked(() -> store.create(COLLECTION, key, group, value, pending.expiresAt()));
    if (!created) {
      throw new IllegalArgumentException("This login is kept already. Make a request for each.");
    }
    return binding;
  }

  /**
   * Takes the login that a response belongs to. Whatever comes of it, it is gone: no response
   * counts twice.
   *
   * @param state of the response, anything at all
   * @param binding the cookie of the browser that brings it, anything at all
   * @return null where there is none: it is unknown, over, was taken before, or was started in
   *     another browser. Answer 403 and nothing else; there is no client to send an error to.
   * @throws AuthException STORE_UNAVAILABLE
   */
  public @Nullable PendingAuthorization take(@Nullable String state, @Nullable String binding) {
    if (state == null) {
      return null;
    }
    String key = StoreKey.hash(state);
    Store.Entry entry = StrangersRoom.asked(() -> store.take(COLLECTION, key));
    if (entry == null) {
      return null;
    }
    String opened = StrangersRoom.asked(() -> secrets.open(COLLECTION, key, entry.value()));
    int space = opened.indexOf(' ');
    boolean sameBrowser =
        MessageDigest.isEqual(
            ascii(opened.substring(0, space)),
            ascii(binding == null ? "" : StoreKey.hash(binding)));
    return sameBrowser ? PendingAuthorization.parse(opened.substring(space + 1)) : null;
  }

  @Override
  public String toString() {
    return "PendingAuthorizations[" + secrets + "]";
  }

  private void letGo(String key) {
    boolean unused = StrangersRoom.asked(() -> store.remove(COLLECTION, key));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
