package io.mcpauth.issuer;

import io.mcpauth.access.AccessControl;
import io.mcpauth.internal.net.ConfiguredUrl;
import io.mcpauth.store.Store;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists and ends what the users of an {@link OAuthServer} have granted: on the store that all nodes
 * share, so that it works from any of them, and from a program beside them while none runs. What it
 * ends is refused on every node within a second, and streams end, where resource servers have the
 * same store. All threads may use it.
 *
 * <pre>{@code
 * GrantControl grants = GrantControl.on(store);
 * List<IssuedGrant> alices = grants.ofUser("alice");
 * int ended = grants.endOf("chatgpt-connector", "alice");
 * }</pre>
 *
 * <p>Does not check: that the client or the user exists. Neither is kept out of a new login; for
 * that, deny them by {@link AccessControl#deny}, or switch the client off.
 */
public final class GrantControl {
  /** How many are listed. */
  private static final int MOST = 1_000;

  private final GrantEntries entries;
  private final GrantEnd end;

  private GrantControl(GrantEntries entries, GrantEnd end) {
    this.entries = entries;
    this.end = end;
  }

  /**
   * Those of a store.
   *
   * @param issuer the issuer identifier of the server
   * @throws IllegalArgumentException if it is no issuer identifier
   * @throws UnsupportedOperationException if the store has no feed
   */
  public static GrantControl on(Store store, String issuer) {
    Object unused = ConfiguredUrl.issuer(issuer);
    return of(issuer, store, AccessControl.on(store));
  }

  /**
   * Those of a store, whatever the issuer identifier of the server is that issues from it. On a
   * store that cannot list its entries, each method throws an UnsupportedOperationException.
   *
   * @throws UnsupportedOperationException if the store has no feed
   */
  public static GrantControl on(Store store) {
    return new GrantControl(new GrantEntries(store), GrantEnd.of(store));
  }

  static GrantControl of(String issuer, Store store, AccessControl access) {
    return new GrantControl(new GrantEntries(store), new GrantEnd(issuer, store, access));
  }

  /**
   * Those that are in force, the newest first, 1,000 at most.
   *
   * @throws io.mcpauth.store.StoreException if the store cannot do it, as for each method
   */
  public List<IssuedGrant> list() {
    return listed(null, null);
  }

  /** Those of a user. */
  public List<IssuedGrant> ofUser(String subject) {
    return listed(null, subject);
  }

  /** Those of a client. */
  public List<IssuedGrant> ofClient(String clientId) {
    return listed(clientId, null);
  }

  private List<IssuedGrant> listed(@Nullable String clientId, @Nullable String subject) {
    return entries.newest(clientId, subject, MOST).stream().map(IssuedGrant::of).toList();
  }

  /**
   * Ends one, with its tokens; whether it was there. What its user has allowed stays remembered:
   * another login of the same client may ask nothing.
   */
  public boolean end(String grantId) {
    return end.ifThere(grantId);
  }

  /**
   * Ends all of a user, and forgets what he has allowed. He may log in again at once, and is asked
   * again. A resource server in another process, which has to go by when a token was issued, still
   * refuses those of a login within its clock skew, 60 seconds unless it says otherwise, as after
   * every {@linkplain AccessControl#cutOff cut-off}.
   *
   * @return how many there were
   */
  public int endOfUser(String subject) {
    return all(null, subject);
  }

  /** Ends all of a client, as {@link #endOfUser} those of a user. */
  public int endOfClient(String clientId) {
    return all(clientId, null);
  }

  /** Ends what a client has of a user, as {@link #endOfUser} all of a user. */
  public int endOf(String clientId, String subject) {
    return all(clientId, subject);
  }

  private int all(@Nullable String clientId, @Nullable String subject) {
    int ended = end.all(clientId, subject);
    end.consents(clientId, subject);
    return ended;
  }
}
