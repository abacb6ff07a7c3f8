package io.mcpauth.client;

import static io.mcpauth.error.ClientException.Reason.RESPONSE_INVALID;
import static io.mcpauth.error.ClientException.Reason.STORE_UNAVAILABLE;

import io.mcpauth.error.ClientException;
import io.mcpauth.seal.StoredSecrets;
import io.mcpauth.store.Store;
import io.mcpauth.store.StoreException;
import io.mcpauth.store.StoreKey;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of authorizations in a store, sealed, for all nodes that share it and for the time
 * after a restart. The store decides who refreshes: a refresh token is sent by one node, once,
 * since a server that rotates them takes a second use for theft and ends the authorization for
 * everybody (RFC 9700 section 4.14.2). The other nodes wait for what comes of it, and use that.
 *
 * <pre>{@code
 * SharedTokens shared = SharedTokens.in(store, StoredSecrets.of(keys));
 * TokenTarget target = TokenTarget.unnamed().withScopes("files:read");
 * shared.keep("alice", client, tokens, target).close(); // once, after her login
 * try (RefreshedTokens hers = shared.open("alice", client, target)) { // on any node, at any time
 *   String header = hers.token().authorization();
 * }
 * }</pre>
 *
 * <p>A node that refreshes has 45 seconds for it, or 20 and five times the time-out of its
 * connections where that is not 5 seconds, by the clocks of the nodes, which have to be within
 * seconds of each other. One that is gone meanwhile is not waited for any longer: another node
 * sends the same refresh token then, since nobody knows whether it was sent. What is kept is gone a
 * year after it was refreshed last. Used by all threads.
 */
public final class SharedTokens {
  static final String COLLECTION = "client-tokens";

  private final Store store;
  private final StoredSecrets secrets;
  private final Clock clock;

  private SharedTokens(Store store, StoredSecrets secrets, Clock clock) {
    this.store = store;
    this.secrets = secrets;
    this.clock = clock;
  }

  /**
   * Tokens in a store, by the system's clock.
   *
   * @param secrets encrypts the tokens. Those that do not open, because their key is gone, count as
   *     not there: the user authorizes again.
   */
  public static SharedTokens in(Store store, StoredSecrets secrets) {
    return in(store, secrets, Clock.systemUTC());
  }

  /** As {@link #in(Store, StoredSecrets)}, with another clock. */
  public static SharedTokens in(Store store, StoredSecrets secrets, Clock clock) {
    return new SharedTokens(store, secrets, clock);
  }

  /**
   * Keeps the tokens of a login in place of what is in the store. Other nodes take them when the
   * access token that they have ends or is refused.
   *
   * @param name whose they are, unique for the issuer, such as the user and the MCP server
   * @param client the client at their issuer; not closed with the result
   * @param first the tokens of the login
   * @param target what a refresh names, see {@link TokenClient#refreshNaming}
   * @return the tokens, kept fresh
   * @throws ClientException STORE_UNAVAILABLE; RESPONSE_INVALID if they are too large to keep
   * @throws IllegalArgumentException if they are of another issuer than the client
   */
  public RefreshedTokens keep(String name, TokenClient client, TokenSet first, TokenTarget target)
      throws ClientException {
    if (!first.issuer().equals(client.issuer())) {
      throw new IllegalArgumentException(
          "The tokens are of " + first.issuer() + ". Keep them with a client of that issuer.");
    }
    KeptGrant.Place place = place(name, client);
    try {
      place.put(first);
    } catch (StoreException e) {
      throw ClientException.noToken(
          STORE_UNAVAILABLE, client.issuer(), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw ClientException.noToken(
          RESPONSE_INVALID, client.issuer(), "the tokens are too large to keep");
    }
    return refreshed(place, client, first, target);
  }

  /**
   * The tokens that some node has kept, or null where none are there.
   *
   * @param name as they were kept
   * @param client the client at their issuer; not closed with the result
   * @param target what a refresh names
   * @throws ClientException STORE_UNAVAILABLE
   */
  public @Nullable RefreshedTokens open(String name, TokenClient client, TokenTarget target)
      throws ClientException {
    KeptGrant.Place place = place(name, client);
    try {
      KeptGrant kept = place.find();
      return kept == null ? null : refreshed(place, client, kept.tokens(), target);
    } catch (StoreException e) {
      throw ClientException.noToken(
          STORE_UNAVAILABLE, client.issuer(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Drops the tokens in the store, after a logout or a revocation: no node refreshes them any more.
   * A {@link RefreshedTokens} that is open gives out its access token until that ends or is
   * refused; close it, and revoke the token.
   *
   * @param name as they were kept
   * @param issuer their issuer
   * @throws ClientException STORE_UNAVAILABLE
   */
  public void forget(String name, String issuer) throws ClientException {
    try {
      boolean unused = store.remove(COLLECTION, key(name, issuer));
    } catch (StoreException e) {
      throw ClientException.noToken(STORE_UNAVAILABLE, issuer, String.valueOf(e.getMessage()));
    }
  }

  private RefreshedTokens refreshed(
      KeptGrant.Place place, TokenClient client, TokenSet first, TokenTarget target) {
    SharedRenewal renewal =
        new SharedRenewal(
            place,
            old -> client.renewNaming(old, target),
            client.endpoint().connections().timeout());
    return new RefreshedTokens(client.issuer(), renewal, first, fresh -> {}, clock);
  }

  private KeptGrant.Place place(String name, TokenClient client) {
    return new KeptGrant.Place(store, secrets, key(name, client.issuer()), client.issuer(), clock);
  }

  /** A name may be long, and one issuer's tokens are never found for another. */
  private static String key(String name, String issuer) {
    return StoreKey.hash(issuer + '\n' + name);
  }
}
